import Bytes

/// A moment as it is printed, `2025-01-31 23:59:59Z`; `malformed` where it is none.
package struct Moment {
  private var characters = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
  private var isMalformed = false

  /// `YYMMDDhhmmssZ`; years below 50 are of this century.
  init(utcTime value: Span<UInt8>) {
    guard value.count == 13 else {
      isMalformed = true
      return
    }
    let isOfThisCentury = value[0] < UInt8(ascii: "5")
    characters[0] = UInt8(ascii: isOfThisCentury ? "2" : "1")
    characters[1] = UInt8(ascii: isOfThisCentury ? "0" : "9")
    format(value, from: 2)
  }

  /// `YYYYMMDDhhmmssZ`.
  package init(generalizedTime value: Span<UInt8>) {
    guard value.count == 15 else {
      isMalformed = true
      return
    }
    format(value, from: 0)
  }

  package var text: Span<UInt8> {
    @_lifetime(borrow self) get {
      isMalformed ? ("malformed" as StaticString).bytes : characters.span
    }
  }

  /// Sets the characters from `start` on: digits with what stands between them, then a Z.
  private mutating func format(_ value: Span<UInt8>, from start: Int) {
    var at = start
    for i in value.indices {
      let isLast = i == value.count - 1
      guard isLast ? value[i] == UInt8(ascii: "Z") : value[i].isASCIIDigit else {
        isMalformed = true
        return
      }
      switch at {
      case 4, 7: append(UInt8(ascii: "-"), at: &at)
      case 10: append(UInt8(ascii: " "), at: &at)
      case 13, 16: append(UInt8(ascii: ":"), at: &at)
      default: break
      }
      append(value[i], at: &at)
    }
  }

  private mutating func append(_ character: UInt8, at place: inout Int) {
    characters[place] = character
    place += 1
  }
}
