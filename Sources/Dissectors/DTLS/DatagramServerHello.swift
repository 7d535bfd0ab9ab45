import Bytes
import Wire

extension DTLS {
  /// A server's answer to a client hello.
  struct ServerHello: PlainMessage, ~Escapable {
    static let profile = Profile(
      "dtls.server_hello", over: .udp,
      when: .starts("16 fe fd/fd ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? 02"), key: "dtls",
      summary: "DTLS server hello", specification: "RFC 9147 §5.2")

    private let body: TLS.ServerHelloBody

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      var rest = Reader(try Handshake(&input).fragment, isBody: true)
      body = try TLS.ServerHelloBody(&rest)
    }

    func fingerprint(into text: inout FingerprintWriter) {
      text.begin("dtls_server")
      body.fingerprint(into: &text)
    }

    func report(to record: inout RecordWriter) {
      record.object("dtls") { record in
        record.object("server") { record in
          if record.wants(.metadata) { body.report(to: &record) }
        }
      }
    }

    func assess(to record: inout RecordWriter) {
      record.reportAssessment(quantumSafety: {
        QuantumSafety(body).reportInline("session", to: &$0)
      })
    }
  }
}
