import Bytes
import Wire

/// Writes packets to a capture file: its header, then each packet with its time and both lengths.
///
/// A file of this format has one link type and one unit of time (`PcapFormat`).
package struct PacketWriter: ~Copyable {
  private var file: OutputFile?
  private var pending = Buffer(capacity: batch + (64 << 10))
  /// What the file's header says, once it has one.
  private var format: Format?
  /// How many packets went into the file.
  package private(set) var written: UInt64 = 0
  /// How many came when nobody read the file any more.
  package private(set) var unread: UInt64 = 0

  /// What all packets of a file have in common.
  package struct Format: Equatable, Sendable {
    package var linkType: UInt32
    package var hasNanoseconds: Bool

    package init(linkType: UInt32, hasNanoseconds: Bool) {
      self.linkType = linkType
      self.hasNanoseconds = hasNanoseconds
    }

    /// That of the packets whose part this is.
    package init(_ part: PartHeader) {
      self.init(
        linkType: part.linkType, hasNanoseconds: part.message.flags.contains(.nanoseconds))
    }
  }

  /// How much is collected before it goes to the file.
  static let batch = 64 << 10

  package init(writingTo file: consuming OutputFile) { self.file = consume file }

  /// Begins the file, unless it has begun.
  package mutating func begin(_ format: Format) {
    guard self.format == nil else { return }
    self.format = format
    PcapFormat.appendHeader(
      linkType: format.linkType, hasNanoseconds: format.hasNanoseconds, to: &pending)
  }

  /// Adds a packet to the file that has been begun.
  package mutating func write(_ packet: borrowing PacketItem) throws(OutputFailure) {
    guard isOpen, let format else {
      unread += 1
      return
    }
    written += 1
    PcapFormat.appendPacket(
      packet.bytes, time: packet.time, originalLength: packet.originalLength,
      hasNanoseconds: format.hasNanoseconds, to: &pending)
    if pending.count >= Self.batch { try move() }
  }

  /// Writes out what has been added.
  package mutating func flush() throws(OutputFailure) {
    try move()
    try file?.flush()
  }

  private mutating func move() throws(OutputFailure) {
    try Self.move(&pending, to: &file)
  }

  private static func move(
    _ pending: inout Buffer, to file: inout OutputFile?
  ) throws(OutputFailure) {
    defer { pending.removeAll() }
    try file?.write(pending.bytes)
  }

  /// Whether what is added goes anywhere.
  package var isOpen: Bool { file != nil }

  /// Lets go of a file that nobody reads any more.
  mutating func abandon() { file = nil }

  /// What was written, and what was not.
  package var account: Tally {
    var account = Tally()
    account.add(written, .written)
    account.add(unread, .unwritten, "its reader has left")
    return account
  }
}
