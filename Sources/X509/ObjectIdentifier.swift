import Bytes
import Wire

/// An object identifier as text: its name, where it has one, else its numbers (X.690 §8.19).
///
/// A number that is cut short or has more than 32 bits is left out, and all that follows.
package struct ObjectIdentifier {
  private var digits = InlineArray<256, UInt8>(repeating: 0)
  private var count = 0
  private var isWhole = false

  package init(_ encoded: Span<UInt8>) {
    var number: UInt32 = 0
    var isFirst = true, isShortest = true
    for i in encoded.indices {
      let byte = encoded[i]
      if number > UInt32.max >> 7 { return }
      if number == 0, byte == 0x80 { isShortest = false }
      number = number << 7 | UInt32(byte & 0x7f)
      guard byte < 0x80 else { continue }
      if isFirst {
        let arc = min(number / 40, 2)
        append(arc)
        append(number - arc * 40)
        isFirst = false
      } else {
        append(number)
      }
      number = 0
      isWhole = isShortest && i == encoded.count - 1
    }
  }

  /// The numbers, with dots between them.
  package var numbers: Span<UInt8> {
    @_lifetime(borrow self) get { digits.span.extracting(first: count) }
  }

  /// What the numbers are known by, if all are there and none is longer than it needs to be.
  package var name: Span<UInt8>? {
    @_lifetime(immortal) get {
      guard isWhole else { return nil }
      if let name = Self.memberBodies.name(of: numbers) { return name }
      if let name = Self.organizations.name(of: numbers) { return name }
      return Self.joint.name(of: numbers)
    }
  }

  /// The name, or where there is none, the numbers.
  package var text: Span<UInt8> {
    @_lifetime(borrow self) get {
      if let name { return name }
      return numbers
    }
  }

  private mutating func append(_ number: UInt32) {
    var length = 1, left = number / 10
    while left > 0 {
      length += 1
      left /= 10
    }
    let dot = count == 0 ? 0 : 1
    guard count + dot + length <= digits.count else { return }
    if dot == 1 { digits[count] = UInt8(ascii: ".") }
    count += dot + length
    left = number
    for i in 1...length {
      digits[count - i] = UInt8(ascii: "0") + UInt8(left % 10)
      left /= 10
    }
  }
}

extension RecordWriter {
  /// An object identifier's name or numbers.
  package mutating func objectIdentifier(_ key: StaticString, _ encoded: Span<UInt8>) {
    let identifier = ObjectIdentifier(encoded)
    textOrEmpty(key, identifier.text)
  }

  /// An array's element: an object identifier's name or numbers.
  package mutating func objectIdentifier(_ encoded: Span<UInt8>) {
    let identifier = ObjectIdentifier(encoded)
    text(identifier.text)
  }
}
