import Bytes
import Packets
import Wire

/// A protocol message that is read in place and reported as record fields.
///
/// Conforming is the whole of adding a protocol, besides a line in `Registry`.
package protocol Message: ~Escapable, SendableMetatype {
  static var profile: Profile { get }

  /// Reads the message from the front of `input`.
  ///
  /// - Throws: `Malformed` if it is not this message, or is cut off before what makes it one.
  @_lifetime(copy input)
  init(_ input: inout Reader, in context: borrowing Context) throws(Malformed)

  /// Adds what is worth knowing to `record`.
  func report(to record: inout RecordWriter)

  /// Adds what policies make of the cryptography that the message offers or agrees on; called only
  /// where the user wants that.
  func assess(to record: inout RecordWriter)

  /// Writes the message's fingerprints, each of a kind in `fingerprintRegistry`.
  func fingerprint(into text: inout FingerprintWriter)

  /// Whether enough of the message is there to report it; if not, at most its pieces count.
  var isReadable: Bool { get }

  /// Tells what the datagram has of a message that may be spread over several.
  func tell(_ pieces: inout Pieces)

  /// Whether segments are kept until the message is whole; only then does running `short` of bytes
  /// mean anything.
  static var isReassembled: Bool { get }

  /// What the message lacks because the packet ended early; anything marks the record as truncated, and
  /// is what reassembly would wait for.
  var missing: Missing { get }

  /// Whether the message, though whole, may be the second half of one that is being put together.
  var isSupplementary: Bool { get }
}

extension Message where Self: ~Escapable {
  package func fingerprint(into text: inout FingerprintWriter) {}
  package var isReadable: Bool { true }
  package func tell(_ pieces: inout Pieces) {}
  package func assess(to record: inout RecordWriter) {}
  package static var isReassembled: Bool { false }
  package var missing: Missing { .nothing }
  package var isSupplementary: Bool { false }
}

/// What a message lacks because its packet ended early.
package enum Missing: Equatable, Sendable {
  /// So many bytes, 0 for a whole message.
  case bytes(Int)
  /// More must follow; only reading it tells how much.
  case unknown

  package static let nothing = Missing.bytes(0)

  /// The greater of two; what is not known is greater than any number.
  package func greater(_ other: Missing) -> Missing {
    guard case .bytes(let mine) = self, case .bytes(let theirs) = other else { return .unknown }
    return .bytes(max(mine, theirs))
  }

  /// Whether more bytes are lacking than `limit`, as far as is known.
  package func exceeds(_ limit: Int) -> Bool {
    if case .bytes(let count) = self { count > limit } else { false }
  }
}

/// A message that needs nothing but its bytes.
package protocol PlainMessage: Message, ~Escapable {
  /// Reads the message from the front of `input`.
  ///
  /// - Throws: `Malformed` if it is not this message, or is cut off before what makes it one.
  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed)
}

extension PlainMessage where Self: ~Escapable {
  /// - Throws: `Malformed` as `init(_:)` does.
  @_lifetime(copy input)
  package init(_ input: inout Reader, in context: borrowing Context) throws(Malformed) {
    try self.init(&input)
  }
}

/// What the layers below a message know of its packet.
package struct Context: ~Copyable, Sendable {
  package var flow = Flow()
  package var network = Network()
  /// What the user asked for beyond that.
  package var options: RecordOptions = []
  /// How many bytes at the payload's end are not the datagram's, but the message put together from
  /// several of which this datagram was the last.
  package var assembled = 0

  package init() {}
}
