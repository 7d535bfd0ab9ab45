import Bytes
import Wire

extension TLS {
  /// What a client hello says, apart from how it was carried (RFC 8446 §4.1.2).
  ///
  /// ```
  ///  0         2        34             35+n
  /// +---------+--------+------------+------------+---------------+---------------+------------+
  /// | version | random | session id | (cookie)   | cipher suites | compression   | extensions |
  /// |   2     |   32   |  1 + n     | DTLS only  |     2 + n     | methods 1 + n |   2 + n    |
  /// +---------+--------+------------+------------+---------------+---------------+------------+
  /// ```
  /// If one exists, it is whole up to its compression methods; extensions may be cut off.
  struct ClientHelloBody: ~Escapable {
    let version, random, sessionID, cipherSuites, compressionMethods: Span<UInt8>
    let extensions: Extensions

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      version = try input.take(2)
      random = try input.take(32)
      sessionID = try input.take(Int(try input.u8()))
      if Self.isDatagram(version) { try input.skip(Int(try input.u8())) }
      cipherSuites = try input.take(Int(try input.u16()))
      guard cipherSuites.count % 2 == 0 else { throw input.reject() }
      compressionMethods = try input.take(Int(try input.u8()))
      guard !compressionMethods.isEmpty else { throw input.reject() }
      let length = Int((try? input.u16()) ?? 0)
      extensions = Extensions(input.rest.extracting(first: min(length, input.count)))
    }

    /// The fingerprint without its type: version, cipher suites, extensions.
    func fingerprint(
      _ order: ExtensionOrder, into text: inout FingerprintWriter
    ) {
      text.group(version)
      text.group { $0.degreased(cipherSuites) }
      switch order {
      case .asSent: extensions.fingerprint(as: .client, into: &text)
      case .sorted: extensions.sortedFingerprint(into: &text)
      case .selected: extensions.selectedFingerprint(into: &text)
      }
    }

    /// Adds `tls` or `dtls`, as the version says; nothing for a hello without cipher suites.
    func report(to record: inout RecordWriter) {
      guard !cipherSuites.isEmpty else { return }
      record.object(Self.isDatagram(version) ? "dtls" : "tls") { record in
        record.object("client") { reportFields(to: &$0) }
      }
    }

    /// DTLS counts its versions down from 254.255 (RFC 9147 §5.3); what carried the hello is not asked for.
    private static func isDatagram(_ version: Span<UInt8>) -> Bool { version[0] == 0xfe }

    private func reportFields(to record: inout RecordWriter) {
      if record.wants(.metadata) {
        record.hex("version", version)
        record.hex("random", random)
        record.hex("session_id", sessionID)
        record.hex("cipher_suites", cipherSuites)
        record.hex("compression_methods", compressionMethods)
      }
      extensions.reportServerName(to: &record)
      extensions.reportTransportParameters(to: &record)
      if record.wants(.metadata) {
        extensions.reportApplicationProtocols(to: &record)
        extensions.reportSessionTicket(to: &record)
        extensions.reportEncryptedClientHello(to: &record)
      }
      if record.wants(.rawTLS) { reportFeatures(to: &record) }
    }
  }
}
