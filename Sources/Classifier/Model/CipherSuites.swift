import Bytes

/// The codes of cipher suites that real TLS clients offer.
enum CipherSuites {
  /// IANA's registry of TLS cipher suites, and codes of GREASE, SSL 2 and 3, vendors and drafts
  /// that are not in it but in use; first and last of each run.
  private static let known: [ClosedRange<UInt16>] = [
    0x0000...0x005c, 0x0060...0x006d, 0x0072...0x0074, 0x0077...0x0079, 0x007c...0x007e,
    0x0080...0x00c7, 0x00fb...0x00fc, 0x00ff...0x00ff, 0x0a0a...0x0a0a, 0x1301...0x1307,
    0x16b7...0x16ba, 0x5600...0x5600, 0xc001...0xc0b5, 0xc100...0xc106, 0xcafe...0xcafe,
    0xcc13...0xcc15, 0xcca8...0xccae, 0xd001...0xd003, 0xd005...0xd005, 0xe001...0xe001,
    0xe003...0xe003, 0xe011...0xe011, 0xe013...0xe013, 0xfefe...0xff03, 0xff85...0xff85,
    0xff87...0xff87, 0xffa7...0xffa8, 0xffe0...0xffe1,
  ]

  private static func isKnown(_ code: UInt16) -> Bool {
    // RFC 8701: codes like 0x1a1a mean nothing on purpose.
    if code & 0x0f0f == 0x0a0a, code >> 8 == code & 0xff { return true }
    for i in known.indices where known[i].contains(code) { return true }
    return false
  }

  /// Whether a fingerprint of TLS offers no cipher suite at all that is known.
  ///
  /// The list is the second group in parentheses; without one, there is none.
  static func areAllUnknown(in fingerprint: Span<UInt8>) -> Bool {
    guard let list = fingerprint.group(1) else { return true }
    var at = 0
    while at + 4 <= list.count {
      var code: UInt16 = 0
      for i in at..<at + 4 {
        let letter = (list[i] | 0x20) &- UInt8(ascii: "a")
        code =
          code << 4 | UInt16(list[i].isASCIIDigit ? list[i] - 0x30 : letter < 6 ? letter + 10 : 0)
      }
      if isKnown(code) { return false }
      at += 4
    }
    return true
  }
}

extension Span where Element == UInt8 {
  /// What stands in one of the outer groups in parentheses, counted from 0.
  @_lifetime(copy self)
  fileprivate func group(_ number: Int) -> Span<UInt8>? {
    var left = number
    var depth = 0
    var start = 0
    for i in indices {
      if self[i] == UInt8(ascii: "(") {
        if depth == 0 { start = i + 1 }
        depth += 1
      } else if self[i] == UInt8(ascii: ")"), depth > 0 {
        depth -= 1
        if depth == 0 {
          if left == 0 { return extracting(start..<i) }
          left -= 1
        }
      }
    }
    return nil
  }
}
