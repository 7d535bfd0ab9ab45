import Bytes
import Wire

extension SMTP {
  /// A command: `MAIL FROM:<a@example.com>` (RFC 5321 §4.1).
  struct Client: PlainMessage, ~Escapable {
    static let profile = Profile(
      "smtp.client", over: .tcp,
      when: .keyword(
        "ATRN|AUTH|BDAT|DATA|EHLO|ETRN|EXPN|HELO|HELP|MAIL|NOOP|QUIT|RCPT|STAR|VRFY"),
      .preferred(destination: 25), key: "smtp", summary: "SMTP commands",
      specification: "RFC 5321 §4.1")

    private let lines: Lines

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) { lines = try Lines(&input) }

    func report(to record: inout RecordWriter) {
      record.object("smtp") { smtp in smtp.object("request") { lines.report(to: &$0) } }
    }
  }
}
