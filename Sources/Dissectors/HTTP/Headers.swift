import Bytes
import Wire

extension HTTP {
  /// One header line.
  struct Header: ~Escapable {
    let name: Span<UInt8>
    let value: Span<UInt8>
    /// From the name to the end of the value, as sent.
    let line: Span<UInt8>
    /// What ended the line; nothing where the packet did.
    let delimiter: Span<UInt8>

    func isNamed(_ name: StaticString) -> Bool { self.name.equalsIgnoringCase(name) }
  }

  /// Walks the headers after a start line.
  ///
  /// What ends a line is what ended the start line: the run of bytes other than letters that begins
  /// at its carriage return or line feed. CRLF or LF alone end a line too. A line may be folded or
  /// lack its colon: a name runs up to the next colon wherever that is.
  struct Headers: ~Escapable {
    private let delimiter: Span<UInt8>
    private var rest: Reader
    private var isFirst = true
    /// What follows the empty line, once the walk has reached it.
    private(set) var body: Span<UInt8>

    /// `bytes` begins where the start line ended.
    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
      var end = 0
      while end < bytes.count, !bytes[end].isASCIILetter { end += 1 }
      delimiter = bytes.extracting(first: end)
      rest = Reader(bytes.extracting(droppingFirst: end))
      body = bytes.extracting(first: 0)
    }

    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func next() -> Header? {
      if !isFirst, !takeDelimiter().isEmpty {
        body = rest.rest
        rest.rest = rest.rest.extracting(first: 0)
        return nil
      }
      isFirst = false
      let start = rest.rest
      guard let name = try? rest.take(until: UInt8(ascii: ":")) else { return nil }
      while !rest.isAtEnd, rest.rest[0] == 0x20 || rest.rest[0] == 0x09 { try? rest.skip(1) }
      let value = rest.line()
      let line = start.extracting(first: start.count - rest.count)
      return Header(name: name, value: value, line: line, delimiter: takeDelimiter())
    }

    @_lifetime(copy self)
    @_lifetime(self: copy self)
    private mutating func takeDelimiter() -> Span<UInt8> {
      let next = rest.rest
      var length = 0
      if !delimiter.isEmpty, next.count >= delimiter.count,
        next.extracting(first: delimiter.count).equals(delimiter)
      {
        length = delimiter.count
      } else if next.starts(with: "\r\n") {
        length = 2
      } else if next.starts(with: "\n") {
        length = 1
      }
      try? rest.skip(length)
      return next.extracting(first: length)
    }

    /// Writes the headers and the beginning of the body, where there is one of each.
    func report(to record: inout RecordWriter) {
      var (first, rest) = (self, self)
      guard first.next() != nil else { return }
      record.array("headers") { headers in
        while let header = rest.next() {
          headers.object {
            $0.text("name", header.name)
            $0.text("value", header.value)
            $0.text("delimiter", header.delimiter)
          }
        }
      }
      if !rest.body.isEmpty {
        record.hex("body", rest.body.extracting(first: min(rest.body.count, HTTP.maxBody)))
      }
    }

    /// Writes the group of headers that tell implementations apart.
    func fingerprint(by parts: borrowing TellingHeaders, into text: inout FingerprintWriter) {
      var rest = self
      text.group { list in
        while let header = rest.next() {
          switch parts.part(of: header.name) {
          case .line: list.group(header.line)
          case .name: list.group(header.name)
          case nil: break
          }
        }
      }
    }
  }
}
