import Bytes

extension TLS {
  /// QUIC's transport parameters in the order they were sent, up to the first that is not whole
  /// (RFC 9000 §18).
  struct TransportParameters: ~Escapable {
    private var input: Reader

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { input = Reader(bytes) }

    @_lifetime(copy self) @_lifetime(self: copy self)
    mutating func next() -> TransportParameter? {
      input.isAtEnd ? nil : try? TransportParameter(&input)
    }
  }

  /// One parameter: id and length are variable-length integers (RFC 9000 §16).
  struct TransportParameter: ~Escapable {
    let id: TransportParameterID
    /// The id as it was sent, with the bits that give its length.
    let idBytes: Span<UInt8>
    let value: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      var length = Reader(input.rest)
      idBytes = try Self.variableLengthInteger(&length)
      id = TransportParameterID(rawValue: Self.number(idBytes))
      let count = Self.number(try Self.variableLengthInteger(&length))
      guard count <= UInt64(length.count) else { throw input.reject() }
      value = try length.take(Int(count))
      input = length
    }

    @_lifetime(copy input)
    private static func variableLengthInteger(
      _ input: inout Reader
    ) throws(Malformed) -> Span<UInt8> {
      var look = input
      return try input.take(1 << Int(try look.u8() >> 6))
    }

    private static func number(_ bytes: Span<UInt8>) -> UInt64 {
      var value = UInt64(bytes[0] & 0x3f)
      for i in 1..<bytes.count { value = value << 8 | UInt64(bytes[i]) }
      return value
    }
  }

  struct TransportParameterID: RawRepresentable, Equatable, Sendable {
    let rawValue: UInt64

    /// Google's QUIC sends the user agent in a private parameter.
    static let googleUserAgent = Self(rawValue: 0x3129)

    /// Ids reserved to keep peers tolerant of unknown ones: 27, and each 31st after it
    /// (RFC 9000 §18.1).
    var isGREASE: Bool { rawValue % 31 == 27 }
  }
}
