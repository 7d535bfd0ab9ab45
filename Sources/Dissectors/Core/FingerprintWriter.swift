import Bytes
import Wire

/// Collects the text of one fingerprint, `type/` and a body of hex in brackets.
package struct FingerprintWriter: ~Copyable {
  /// The fingerprint's type, which is also its key in the record; `nil` while there is none.
  package private(set) var type: StaticString?
  @usableFromInline package internal(set) var text = Buffer(capacity: 1 << 14)

  /// A fingerprint longer than this is not reported at all (fingerprints.md §1).
  static let maxLength = 8190

  /// The forms that the user asked for.
  package var formats: FingerprintFormats
  /// Memory to sort in, for whoever is writing.
  var extensionOrder = SortMemory()
  var parameterOrder = SortMemory()

  package init(formats: FingerprintFormats = FingerprintFormats()) { self.formats = formats }

  /// Begins a fingerprint of `type`: its text starts with `type/`.
  package mutating func begin(_ type: StaticString) {
    self.type = type
    text.append(type)
    text.append(UInt8(ascii: "/"))
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
    type = nil
    text.removeAll()
  }
}
