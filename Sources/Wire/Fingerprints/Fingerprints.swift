import Bytes

/// The fingerprints of a record, one after the other: where each stands in its head section.
///
///     0      2        6
///     | kind | offset | length |
///
/// `kind` is a number of `FingerprintKinds`. A reader passes over one that it does not know.
public struct Fingerprints: ~Escapable {
  private var input: Reader
  private let head: Span<UInt8>

  @_lifetime(copy list, copy head)
  init(_ list: Span<UInt8>, in head: Span<UInt8>) {
    input = Reader(list, isBody: true)
    self.head = head
  }

  /// The kind of the next one, whose text is left in `text`; `nil` at the end, and where the list
  /// points out of the head.
  @_lifetime(self: copy self) @_lifetime(text: copy self)
  public mutating func next(_ text: inout Span<UInt8>) -> Int? {
    guard let kind = try? input.u16le(), let offset = try? input.u32le(),
      let count = try? input.u32le(), Int(offset) + Int(count) <= head.count
    else { return nil }
    text = head.extracting(Int(offset)..<Int(offset) + Int(count))
    return Int(kind)
  }
}

extension RecordItem {
  /// The message's fingerprints in the order they are shown.
  public var fingerprints: Fingerprints {
    @_lifetime(copy self) get { Fingerprints(bytes(at: facts.fingerprints), in: head) }
  }
}

extension RecordWriter {
  /// Shows a fingerprint in the object `fingerprints`, and notes where it stands.
  ///
  /// The analyzer is asked about the first one of a kind that is classified.
  public mutating func fingerprint(_ text: Span<UInt8>, of kind: FingerprintKind, number: Int) {
    guard !text.isEmpty else { return }
    self.text(kind.name, text)
    let place = Fact.Place(end: buffer.count, count: text.count)
    if kind.isClassified, facts.fingerprint.count == 0 { facts.fingerprint = place }
    noteFingerprint {
      $0.append(littleEndian: UInt16(truncatingIfNeeded: number))
      $0.append(littleEndian: place.offset)
      $0.append(littleEndian: place.count)
    }
  }
}
