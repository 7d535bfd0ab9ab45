import Bytes
import Wire

extension TCP {
  /// A segment that asks for a connection.
  struct SYN: Message, ~Escapable {
    static let profile = Profile(
      "tcp", over: .tcp, when: .syn, key: "tcp",
      summary: "Segments that open a connection", specification: "RFC 9293 §3.5")

    private let header: Header

    @_lifetime(copy input)
    init(_ input: inout Reader, in context: borrowing Context) throws(Malformed) {
      header = try Header(&input, over: context.network)
    }

    func report(to record: inout RecordWriter) { header.report("tcp", to: &record) }

    func fingerprint(into text: inout FingerprintWriter) {
      header.fingerprint("tcp", into: &text)
    }
  }
}
