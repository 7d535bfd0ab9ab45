import Bytes
import Support
import Testing
import X509

@Suite(.tags(.unit)) struct ASN1Tests {
  /// An element's tag, what its length says, and its value; `nil` where there is none.
  private func read(_ text: String) -> (tag: UInt8, length: UInt64, value: [UInt8], absent: Bool)? {
    let bytes = hex(text)
    var input = Reader(bytes.span)
    guard let element = try? input.element() else { return nil }
    return (
      element.tag.rawValue, element.length, [UInt8](copying: element.value), element.isAbsent
    )
  }

  @Test(arguments: [
    ("0201057f", 1, "05", false), ("02810105", 1, "05", false),
    ("0284000000010506", 1, "05", false),
    ("020300", 3, "00", false), ("0200", 0, "", true), ("020005", 0, "", false),
    ("0205", 5, "", true),
  ])
  func readsElements(_ text: String, _ length: UInt64, _ value: String, _ absent: Bool) throws {
    let element = try #require(read(text))
    #expect(element.tag == 2)
    #expect(element.length == length)
    #expect(element.value == hex(value))
    #expect(element.absent == absent)
  }

  @Test(arguments: ["", "02", "0280", "028205", "02ff0001"])
  func refuses(_ text: String) { #expect(read(text) == nil) }

  @Test func takesAnyLengthForWhatItSays() throws {
    let element = try #require(read("0288ffffffffffffffff0506"))
    #expect(element.length == .max)
    #expect(element.value == [5, 6])
  }

  @Test(
    arguments: [
      ("020105", 5, 5), ("0201ff", 0, -1), ("02020080", 128, 128), ("02020005", 0, 0),
      ("0200", 0, 0), ("02087fffffffffffffff", UInt64(Int64.max), .max),
      ("020900ffffffffffffffff", .max, 0), ("020a0001ffffffffffffffff", 0, 0),
      ("02088000000000000000", 0, .min),
    ] as [(String, UInt64, Int64)])
  func readsNumbers(_ text: String, _ unsigned: UInt64, _ signed: Int64) throws {
    let bytes = hex(text)
    var input = Reader(bytes.span)
    let element = try input.element(.integer)
    let numbers = (element.unsigned, element.signed)
    #expect(numbers.0 == unsigned)
    #expect(numbers.1 == signed)
  }

  @Test func aWrongTagSpendsTheReader() {
    let bytes = hex("0401050201 05")
    var input = Reader(bytes.span)
    let first = (try? input.element(.integer)) == nil
    let isSpent = input.isSpent
    #expect(first)
    #expect(isSpent)
  }
}

@Suite(.tags(.unit)) struct ObjectIdentifierTests {
  private func text(_ encoded: String) -> String {
    let bytes = hex(encoded)
    let identifier = ObjectIdentifier(bytes.span)
    return String(decoding: [UInt8](copying: identifier.text), as: UTF8.self)
  }

  @Test(arguments: [
    ("550403", "common_name"), ("550406", "country_name"), ("2a864886f70d010101", "rsaEncryption"),
    ("2a8648ce3d030107", "prime256v1"), ("2a", "ISO"),
    ("2b0601040182371402 03", "szOID_NT_PRINCIPAL_NAME"),
    ("2b06010505070301", "id-kp-serverAuth"), ("04008f7a0104", "ETSI_EV_CPS"),
    ("0992268993f22c640101", "user_id"), ("2b656e", "id-X25519"), ("551d", "id-ce"),
  ])
  func knowsNames(_ encoded: String, _ name: String) { #expect(text(encoded) == name) }

  @Test(arguments: [
    ("", ""), ("2a0304", "1.2.3.4"), ("5504ff", "2.5.4"), ("8837", "2.999"),
    // A number longer than it needs to be is no name's.
    ("55048003", "2.5.4.3"), ("2a8fffffff7f", "1.2.4294967295"), ("2a90ffffff7f03", "1.2"),
  ])
  func writesNumbers(_ encoded: String, _ numbers: String) {
    #expect(text(encoded) == numbers)
  }
}
