import Bytes
import Wire

extension TLS {
  /// What a server hello says, apart from how it was carried (RFC 8446 §4.1.3).
  ///
  /// ```
  ///  0         2        34
  /// +---------+--------+------------+--------------+-------------+------------+
  /// | version | random | session id | cipher suite | compression | extensions |
  /// |    2    |   32   |   1 + n    |      2       |  method  1  |   2 + n    |
  /// +---------+--------+------------+--------------+-------------+------------+
  /// ```
  /// If one exists, its version is a known one and it selects a cipher suite.
  struct ServerHelloBody: ~Escapable {
    let version, random, cipherSuite: Span<UInt8>
    let compressionMethod: Span<UInt8>?
    let extensions: Extensions

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      version = try input.take(2)
      guard Self.isKnown(version.u16(at: 0)) else { throw input.reject() }
      random = try input.take(32)
      try input.skip(Int(try input.u8()))
      cipherSuite = try input.take(2)
      compressionMethod = try? input.take(1)
      // A list that is cut short is no list: there is no telling which extensions were agreed on.
      if let length = try? input.u16(), let list = try? input.take(Int(length)) {
        extensions = Extensions(list)
      } else {
        extensions = Extensions(noneOf: input)
      }
    }

    /// SSL 3.0 to TLS 1.2, which later versions claim to be, and DTLS 1.0 and 1.2.
    private static func isKnown(_ version: UInt16) -> Bool {
      switch version {
      case 0x0300...0x0303, 0xfeff, 0xfefd: true
      default: false
      }
    }

    /// The fingerprint without its type: version, cipher suite, extensions.
    func fingerprint(into text: inout FingerprintWriter) {
      text.group(version)
      text.group(cipherSuite)
      extensions.fingerprint(as: .server, into: &text)
    }

    /// Adds the hello's fields, all of them metadata.
    func report(to record: inout RecordWriter) {
      record.hex("version", version)
      record.hex("random", random)
      record.hex("selected_cipher_suite", cipherSuite)
      record.hex("compression_method", compressionMethod)
      extensions.reportApplicationProtocols(to: &record)
      extensions.reportSessionTicket(to: &record)
    }
  }
}
