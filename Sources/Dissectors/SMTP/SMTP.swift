import Bytes
import Wire

/// The Simple Mail Transfer Protocol, RFC 5321.
enum SMTP {
  /// A word and the lines behind it, which commands and replies are.
  ///
  /// Every line is whole; the first one is what follows the word.
  struct Lines: ~Escapable {
    let word: Span<UInt8>
    /// What follows the word and one space.
    let rest: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      word = input.take { $0.isASCIIAlphanumeric }
      guard !word.isEmpty else { throw input.reject() }
      _ = input.skip(ifNext: UInt8(ascii: " "))
      rest = input.rest
      while !input.isAtEnd { _ = try input.takeLine() }
    }

    /// Nothing but the word is told of where its own line holds no more.
    func report(to record: inout RecordWriter) {
      record.text("command", word)
      var lines = Reader(rest)
      guard let first = try? lines.takeLine(), !first.isEmpty else { return }
      record.array("parameters") { parameters in
        parameters.text(first)
        while let line = try? lines.takeLine() { parameters.text(line) }
      }
    }
  }
}
