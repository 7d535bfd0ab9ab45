import Bytes
import Support
import Testing

@testable import Classifier

@Suite(.tags(.unit)) struct JSONScannerTests {
  @Test(arguments: [
    "{}", "[]", " { } ", "[1, -1, 0, 1.5, -0.5e+10, 1E2, 2e-3]", "\"\"", "true", "[null,false]",
    #"{"a":{"b":[{"c":"d"}]},"e":[]}"#, #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, "\t1\r\n",
  ])
  func takesWhatIsJSON(_ text: String) { #expect(fault(text) == nil) }

  @Test(arguments: [
    "", " ", "{", "}", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
    "{,}", "01", "-", "1.", ".5", "1e", "+1", "tru", "nul", "True", "\"", "\"\\x\"", "\"\\u12g4\"",
    "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "[1]x", "{}{}", "'a'", "\\",
    "[\"a\":1]", "{\"a\":1]", "\"\\", "\"\\u12",
  ])
  func refusesWhatIsNot(_ text: String) { #expect(fault(text) != nil) }

  @Test func saysWhatIsWrongAndWhere() {
    #expect(fault("{\"a\" 1}")?.description == "is not JSON: a colon is missing at byte 6")
    #expect(fault("[1, 2")?.description == "is not JSON: it ends too early at byte 6")
  }

  @Test func limitsDepth() {
    let deep = JSONScanner.maxDepth
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(fault(nested(deep)) == nil)
    #expect(fault(nested(deep + 1)) != nil)
    #expect(fault(nested(1_000_000)) != nil)
  }

  @Test func unescapes() throws {
    #expect(try text(#""plain""#) == "plain")
    #expect(try text(#""\"\\\/\b\f\n\r\t""#) == "\"\\/\u{8}\u{c}\n\r\t")
    #expect(try text(#""\u00e9\u20AC\ud83d\ude00!""#) == "é€😀!")
  }

  @Test func tellsNumbersApart() throws {
    #expect(try unsigned("18446744073709551615") == .max)
    #expect(try unsigned("0") == 0)
    for other in ["18446744073709551616", "-1", "1.0", "1e2", "\"1\"", "true", "{}", "[1]"] {
      #expect(try unsigned(other) == nil)
    }
    #expect(try floating("0.25") == 0.25)
    #expect(try floating("-1e-2") == -0.01)
    for other in ["1", "-3", "\"0.5\"", "null"] { #expect(try floating(other) == nil) }
  }

  @Test func neverTraps() {
    let text = Array(#"{"a\u00e9\ud83d\ude00":[1.5e3,-0,true,{"b":null}],"c":"\n"}"#.utf8)
    text.forEachDamage(mutations: 5000) { text, _ in _ = fault(text) }
  }

  // MARK: Reading

  private func fault(_ text: String) -> JSONFault? { fault(Array(text.utf8)) }

  private func fault(_ text: [UInt8]) -> JSONFault? {
    do throws(JSONFault) {
      var scanner = JSONScanner(text.span)
      try scanner.skip()
      try scanner.finish()
      return nil
    } catch {
      return error
    }
  }

  private func text(_ json: String) throws -> String {
    let bytes = Array(json.utf8)
    var scanner = JSONScanner(bytes.span)
    let text = try scanner.text()
    return String(decoding: [UInt8](copying: scanner.bytes(of: text)), as: UTF8.self)
  }

  private func unsigned(_ json: String) throws -> UInt64? {
    let bytes = Array(json.utf8)
    var scanner = JSONScanner(bytes.span)
    let value = try scanner.unsigned()
    try scanner.finish()
    return value
  }

  private func floating(_ json: String) throws -> Double? {
    let bytes = Array(json.utf8)
    var scanner = JSONScanner(bytes.span)
    let value = try scanner.floating()
    try scanner.finish()
    return value
  }
}
