import Bytes
import Wire

extension TLS {
  /// A server's answer, and the certificates that directly follow it.
  ///
  /// Certificates are the first message in the next record, or else the next in the hello's,
  /// which is taken for a certificate message whatever its type.
  struct ServerHello: PlainMessage, ~Escapable {
    static let profile = Profile(
      "tls.server_hello", over: .tcp, when: .starts("16 03 00/fc ?? ?? 02"), key: "tls",
      summary: "TLS server hello and the certificates behind it",
      specification: "RFC 8446 §4.1.3")

    static let isReassembled = true

    let body: ServerHelloBody?
    private let certificates: CertificateList

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      var fragment = Reader(try Record(&input).fragment, isBody: true)
      var hello = Reader(try Handshake(&fragment).body, isBody: true)
      body = try? ServerHelloBody(&hello)
      var list = CertificateList()
      if !fragment.isAtEnd, let second = try? Handshake(&fragment) { list.read(second.body) }
      if !input.isAtEnd, let record = try? Record(&input) {
        fragment = Reader(record.fragment)
        if let first = try? Handshake(&fragment), first.type == .certificate {
          list.read(first.body)
        }
      }
      certificates = list
      if body == nil { try certificates.requireSome() }
    }

    /// Only certificates are waited for: what a cut hello lacks seldom matters.
    var missing: Missing { .bytes(certificates.missing) }

    func fingerprint(into text: inout FingerprintWriter) {
      guard let body else { return }
      text.begin("tls_server")
      body.fingerprint(into: &text)
    }

    func report(to record: inout RecordWriter) {
      let showsBody = body != nil && record.wants(.metadata)
      guard showsBody || !certificates.isEmpty else { return }
      record.object("tls") { record in
        record.object("server") { record in
          certificates.report(to: &record)
          if showsBody { body?.report(to: &record) }
        }
      }
    }

    func assess(to record: inout RecordWriter) {
      guard missing == .nothing else { return }
      record.reportAssessment(
        quantumSafety: { record in
          guard let body else { return QuantumSafety().report("session", to: &record) }
          return QuantumSafety(body).report("session", to: &record)
        },
        nist: { NISTGuidelines(body).report(to: &$0) })
    }
  }
}
