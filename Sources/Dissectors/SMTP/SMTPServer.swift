import Bytes
import Wire

extension SMTP {
  /// A reply of several lines that says yes, such as one to EHLO (RFC 5321 §4.1.1.1).
  ///
  /// ```
  /// 250-mail.example.com greets client.example.com CR LF
  /// 250-SIZE 35882577 CR LF
  /// 250 HELP CR LF
  /// ```
  struct Server: PlainMessage, ~Escapable {
    static let profile = Profile(
      "smtp.server", over: .tcp, when: .starts("32 35 30 2d"), key: "smtp",
      summary: "SMTP replies of several lines", specification: "RFC 5321 §4.1.1.1, §4.2")

    private let lines: Lines

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) { lines = try Lines(&input) }

    func report(to record: inout RecordWriter) {
      record.object("smtp") { smtp in smtp.object("response") { lines.report(to: &$0) } }
    }

    /// Each line that names neither host nor client: what the server can do.
    ///
    /// An empty line counts unless it is the last.
    func fingerprint(into text: inout FingerprintWriter) {
      text.begin("smtp_server")
      var rest = Reader(lines.rest)
      while let line = try? rest.takeLine() {
        if line.isEmpty, rest.isAtEnd { break }
        if line.firstIndex(of: UInt8(ascii: ".")) == nil, !line.hasGreeting { text.group(line) }
      }
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether `Hello` is found by a search that never goes back: `HHello` does not have it.
  fileprivate var hasGreeting: Bool {
    let letters: InlineArray<5, UInt8> = [0x48, 0x65, 0x6c, 0x6c, 0x6f]
    var found = 0
    for i in indices {
      found = self[i] == letters[found] ? found + 1 : 0
      if found == letters.count { return true }
    }
    return false
  }
}
