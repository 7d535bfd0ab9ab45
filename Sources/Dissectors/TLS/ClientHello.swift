import Bytes
import Wire

extension TLS {
  /// The message that opens a TLS connection, in one record over TCP.
  struct ClientHello: PlainMessage, ~Escapable {
    static let profile = Profile(
      "tls.client_hello", over: .tcp, when: .starts("16 03 00/fc ?? ?? 01"), key: "tls",
      summary: "TLS client hello", specification: "RFC 8446 §4.1.2")

    static let isReassembled = true

    let body: ClientHelloBody
    let missing: Missing

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let record = try Record(&input)
      var fragment = Reader(record.fragment, isBody: true)
      let handshake = try Handshake(&fragment)
      missing = .bytes(handshake.missing)
      var rest = Reader(handshake.body, isBody: true)
      do throws(Malformed) {
        body = try ClientHelloBody(&rest)
      } catch {
        throw handshake.missing > 0 ? .short(by: handshake.missing) : error
      }
    }

    func fingerprint(into text: inout FingerprintWriter) {
      let form = text.begin("tls")
      body.fingerprint(ExtensionOrder(form), into: &text)
    }

    func report(to record: inout RecordWriter) {
      body.report(to: &record)
      record.note(clientRandom: body.random)
    }

    func assess(to record: inout RecordWriter) {
      guard missing == .nothing else { return }
      record.reportAssessment(quantumSafety: { QuantumSafety(body).report("client", to: &$0) })
    }
  }
}
