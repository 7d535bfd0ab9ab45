import Bytes

/// Reads JSON (RFC 8259) value by value from a borrowed text, and builds nothing.
///
/// The caller says what it expects; what it does not want is skipped, and checked all the same. A
/// database has a hundred million bytes of JSON, of which little is kept.
struct JSONScanner: ~Copyable, ~Escapable {
  private let json: Span<UInt8>
  /// Holds a string that had escape sequences.
  private var scratch = Buffer(capacity: 256)
  private var at = 0
  /// Whether an object or array has just been entered: no comma comes before its first element.
  private var isFirst = false

  /// How deep objects and arrays may nest in what is skipped.
  static let maxDepth = 64

  @_lifetime(copy json)
  init(_ json: Span<UInt8>) { self.json = json }

  enum Kind { case object, array, string, number, yes, no, null }

  /// A string where it stands, between its quotes.
  struct Text {
    fileprivate(set) var range: Range<Int>
    fileprivate var isEscaped: Bool

    var isEmpty: Bool { range.isEmpty }
  }

  /// How far reading has come.
  var offset: Int { at }

  // MARK: Structure

  /// What the next value is.
  @_lifetime(self: copy self)
  mutating func kind() throws(JSONFault) -> Kind {
    switch try visible() {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
    case UInt8(ascii: "t"): .yes
    case UInt8(ascii: "f"): .no
    case UInt8(ascii: "n"): .null
    default: throw fault("a value is missing")
    }
  }

  /// Goes into the object that comes next; `nextKey` gives its members.
  @_lifetime(self: copy self)
  mutating func enterObject() throws(JSONFault) { try enter(UInt8(ascii: "{")) }

  /// Goes into the array that comes next; `hasElement` says whether one follows.
  @_lifetime(self: copy self)
  mutating func enterArray() throws(JSONFault) { try enter(UInt8(ascii: "[")) }

  @_lifetime(self: copy self)
  private mutating func enter(_ bracket: UInt8) throws(JSONFault) {
    guard try visible() == bracket else { throw fault("a value is of another kind") }
    at += 1
    isFirst = true
  }

  /// The key of the object's next member, whose value must be read next; `nil` at its end.
  @_lifetime(self: copy self)
  mutating func nextKey() throws(JSONFault) -> Text? {
    guard try hasMore(UInt8(ascii: "}")) else { return nil }
    let key = try text()
    guard try visible() == UInt8(ascii: ":") else { throw fault("a colon is missing") }
    at += 1
    return key
  }

  /// Whether the array has an element here, which must be read next, or ends.
  @_lifetime(self: copy self)
  mutating func hasElement() throws(JSONFault) -> Bool { try hasMore(UInt8(ascii: "]")) }

  @_lifetime(self: copy self)
  private mutating func hasMore(_ end: UInt8) throws(JSONFault) -> Bool {
    let byte = try visible()
    if byte == end {
      at += 1
      isFirst = false
      return false
    }
    if isFirst {
      isFirst = false
    } else {
      guard byte == UInt8(ascii: ",") else { throw fault("a comma is missing") }
      at += 1
    }
    return true
  }

  /// Makes sure that nothing but space follows.
  @_lifetime(self: copy self)
  mutating func finish() throws(JSONFault) {
    skipSpace()
    guard at == json.count else { throw fault("something follows the value") }
  }

  // MARK: Values

  /// Passes over the next value, whatever it is.
  @_lifetime(self: copy self)
  mutating func skip() throws(JSONFault) { try skip(depth: 0) }

  @_lifetime(self: copy self)
  private mutating func skip(depth: Int) throws(JSONFault) {
    guard depth < Self.maxDepth else { throw fault("values nest too deep") }
    switch try kind() {
    case .object:
      try enterObject()
      while try nextKey() != nil { try skip(depth: depth + 1) }
    case .array:
      try enterArray()
      while try hasElement() { try skip(depth: depth + 1) }
    case .string: _ = try text()
    case .number: _ = try number()
    case .yes: try literal("true")
    case .no: try literal("false")
    case .null: try literal("null")
    }
  }

  /// The next value if it is true or false; anything else is passed over.
  @_lifetime(self: copy self)
  mutating func flag() throws(JSONFault) -> Bool? {
    let kind = try kind()
    try skip()
    switch kind {
    case .yes: return true
    case .no: return false
    default: return nil
    }
  }

  /// The next value if it is a number without sign, fraction and exponent, under 2⁶⁴; anything
  /// else is passed over.
  @_lifetime(self: copy self)
  mutating func unsigned() throws(JSONFault) -> UInt64? {
    guard try kind() == .number else {
      try skip()
      return nil
    }
    let range = try number()
    var value: UInt64 = 0
    for i in range {
      let digit = json[i] &- 0x30
      guard digit < 10 else { return nil }
      let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = tens.addingReportingOverflow(UInt64(digit))
      guard !tooLarge, !overflows else { return nil }
      value = sum
    }
    return value
  }

  /// The next value if it is a number with a fraction or an exponent; anything else is passed over.
  @_lifetime(self: copy self)
  mutating func floating() throws(JSONFault) -> Double? {
    guard try kind() == .number else {
      try skip()
      return nil
    }
    let spelling = json.extracting(try number())
    var isFloating = false
    for i in spelling.indices where !spelling[i].isASCIIDigit && spelling[i] != UInt8(ascii: "-") {
      isFloating = true
    }
    guard isFloating else { return nil }
    return Double(String(decoding: spelling))
  }

