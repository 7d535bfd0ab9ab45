import Bytes
import Wire

extension TLS {
  /// A hello's extensions in the order they were sent, up to the first that is not whole
  /// (RFC 8446 §4.2).
  struct Extensions: ~Escapable {
    private(set) var input: Reader

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { input = Reader(bytes) }

    /// No extensions, in place of a list that could not be read.
    @_lifetime(copy input)
    init(noneOf input: borrowing Reader) {
      self.input = Reader(input.rest.extracting(first: 0))
    }

    @_lifetime(copy self) @_lifetime(self: copy self)
    mutating func next() -> Extension? {
      input.isAtEnd ? nil : try? Extension(&input)
    }
  }

  /// One extension.
  ///
  /// ```
  ///  0      2        4
  /// +------+--------+-------+
  /// | type | length | value |
  /// +------+--------+-------+
  /// ```
  struct Extension: ~Escapable {
    /// The extension with its type and length.
    let bytes: Span<UInt8>
    let type: ExtensionType

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      var look = input
      try look.skip(2)
      let length = Int(try look.u16())
      bytes = try input.take(4 + length)
      type = ExtensionType(rawValue: bytes.u16(at: 0))
    }

    var value: Span<UInt8> {
      @_lifetime(copy self) get { bytes.extracting(droppingFirst: 4) }
    }
  }

  /// The extensions that a record or a fingerprint treats specially; any other number is fine too.
  struct ExtensionType: RawRepresentable, Equatable, Sendable {
    let rawValue: UInt16

    static let serverName = Self(rawValue: 0)
    static let supportedGroups = Self(rawValue: 10)
    static let pointFormats = Self(rawValue: 11)
    static let applicationLayerProtocolNegotiation = Self(rawValue: 16)
    static let encryptThenMAC = Self(rawValue: 22)
    static let certificateWithExternalKey = Self(rawValue: 33)
    static let sessionTicket = Self(rawValue: 35)
    static let preSharedKey = Self(rawValue: 41)
    static let supportedVersions = Self(rawValue: 43)
    static let keyExchangeModes = Self(rawValue: 45)
    static let keyShare = Self(rawValue: 51)
    static let quicTransportParameters = Self(rawValue: 57)
    static let encryptedClientHello = Self(rawValue: 0xfe0d)
    static let quicTransportParametersDraft = Self(rawValue: 0xffa5)
  }
}
