import Bytes
import Foundation
import Support
import Testing

@testable import Render

@Suite(.tags(.unit)) struct TextTests {
  private func escaped(_ bytes: [UInt8]) -> String {
    var buffer = Buffer()
    buffer.append(escaping: bytes.span)
    return buffer.bytes.text
  }

  @Test(arguments: [
    ("41", "A"), ("2f", "/"), ("7e", "~"), ("00", #"\u0000"#), ("0a", #"\u000a"#),
    ("1f", #"\u001f"#), ("7f", #"\u007f"#), ("22", #"\""#), ("5c", #"\\"#),
    ("c3a9", #"\u00e9"#), ("e282ac", #"\u20ac"#), ("f09f9880", #"\ud83d\ude00"#),
    ("c080", #"\ufffd\ufffd"#), ("e28241", #"\ufffd\ufffdA"#),
    ("f5808080", #"\ufffd\ufffd\ufffd\ufffd"#), ("eda080", #"\ufffd\ufffd\ufffd"#),
    ("ee8080", #"\ufffd"#), ("efa3bf", #"\ufffd"#), ("f3b08080", #"\ufffd"#),
    ("f48fbfbd", #"\ufffd"#), ("f48fbfbf", #"\udbff\udfff"#), ("efbfbf", #"\uffff"#),
    ("efb790", #"\ufdd0"#), ("f4908080", #"\ufffd\ufffd\ufffd\ufffd"#), ("c3", #"\ufffd"#),
    ("e282", #"\ufffd\ufffd"#), ("f09f98", #"\ufffd\ufffd\ufffd"#), ("ff80", #"\ufffd\ufffd"#),
    ("e08080", #"\ufffd\ufffd\ufffd"#), ("f0808080", #"\ufffd\ufffd\ufffd\ufffd"#),
  ])
  func escapes(_ digits: String, _ expected: String) { #expect(escaped(hex(digits)) == expected) }

  /// Where a byte stands among the eight that are looked at together makes no difference.
  @Test func everyByteEscapesAlikeInEveryPlace() {
    for byte in UInt8.min ... .max {
      let alone = escaped([byte])
      for place in 0..<20 {
        var text = [UInt8](repeating: 0x61, count: 20)
        text[place] = byte
        let expected =
          String(repeating: "a", count: place) + alone
          + String(repeating: "a", count: 19 - place)
        #expect(escaped(text) == expected)
      }
    }
  }

  @Test func agreesWithTheStandardLibraryOnWhatIsACharacter() {
    var random = SeededRandom(seed: 1)
    for _ in 0..<Thoroughness.rounds(20_000) {
      let text = (0..<12).map { _ in
        [0x00, 0x22, 0x41, 0x80, 0x8f, 0x90, 0xa0, 0xbf, 0xc2, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4]
          .randomElement(using: &random) ?? 0
      }.map(UInt8.init)
      #expect(escaped(text) == reference(text))
    }
  }

  /// The slow way: the longest valid character at each place, or one byte of none.
  private func reference(_ text: [UInt8]) -> String {
    var result = ""
    var at = 0
    while at < text.count {
      let (units, length) = character(text[at...])
      for unit in units {
        switch unit {
        case 0x22: result += "\\\""
        case 0x5c: result += "\\\\"
        case 0x20...0x7e: result += String(UnicodeScalar(UInt8(unit)))
        default: result += String(format: "\\u%04x", unit)
        }
      }
      at += length
    }
    return result
  }

  private func character(_ rest: ArraySlice<UInt8>) -> ([UInt16], Int) {
    for length in 1...4 where length <= rest.count {
      if let text = String(validating: rest.prefix(length), as: UTF8.self),
        let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1
      {
        let isPrivate = scalar.properties.generalCategory == .privateUse
        return (isPrivate ? [0xfffd] : Array(text.utf16), length)
      }
    }
    return ([0xfffd], 1)
  }

  @Test func base64AgreesWithFoundation() {
    var random = SeededRandom(seed: 2)
    for count in 0..<200 {
      let data = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      var buffer = Buffer()
      buffer.append(base64: data.span)
      #expect(buffer.bytes.text == Data(data).base64EncodedString())
    }
  }

  @Test func hexAgreesWithFormat() {
    for count in 0..<40 {
      let data = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count * 101) }
      var buffer = Buffer()
      buffer.append(hex: data.span)
      #expect(buffer.bytes.text == data.map { String(format: "%02x", $0) }.joined())
    }
  }
}
