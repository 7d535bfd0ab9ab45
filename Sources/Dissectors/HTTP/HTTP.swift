import Bytes

/// The Hypertext Transfer Protocol up to version 1.1, RFC 9112, read from one segment.
enum HTTP {
  /// How much of a message's content is reported.
  static let maxBody = 512
}

extension Reader {
  /// The bytes before the next space, which is consumed too.
  ///
  /// Without a space it is everything, yet only one byte is consumed. That is no grammar's idea
  /// of a start line, but records of broken start lines have always been read this way.
  @_lifetime(copy self) @_lifetime(self: copy self)
  mutating func word() -> Span<UInt8> {
    let end = rest.firstIndex(of: UInt8(ascii: " "))
    let word = rest.extracting(first: end ?? rest.count)
    try? skip(min((end ?? 0) + 1, rest.count))
    return word
  }

  /// The bytes up to a carriage return or a line feed, which is left.
  @_lifetime(copy self) @_lifetime(self: copy self)
  mutating func line() -> Span<UInt8> {
    var end = 0
    while end < rest.count, rest[end] != 0x0d, rest[end] != 0x0a { end += 1 }
    let line = rest.extracting(first: end)
    try? skip(end)
    return line
  }
}
