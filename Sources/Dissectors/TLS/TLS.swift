import Bytes

/// Transport Layer Security: what is said in the clear before encryption starts.
enum TLS {
  /// One record; of its fragment, as much as was captured (RFC 8446 §5.1).
  ///
  /// ```
  ///  0      1         3        5
  /// +------+---------+--------+----------+
  /// | type | version | length | fragment |
  /// +------+---------+--------+----------+
  /// ```
  struct Record: ~Escapable {
    let fragment: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      try input.skip(3)
      let length = Int(try input.u16())
      fragment = try input.take(upTo: length)
    }
  }

  /// One handshake message; of its body, as much as was captured (RFC 8446 §4).
  ///
  /// ```
  ///  0      1        4
  /// +------+--------+------+
  /// | type | length | body |
  /// +------+--------+------+
  /// ```
  struct Handshake: ~Escapable {
    let type: HandshakeType
    /// Nothing if its length is beyond `maxLength`; then what follows the header is unread.
    let body: Span<UInt8>
    /// How many bytes of the body were cut off.
    let missing: Int

    /// A longer body is taken for bytes that only look like TLS.
    static let maxLength = 32768

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      type = HandshakeType(rawValue: try input.u8())
      let length = Int(try input.u24())
      body = try input.take(upTo: length <= Self.maxLength ? length : 0)
      missing = length <= Self.maxLength ? length - body.count : 0
    }
  }

  struct HandshakeType: RawRepresentable, Equatable, Sendable {
    let rawValue: UInt8

    static let certificate = Self(rawValue: 11)
    static let serverKeyExchange = Self(rawValue: 12)
    static let clientKeyExchange = Self(rawValue: 16)
  }
}
