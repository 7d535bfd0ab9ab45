import Bytes

func string(_ buffer: borrowing Buffer) -> String {
  let bytes = buffer.bytes
  return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
}

/// The bytes that pairs of hexadecimal digits spell.
func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] * 16 + digits[$0 + 1])
  }
}

func throwsMalformed(_ body: () throws(Malformed) -> Void) -> Bool {
  do throws(Malformed) {
    try body()
    return false
  } catch {
    return true
  }
}
