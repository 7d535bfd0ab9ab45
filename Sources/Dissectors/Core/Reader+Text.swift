import Bytes

/// What protocols made of lines and words read.
extension Reader {
  /// The bytes before the next carriage return, which a line feed must follow; both are consumed.
  @_lifetime(copy self) @_lifetime(self: copy self)
  mutating func takeLine() throws(Malformed) -> Span<UInt8> {
    let line = try take(until: UInt8(ascii: "\r"))
    try expect("\n")
    return line
  }

  /// As many bytes as `isPart` holds for; maybe none.
  @_lifetime(copy self) @_lifetime(self: copy self)
  mutating func take(while isPart: (UInt8) -> Bool) -> Span<UInt8> {
    let all = rest
    var end = 0
    while end < all.count, isPart(all[end]) { end += 1 }
    try? skip(end)
    return all.extracting(first: end)
  }

  /// Passes over `byte` if it is the next one, and says so.
  @_lifetime(self: copy self)
  mutating func skip(ifNext byte: UInt8) -> Bool {
    guard !rest.isEmpty, rest[0] == byte else { return false }
    try? skip(1)
    return true
  }
}

extension UInt8 {
  var isASCIIAlphanumeric: Bool { isASCIILetter || isASCIIDigit }
}
