import Bytes
import Wire

extension IMAP {
  /// What a server sends: lines that complete a command, that tell of something, or a request to
  /// go on (RFC 9051 §7).
  ///
  /// ```
  /// * CAPABILITY IMAP4rev1 CR LF
  /// a1 OK done CR LF
  /// ```
  /// The first line says what the rest is taken for; later ones that are no response, such as a
  /// literal's, are passed over.
  struct Response: PlainMessage, ~Escapable {
    static let profile = Profile(
      "imap.response", over: .tcp, when: .port(.source(143)), key: "imap",
      summary: "IMAP responses", specification: "RFC 9051 §7")

    private let isContinuation: Bool
    /// The lines, or the continuation's text.
    private let text: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let all = input.rest
      let line = try input.takeLine()
      isContinuation = line.starts(with: "+ ")
      if isContinuation {
        text = line.extracting(droppingFirst: 2)
        guard input.isAtEnd, text.endsAsText else { throw input.reject() }
      } else {
        text = all
        guard Line(line) != nil else { throw input.reject() }
      }
    }

    func report(to record: inout RecordWriter) {
      record.object("imap") { imap in
        imap.array("responses") { responses in
          guard isContinuation else { return reportLines(to: &responses) }
          responses.object { response in
            response.literal("type", "continuation")
            response.text("data", text)
          }
        }
      }
    }

    private func reportLines(to record: inout RecordWriter) {
      var rest = Reader(text)
      while let bytes = try? rest.takeLine() {
        guard let line = Line(bytes) else { continue }
        record.object { line.report(to: &$0) }
      }
    }
  }

  /// One response but a continuation: `*` or a command's tag, and what is said.
  struct Line: ~Escapable {
    /// The command's that is completed; absent for what the server says unasked.
    private let tag: Span<UInt8>?
    /// `OK`, `NO` or `BAD`; absent for data.
    private let status: Span<UInt8>?
    private let text: Span<UInt8>

    @_lifetime(copy bytes)
    init?(_ bytes: Span<UInt8>) {
      var input = Reader(bytes)
      guard let first = try? input.takeWord(), !input.isAtEnd else { return nil }
      let all = input.rest
      let word = try? input.takeWord()
      if let word, word.isStatus {
        status = word
        text = input.rest
      } else {
        status = nil
        text = all
      }
      tag = first.equals("*") ? nil : first
      if status == nil, tag != nil { return nil }
    }

    func report(to record: inout RecordWriter) {
      record.flag("is_tagged", tag != nil)
      if let status {
        if let tag {
          record.text("tag", tag)
        } else {
          record.literal("type", "resp-cond-state")
        }
        record.text("status", status)
        return record.text("text", text)
      }
      var rest = Reader(text)
      if let word = try? rest.takeWord(), word.equalsIgnoringCase("capability") {
        record.literal("type", "capability")
        record.text("data", rest.rest)
      } else {
        record.literal("type", "data")
        record.text("data", text)
      }
    }
  }
}

extension Span where Element == UInt8 {
  fileprivate var isStatus: Bool {
    equalsIgnoringCase("ok") || equalsIgnoringCase("no") || equalsIgnoringCase("bad")
  }

  /// Whether the last thirty bytes are UTF-8 without private characters, as base64 is too.
  fileprivate var endsAsText: Bool {
    let end = extracting(last: Swift.min(count, 30))
    guard let text = try? UTF8Span(validating: end) else { return false }
    var scalars = text.makeUnicodeScalarIterator()
    while let scalar = scalars.next() {
      switch scalar.value {
      case 0xe000...0xf8ff, 0xf0000...0xffffd, 0x100000...0x10fffd: return false
      default: break
      }
    }
    return true
  }
}
