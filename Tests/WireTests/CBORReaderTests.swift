import Bytes
import Support
import Testing

@testable import Wire

@Suite(.tags(.unit)) struct CBORReaderTests {
  private func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] * 16 + digits[$0 + 1])
    }
  }

  /// What one item reads as; `nil` when it does not.
  private func describe(_ hex: String) -> String? {
    let input = bytes(hex)
    var reader = CBORReader(input.span)
    guard let item = try? reader.next() else { return nil }
    switch item {
    case .number(let value): return "\(value)"
    case .negative(let value): return "~\(value)"
    case .bytes(let value): return "bytes \(value.count)"
    case .text(let value): return "text \(value.count)"
    case .array(let count): return "array \(count.map { "\($0)" } ?? "open")"
    case .map(let count): return "map \(count.map { "\($0)" } ?? "open")"
    case .tag(let value): return "tag \(value)"
    case .flag(let value): return "\(value)"
    case .null: return "null"
    case .double(let value): return "\(value)"
    case .stop: return "stop"
    }
  }

  /// Mostly the examples of RFC 8949 appendix A.
  @Test(arguments: [
    ("00", "0"), ("17", "23"), ("1818", "24"), ("1903e8", "1000"), ("1a000f4240", "1000000"),
    ("1bffffffffffffffff", "18446744073709551615"), ("20", "~0"), ("3903e7", "~999"),
    ("3bffffffffffffffff", "~18446744073709551615"), ("f90001", "5.960464477539063e-08"),
    ("fa47c35000", "100000.0"), ("fb3ff199999999999a", "1.1"), ("f4", "false"), ("f5", "true"),
    ("f6", "null"), ("c2", "tag 2"), ("d820", "tag 32"), ("4401020304", "bytes 4"),
    ("60", "text 0"),
    ("6161", "text 1"), ("83", "array 3"), ("9f", "array open"), ("a2", "map 2"),
    ("bf", "map open"), ("ff", "stop"),
  ])
  func reads(_ hex: String, _ expected: String) { #expect(describe(hex) == expected) }

  @Test(arguments: [
    "", "18", "19ff", "1affffff", "1bffffffffffffff", "1c", "1f", "3f", "41", "6261", "5f", "7f",
    "7bffffffffffffffff61", "7b7fffffffffffffff61", "df", "e0", "f7", "f800", "f900", "fb00", "fc",
  ])
  func refuses(_ hex: String) { #expect(describe(hex) == nil) }

  @Test func skipsWholeItems() throws {
    for hex in [
      "00", "6161", "c200", "9fff", "9f019f02ff03ff", "bf61619fffff", "8201820203", "a161618100",
      "fb3ff199999999999a", "80", "a0",
    ] {
      let input = bytes(hex + "05")
      var reader = CBORReader(input.span)
      try reader.skip()
      #expect(try reader.number() == 5)
    }
  }

  @Test func skipsNothingThatIsNotWhole() {
    let deep = String(repeating: "9f", count: 100_000)
    for hex in [
      "", "ff", "9f", "bf6161", "bf6161ff", "8201", "a16161", "c2", deep,
      "9bffffffffffffffff", "bbffffffffffffffff", String(repeating: "c2", count: 100_000),
    ] {
      let input = bytes(hex)
      var reader = CBORReader(input.span)
      let failed = (try? reader.skip()) == nil
      #expect(failed)
    }
  }

  @Test func findsAKey() throws {
    let input = bytes("6161 9f6162ff 6162 182a 6163 01 ff")
    var reader = CBORReader(input.span)
    #expect(try reader.find("b"))
    #expect(try reader.number() == 42)
    #expect(try !reader.find("d"))
    let isAtEnd = reader.isAtEnd
    #expect(isAtEnd)
  }

  @Test func readsWhatTheWriterWrites() throws {
    var record = RecordWriter()
    record.object("a") { $0.signed("b", -3) }
    record.hex("c", UInt16(0x1234))
    var reader = CBORReader(record.buffer.bytes)
    #expect(try reader.find("c"))
    guard case .tag(23) = try reader.next() else {
      Issue.record("no tag")
      return
    }
    let value = try reader.bytes()
    let number = value.u16(at: 0)
    #expect(number == 0x1234)
  }
}
