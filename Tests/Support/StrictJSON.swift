/// Reads JSON as RFC 8259 has it and nothing beyond: what Foundation lets pass fails here.
///
/// A record is besides all ASCII, with `\\u` for the rest, and its numbers are those of RFC 8259
/// §6, so none of them is infinite.
package struct StrictJSON {
  package struct Failure: Error, CustomStringConvertible {
    package let offset: Int
    package let wanted: String
    package var description: String { "byte \(offset): no \(wanted)" }
  }

  private let bytes: ArraySlice<UInt8>
  private var offset: Int

  /// Fails unless `line` is one object, without a byte before, behind or of blank space within.
  package static func checkRecord(_ line: ArraySlice<UInt8>) throws(Failure) {
    var input = StrictJSON(bytes: line, offset: line.startIndex)
    guard input.next == UInt8(ascii: "{") else { throw input.missing("object") }
    try input.value(depth: 0)
    guard input.next == nil else { throw input.missing("end") }
  }

  private init(bytes: ArraySlice<UInt8>, offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  private var next: UInt8? { offset < bytes.endIndex ? bytes[offset] : nil }

  private func missing(_ wanted: String) -> Failure {
    Failure(offset: offset - bytes.startIndex, wanted: wanted)
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ text: StaticString) throws(Failure) {
    let wanted = "\(text)"
    for byte in wanted.utf8 where !skip(byte) { throw missing(wanted) }
  }

  private mutating func value(depth: Int) throws(Failure) {
    guard depth < 64 else { throw missing("end of nesting") }
    switch next {
    case UInt8(ascii: "{"):
      try list(from: "{", to: "}") { (input) throws(Failure) in
        try input.string()
        try input.expect(":")
        try input.value(depth: depth + 1)
      }
    case UInt8(ascii: "["):
      try list(from: "[", to: "]") { (input) throws(Failure) in
        try input.value(depth: depth + 1)
      }
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try expect("true")
    case UInt8(ascii: "f"): try expect("false")
    case UInt8(ascii: "n"): try expect("null")
    default: try number()
    }
  }

  private mutating func list(
    from start: StaticString, to end: Unicode.Scalar,
    _ element: (inout Self) throws(Failure) -> Void
  ) throws(Failure) {
    try expect(start)
    if skip(UInt8(ascii: end)) { return }
    repeat { try element(&self) } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: end)) else { throw missing("\(end)") }
  }

  /// RFC 8259 §7, of ASCII without control characters; surrogates only in pairs.
  private mutating func string() throws(Failure) {
    try expect("\"")
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard 0x20...0x7e ~= byte else { throw missing("ASCII character") }
      offset += 1
      guard byte == UInt8(ascii: "\\") else { continue }
      guard let escaped = next else { break }
      offset += 1
      switch escaped {
      case UInt8(ascii: "u"): try character()
      case _ where "\"\\/bfnrt".utf8.contains(escaped): break
      default: throw missing("escape")
      }
    }
    try expect("\"")
  }

  private mutating func character() throws(Failure) {
    switch try fourDigits() {
    case 0xd800...0xdbff:
      try expect("\\u")
      guard 0xdc00...0xdfff ~= (try fourDigits()) else { throw missing("low surrogate") }
    case 0xdc00...0xdfff: throw missing("high surrogate")
    default: break
    }
  }

  private mutating func fourDigits() throws(Failure) -> Int {
    var number = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw missing("hexadecimal digit")
      }
      number = number * 16 + digit
      offset += 1
    }
    return number
  }

  /// `-0.5e+3`, RFC 8259 §6.
  private mutating func number() throws(Failure) {
    _ = skip(UInt8(ascii: "-"))
    if !skip(UInt8(ascii: "0")) { try digits() }
    if skip(UInt8(ascii: ".")) { try digits() }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
      try digits()
    }
  }

  private mutating func digits() throws(Failure) {
    let start = offset
    while let byte = next, 0x30...0x39 ~= byte { offset += 1 }
    guard offset > start else { throw missing("digit") }
  }
}
