import Bytes
import Wire

/// Collects the texts of a message's fingerprints.
///
/// A message's own is `kind/` and a body of hex in brackets; what is made on request is any text.
package struct FingerprintWriter: ~Copyable {
  /// A fingerprint whose text is the bytes of `text` from `start` to `end`.
  private struct Entry {
    let kind: Int
    let start: Int
    var end: Int
  }

  /// The texts one after the other.
  @usableFromInline package internal(set) var text = Buffer(capacity: 1 << 14)
  private var entries: [Entry] = []
  package let kinds: FingerprintKinds

  /// A fingerprint longer than this is not reported at all (fingerprints.md §1).
  static let maxLength = 8190

  /// The forms that the user asked for.
  package var formats: FingerprintFormats
  /// Memory to sort in, for the fingerprint that is written.
  var extensionOrder = SortMemory()
  var parameterOrder = SortMemory()

  /// Writes those of `kinds` that are to be written, in the forms that `formats` says.
  package init(
    formats: FingerprintFormats = FingerprintFormats(), kinds: FingerprintKinds = .standard
  ) {
    self.formats = formats
    self.kinds = kinds
    entries.reserveCapacity(kinds.count)
  }

  /// Begins a fingerprint and returns its form: the one the user asked for unless `form` says which.
  ///
  /// The text starts with `kind/` or, for another form than 0, with `kind/form/`.
  @discardableResult
  package mutating func begin(_ kind: StaticString, form: Int? = nil) -> Int {
    let number = start(kind)
    let form = form ?? kinds.form(of: number, in: formats)
    text.append(kind)
    text.append(UInt8(ascii: "/"))
    if form > 0 {
      text.append(decimal: UInt64(form))
      text.append(UInt8(ascii: "/"))
    }
    return form
  }

  /// Adds a fingerprint that is made on request, if it was asked for: `body` writes all of its text.
  ///
  /// A text of no bytes says that the message has none.
  package mutating func also(_ kind: StaticString, _ body: (inout FingerprintWriter) -> Void) {
    guard let number = kinds.number(of: kind), kinds.isWritten(number) else { return }
    start(kind)
    body(&self)
  }

  @discardableResult
  private mutating func start(_ kind: StaticString) -> Int {
    finish()
    guard let number = kinds.number(of: kind) else {
      preconditionFailure("a fingerprint that is not in the registry: \(kind)")
    }
    entries.append(Entry(kind: number, start: text.count, end: text.count))
    return number
  }

  /// Ends the fingerprint that was begun last; one that is too long is taken back.
  private mutating func finish() {
    guard !entries.isEmpty else { return }
    // `last` of an array allocates where it is not optimised, and tests count allocations.
    let last = entries.count - 1
    if text.count - entries[last].start > Self.maxLength {
      text.truncate(to: entries[last].start)
      entries.removeLast()
    } else {
      entries[last].end = text.count
    }
  }

  /// Shows the fingerprints in `record`, in the order they were written.
  mutating func report(to record: inout RecordWriter) {
    finish()
    guard !entries.isEmpty else { return }
    record.object("fingerprints") { record in
      for i in entries.indices {
        let entry = entries[i]
        guard let kind = kinds[entry.kind] else { continue }
        record.fingerprint(
          text.bytes.extracting(entry.start..<entry.end), of: kind, number: entry.kind)
      }
    }
  }

  /// Something in round brackets.
  package mutating func group(_ body: (inout FingerprintWriter) -> Void) {
    text.append(UInt8(ascii: "("))
    body(&self)
    text.append(UInt8(ascii: ")"))
  }

  /// Something that was sorted, in square brackets.
  package mutating func sortedGroup(_ body: (inout FingerprintWriter) -> Void) {
    text.append(UInt8(ascii: "["))
    body(&self)
    text.append(UInt8(ascii: "]"))
  }

  /// Bytes in round brackets, as hex.
  package mutating func group(_ bytes: Span<UInt8>) {
    text.append(UInt8(ascii: "("))
    text.append(hex: bytes)
    text.append(UInt8(ascii: ")"))
  }

  package mutating func hex(_ bytes: Span<UInt8>) { text.append(hex: bytes) }

  @inlinable package mutating func hex<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    for shift in stride(from: T.bitWidth - 4, through: 0, by: -4) {
      text.append((UInt8(truncatingIfNeeded: value >> T(shift)) & 15).hexDigit)
    }
  }

  package mutating func literal(_ literal: StaticString) { text.append(literal) }

  package mutating func reset() {
    entries.removeAll(keepingCapacity: true)
    text.removeAll()
  }
}
