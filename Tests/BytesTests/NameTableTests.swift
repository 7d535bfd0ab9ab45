import Bytes
import Support
import Testing

/// Names that are found by keys in a text.
@Suite(.tags(.unit)) struct NameTableTests {
  private func name(of key: String, in table: NameTable) -> String? {
    let bytes = Array(key.utf8)
    guard let name = table.name(of: bytes.span) else { return nil }
    return String(decoding: name)
  }

  @Test func findsEveryLineAndNothingElse() {
    let table = NameTable(
      """
      1.2 member body
      1.2.840 us
      1.2.840.113549 rsadsi
      2.5.4.3 commonName
      x
      """)
    #expect(name(of: "1.2", in: table) == "member body")
    #expect(name(of: "1.2.840", in: table) == "us")
    #expect(name(of: "1.2.840.113549", in: table) == "rsadsi")
    #expect(name(of: "2.5.4.3", in: table) == "commonName")
    #expect(name(of: "x", in: table) == "")
    for key in ["", "1", "1.2.", "1.2.84", "2.5.4.30", "member body", "y"] {
      #expect(name(of: key, in: table) == nil, "\(key)")
    }
  }

  @Test func anEmptyTableHasNoNames() {
    #expect(name(of: "", in: NameTable("")) == nil)
    #expect(name(of: "a", in: NameTable("")) == nil)
  }
}
