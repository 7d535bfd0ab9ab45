import Bytes
import Wire

extension IMAP {
  /// What a client sends: commands, or the line that a command waits for.
  ///
  /// ```
  /// a1 LOGIN "fred" {4+} CR LF
  /// pass CR LF
  /// a2 CAPABILITY CR LF
  /// ```
  /// RFC 9051 §6. The first command says what the rest is taken for.
  struct Request: PlainMessage, ~Escapable {
    static let profile = Profile(
      "imap.request", over: .tcp, when: .port(.destination(143)), key: "imap",
      summary: "IMAP commands", specification: "RFC 9051 §6")

    private let isContinuation: Bool
    /// The commands, or the line.
    private let text: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      var line = copy input
      text = input.rest
      var first = Reader(try input.takeCommand())
      do throws(Malformed) {
        let command = try Command(&first)
        guard command.isWellFormed else { throw input.reject() }
        isContinuation = false
      } catch {
        guard !input.isSpent else { throw error }
        _ = try line.takeLine()
        guard line.isAtEnd else { throw input.reject() }
        isContinuation = true
      }
    }

    /// What the first command exposes; others behind it are not looked at.
    private var exposure: Attributes? {
      guard !isContinuation else { return nil }
      var rest = Reader(text)
      guard var first = try? Reader(rest.takeCommand()) else { return nil }
      return (try? Command(&first))?.exposure
    }

    func report(to record: inout RecordWriter) {
      record.mark(exposed: exposure)
      record.object("imap") { imap in
        imap.array("requests") { requests in
          if isContinuation {
            requests.object { reportLine(to: &$0) }
          } else {
            reportCommands(to: &requests)
          }
        }
      }
    }

    private func reportCommands(to record: inout RecordWriter) {
      var rest = Reader(text)
      while let bytes = try? rest.takeCommand() {
        var input = Reader(bytes)
        guard let command = try? Command(&input), command.isWellFormed else { continue }
        record.object { command.report(to: &$0) }
      }
    }

    private func reportLine(to record: inout RecordWriter) {
      let line = text.extracting(droppingLast: 2)
      record.flag("is_tagged", false)
      record.literal("type", "continuation")
      if line.equals("*") {
        record.literal("action", "cancel")
      } else {
        record.text("data", line)
      }
    }
  }
}
