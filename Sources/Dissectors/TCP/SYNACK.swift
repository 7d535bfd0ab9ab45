import Bytes
import Wire

extension TCP {
  /// A segment that accepts a connection.
  struct SYNACK: Message, ~Escapable {
    static let profile = Profile(
      "tcp.syn_ack", over: .tcp, when: .synAck, key: "tcp_server",
      summary: "Segments that accept a connection", specification: "RFC 9293 §3.5", needs: "tcp")

    private let header: Header

    @_lifetime(copy input)
    init(_ input: inout Reader, in context: borrowing Context) throws(Malformed) {
      header = try Header(&input, over: context.network)
    }

    func report(to record: inout RecordWriter) { header.report("tcp_server", to: &record) }

    func fingerprint(into text: inout FingerprintWriter) {
      header.fingerprint("tcp_server", into: &text)
    }
  }
}
