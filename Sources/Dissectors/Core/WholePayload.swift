import Bytes

/// Tests of whole payloads for protocols whose first bytes say too little.
///
/// Every payload given here has at least four bytes.
enum WholePayload {
  /// APDU: `68 length …` (IEC 60870-5-104 §5).
  static func isIEC104(_ payload: Span<UInt8>) -> Bool { payload.count == Int(payload[1]) + 2 }

  /// Link frame: the length counts what follows it but the checksums, one after each 16 bytes.
  static func isDNP3(_ payload: Span<UInt8>) -> Bool {
    let length = Int(payload[2])
    return payload.count == 3 + length + 2 + 2 * ((length + 15) / 16)
  }

  /// A user name, and a host name in SOCKS4a, both ended by zero.
  static func isSOCKS4(_ payload: Span<UInt8>) -> Bool {
    guard payload.count > 8, payload[payload.count - 1] == 0 else { return false }
    if payload.count == 9 { return true }
    return (payload[8] == 0 || payload[8] >= 0x20) && payload[payload.count - 2] >= 0x20
  }

  /// Method list (RFC 1928 §3).
  static func isSOCKS5Hello(_ payload: Span<UInt8>) -> Bool {
    payload.count == Int(payload[1]) + 2
  }

  /// An address of four, sixteen or so many bytes as the length before it says (RFC 1928 §4).
  static func isSOCKS5Request(_ payload: Span<UInt8>) -> Bool {
    payload.count == 10 || payload.count == 22
      || payload.count > 4 && payload.count == Int(payload[4]) + 7
  }

  /// A length field that counts all but the header (RFC 8489 §5).
  static func isSTUN(_ payload: Span<UInt8>) -> Bool {
    payload.count == Int(payload.u16(at: 2)) + 20
  }
}
