import Bytes

extension Reader {
  /// QUIC's integer of one, two, four or eight bytes, as its first two bits say (RFC 9000 §16).
  @_lifetime(self: copy self)
  mutating func variableLengthInteger() throws(Malformed) -> UInt64 {
    let first = try u8()
    var value = UInt64(first & 0x3f)
    for _ in 1..<1 << Int(first >> 6) { value = value << 8 | UInt64(try u8()) }
    return value
  }

  /// As many bytes as the variable-length integer before them says.
  @_lifetime(copy self) @_lifetime(self: copy self)
  mutating func takeVariableLength() throws(Malformed) -> Span<UInt8> {
    let length = try variableLengthInteger()
    guard length <= UInt64(count) else { throw reject() }
    return try take(Int(length))
  }
}
