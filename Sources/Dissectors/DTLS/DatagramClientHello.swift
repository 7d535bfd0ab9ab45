import Bytes
import Wire

extension DTLS {
  /// The message that opens a DTLS connection.
  struct ClientHello: PlainMessage, ~Escapable {
    static let profile = Profile(
      "dtls.client_hello", over: .udp,
      when: .starts("16 fe fd/fd ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? 01"), key: "dtls",
      summary: "DTLS client hello", specification: "RFC 9147 §5.3")

    private let body: TLS.ClientHelloBody
    let missing: Int

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let handshake = try Handshake(&input)
      missing = handshake.missing
      var rest = Reader(handshake.fragment, isBody: true)
      do throws(Malformed) {
        body = try TLS.ClientHelloBody(&rest)
      } catch {
        throw handshake.missing > 0 ? .short(by: handshake.missing) : error
      }
    }

    func fingerprint(into text: inout FingerprintWriter) {
      text.begin("dtls", text.formats.tls)
      body.fingerprint(text.formats.tls, into: &text)
    }

    func report(to record: inout RecordWriter) { body.report(to: &record) }

    func assess(to record: inout RecordWriter) {
      guard missing == 0 else { return }
      record.reportAssessment(quantumSafety: {
        QuantumSafety(body).reportInline("client", to: &$0)
      })
    }
  }
}
