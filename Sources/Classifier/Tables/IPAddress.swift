import Bytes

/// An IPv4 or IPv6 address; one of IPv4 is in the lowest 32 bits.
package struct IPAddress: Equatable, Sendable {
  package var bits: UInt128
  package var isIPv6: Bool

  package init(bits: UInt128, isIPv6: Bool) {
    self.bits = bits
    self.isIPv6 = isIPv6
  }

  /// Reads a text that is an address and nothing else.
  package init?(parsing text: Span<UInt8>) {
    var rest = text
    guard let address = Self.ipv6(&rest) ?? Self.ipv4(&rest), rest.isEmpty else {
      return nil
    }
    self = address
  }

  /// What stands for the address in a database: all private ones of IPv4 are one, and so are all
  /// of IPv6 that are neither global nor IPv4 in IPv6 (analysis.md §4 of the reference's rules).
  package var normalized: IPAddress {
    if isIPv6 {
      let isKept = bits >> 125 == 1 || bits >> 32 == 0xffff
      return isKept ? self : IPAddress(bits: UInt128(0xfd00) << 112 | 1, isIPv6: true)
    }
    return bits.isPrivateAddress(isIPv6: false) ? IPAddress(bits: 0x0a00_0001, isIPv6: false) : self
  }

  // MARK: Reading

  /// Takes the dotted decimal address that the text begins with.
  @_lifetime(text: copy text)
  static func ipv4(_ text: inout Span<UInt8>) -> IPAddress? {
    var bits: UInt32 = 0
    var at = 0
    for part in 0..<4 {
      if part > 0 {
        guard at < text.count, text[at] == UInt8(ascii: ".") else { return nil }
        at += 1
      }
      var value: UInt32 = 0
      let start = at
      while at < text.count, at - start < 3, text[at].isASCIIDigit {
        value = value * 10 + UInt32(text[at] - 0x30)
        at += 1
      }
      guard at > start, value < 256 else { return nil }
      bits = bits << 8 | value
    }
    text = text.extracting(droppingFirst: at)
    return IPAddress(bits: UInt128(bits), isIPv6: false)
  }

  /// Takes the address that the text begins with, in any form of RFC 4291 §2.2.
  @_lifetime(text: copy text)
  static func ipv6(_ text: inout Span<UInt8>) -> IPAddress? {
    var rest = text
    var groups = InlineArray<8, UInt16>(repeating: 0)
    var count = 0
    var gap: Int?
    if rest.starts(with: "::") {
      gap = 0
      rest = rest.extracting(droppingFirst: 2)
    }
    while count < 8 {
      var look = rest
      if count <= 6, gap != nil || count == 6, let tail = ipv4(&look) {
        groups[count] = UInt16(truncatingIfNeeded: tail.bits >> 16)
        groups[count + 1] = UInt16(truncatingIfNeeded: tail.bits)
        count += 2
        rest = look
        break
      }
      guard let group = hexGroup(&rest) else { break }
      groups[count] = group
      count += 1
      if count == 8 { break }
      if gap == nil, rest.starts(with: "::") {
        gap = count
        rest = rest.extracting(droppingFirst: 2)
      } else if rest.count > 1, rest[0] == UInt8(ascii: ":"), rest[1].isHexDigit {
        rest = rest.extracting(droppingFirst: 1)
      } else {
        break
      }
    }
    guard count == 8 ? gap == nil : gap != nil else { return nil }
    var bits: UInt128 = 0
    for i in 0..<8 {
      let front = gap ?? 8
      let group = i < front ? groups[i] : i >= 8 - (count - front) ? groups[i - (8 - count)] : 0
      bits = bits << 16 | UInt128(group)
    }
    text = rest
    return IPAddress(bits: bits, isIPv6: true)
  }

  /// Takes one to four hexadecimal digits.
  @_lifetime(text: copy text)
  private static func hexGroup(_ text: inout Span<UInt8>) -> UInt16? {
    var value: UInt16 = 0
    var at = 0
    while at < text.count, at < 4, let digit = text[at].hexValue {
      value = value << 4 | UInt16(digit)
      at += 1
    }
    guard at > 0 else { return nil }
    text = text.extracting(droppingFirst: at)
    return value
  }
}

extension UInt8 {
  /// What a hexadecimal digit stands for.
  var hexValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  fileprivate var isHexDigit: Bool { hexValue != nil }
}