  @_lifetime(self: copy self)
  private mutating func number() throws(JSONFault) -> Range<Int> {
    let start = at
    if peek == UInt8(ascii: "-") { at += 1 }
    if peek == UInt8(ascii: "0") { at += 1 } else { try digits() }
    if peek == UInt8(ascii: ".") {
      at += 1
      try digits()
    }
    if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
      at += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
    return start..<at
  }

  @_lifetime(self: copy self)
  private mutating func digits() throws(JSONFault) {
    let start = at
    while at < json.count, json[at].isASCIIDigit { at += 1 }
    guard at > start else { throw fault("a digit is missing") }
  }

  @_lifetime(self: copy self)
  private mutating func literal(_ word: StaticString) throws(JSONFault) {
    let end = at + word.utf8CodeUnitCount
    guard end <= json.count, json.extracting(at..<end).equals(word) else {
      throw fault("a value is missing")
    }
    at = end
  }

  // MARK: Text

  /// The string that comes next.
  @_lifetime(self: copy self)
  mutating func text() throws(JSONFault) -> Text {
    guard try visible() == UInt8(ascii: "\"") else { throw fault("a string is missing") }
    at += 1
    let start = at
    var isEscaped = false
    while at < json.count {
      switch json[at] {
      case UInt8(ascii: "\""):
        at += 1
        return Text(range: start..<at - 1, isEscaped: isEscaped)
      case UInt8(ascii: "\\"):
        isEscaped = true
        try escape()
      case 0..<0x20: throw fault("a control character stands in a string")
      default: at += 1
      }
    }
    throw fault("a string does not end")
  }

  /// Checks and passes over an escape sequence (RFC 8259 §7).
  @_lifetime(self: copy self)
  private mutating func escape() throws(JSONFault) {
    at += 1
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      at += 1
    case UInt8(ascii: "u"):
      guard let unit = json.codeUnit(at: at + 1) else { throw fault("a digit is missing") }
      at += 5
      guard unit & 0xf800 == 0xd800 else { return }
      // A surrogate is the first half of a character whose second half follows.
      guard unit < 0xdc00, at + 1 < json.count, json[at] == UInt8(ascii: "\\"),
        json[at + 1] == UInt8(ascii: "u"), let second = json.codeUnit(at: at + 2),
        second & 0xfc00 == 0xdc00
      else { throw fault("half a character stands in a string") }
      at += 6
    default: throw fault("an escape sequence has no meaning")
    }
  }

  /// The bytes of a string, until the next is asked for.
  @_lifetime(&self)
  mutating func bytes(of text: Text) -> Span<UInt8> {
    let raw = json.extracting(text.range)
    guard text.isEscaped else { return raw }
    scratch.removeAll()
    scratch.append(unescaping: raw)
    return scratch.bytes
  }

  /// The bytes of a string with its escape sequences.
  @_lifetime(copy self)
  func spelling(of text: Text) -> Span<UInt8> { json.extracting(text.range) }

  // MARK: Plumbing

  private var peek: UInt8? { at < json.count ? json[at] : nil }

  @inline(__always) @_lifetime(self: copy self)
  private mutating func skipSpace() {
    while at < json.count {
      switch json[at] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): at += 1
      default: return
      }
    }
  }

  /// The next byte that is not space.
  @inline(__always) @_lifetime(self: copy self)
  private mutating func visible() throws(JSONFault) -> UInt8 {
    skipSpace()
    guard at < json.count else { throw fault("it ends too early") }
    return json[at]
  }

  private func fault(_ what: StaticString) -> JSONFault {
    JSONFault(byte: min(at, json.count) + 1, what: what)
  }
}

extension Span where Element == UInt8 {
  /// The value of the four hexadecimal digits at `offset`.
  fileprivate func codeUnit(at offset: Int) -> UInt16? {
    guard offset + 4 <= count else { return nil }
    var unit: UInt16 = 0
    for i in offset..<offset + 4 {
      let letter = (self[i] | 0x20) &- UInt8(ascii: "a")
      guard self[i].isASCIIDigit || letter < 6 else { return nil }
      unit = unit << 4 | UInt16(self[i].isASCIIDigit ? self[i] - 0x30 : letter + 10)
    }
    return unit
  }
}

extension Buffer {
  /// Appends what the inside of a string means whose escape sequences have been checked.
  fileprivate mutating func append(unescaping raw: Span<UInt8>) {
    var at = 0
    while at < raw.count {
      guard raw[at] == UInt8(ascii: "\\"), at + 1 < raw.count else {
        append(raw[at])
        at += 1
        continue
      }
      let letter = raw[at + 1]
      at += 2
      switch letter {
      case UInt8(ascii: "b"): append(0x08)
      case UInt8(ascii: "f"): append(0x0c)
      case UInt8(ascii: "n"): append(0x0a)
      case UInt8(ascii: "r"): append(0x0d)
      case UInt8(ascii: "t"): append(0x09)
      case UInt8(ascii: "u"):
        var character = UInt32(raw.codeUnit(at: at) ?? 0)
        at += 4
        if character & 0xfc00 == 0xd800, let second = raw.codeUnit(at: at + 2) {
          character = 0x1_0000 + (character & 0x3ff) << 10 + UInt32(second & 0x3ff)
          at += 6
        }
        append(utf8: character)
      default: append(letter)
      }
    }
  }

  private mutating func append(utf8 character: UInt32) {
    guard let scalar = Unicode.Scalar(character) else { return }
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
  }
}
