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
      var look = input
      id = TransportParameterID(rawValue: try look.variableLengthInteger())
      idBytes = try input.take(input.count - look.count)
      value = try input.takeVariableLength()
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
