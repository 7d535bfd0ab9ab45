import Bytes
import Wire

extension DTLS {
  /// The message that opens a DTLS connection.
  struct ClientHello: Message, ~Escapable {
    static let profile = Profile(
      "dtls.client_hello", over: .udp,
      when: .starts("16 fe fd/fd ?? ?? ?? ?? ?? ?? ?? ?? ?? ?? 01"), key: "dtls",
      summary: "DTLS client hello", specification: "RFC 9147 §5.3")

    /// Nothing if the datagram does not have enough of it.
    private let body: TLS.ClientHelloBody?
    private let handshake: Handshake

    @_lifetime(copy input)
    init(_ input: inout Reader, in context: borrowing Context) throws(Malformed) {
      let assembled = input.rest.extracting(last: context.assembled)
      input = Reader(input.rest.extracting(droppingLast: context.assembled))
      handshake = try Handshake(&input)
      var rest = Reader(assembled.isEmpty ? handshake.fragment : assembled, isBody: true)
      body = try? TLS.ClientHelloBody(&rest)
    }

    var missing: Missing { .bytes(handshake.missing) }
    var isReadable: Bool { body != nil }

    func tell(_ pieces: inout Pieces) {
      pieces.begin(handshake.sequence, missing: handshake.missing)
      pieces.add(handshake.fragment, at: handshake.offset)
    }

    func fingerprint(into text: inout FingerprintWriter) {
      guard let body else { return }
      let form = text.begin("dtls")
      body.fingerprint(TLS.ExtensionOrder(form), into: &text)
    }

    func report(to record: inout RecordWriter) { body?.report(to: &record) }

    func assess(to record: inout RecordWriter) {
      guard missing == .nothing, let body else { return }
      record.reportAssessment(quantumSafety: {
        QuantumSafety(body).reportInline("client", to: &$0)
      })
    }
  }
}
