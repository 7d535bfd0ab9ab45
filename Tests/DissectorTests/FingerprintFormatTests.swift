import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct FingerprintFormatTests {
  private typealias Message = TLSMessage

  private func fingerprint(
    _ format: String, suites: String = "1301", _ extensions: [UInt8]...
  ) throws -> String? {
    let hello = Message.record(Message.clientHello(suites: suites, extensions.flatMap { $0 }))
    let formats = try FingerprintFormats(parsing: format)
    return try Segment(payload: hello, formats: formats).read()?.fingerprint("tls")
  }

  /// The body behind version and cipher suites.
  private func list(_ format: String, _ extensions: [UInt8]...) throws -> String? {
    let text = try fingerprint(format, extensions.flatMap { $0 })
    return text.map { String($0.dropFirst("\(format)/(0303)(1301)".count)) }
  }

  /// The worked example of the specification.
  @Test(arguments: [
    (
      "tls", "tls/",
      "((0a0a)(0000)(000a000800060a0a001d0017)(0010000e000c02683208687474702f312e31)"
        + "(002b0007060a0a03040303)(0033)(0023)(0015)(1234)(ff05)(000d000400020403)(0a1a))"
    ),
    (
      "tls/1", "tls/1/",
      "[(0000)(000a000800060a0a001d0017)(000d000400020403)"
        + "(0010000e000c02683208687474702f312e31)(0015)(0023)(002b0007060a0a03040303)(0033)(0a0a)"
        + "(0a0a)(1234)(ff05)]"
    ),
    (
      "tls/2", "tls/2/",
      "[(0000)(000a000800060a0a001d0017)(000d000400020403)"
        + "(0010000e000c02683208687474702f312e31)(002b0007060a0a03040303)(0033)(003e)(0a0a)(0a0a)"
        + "(ff00)]"
    ),
  ])
  func fingerprintsTheExample(_ format: String, _ start: String, _ extensions: String) throws {
    #expect(
      try fingerprint(
        format, suites: "0a0a13011302c02b", Message.extension(0x1a1a, ""),
        Message.serverName("example.com"), Message.extension(10, "00060a0a001d0017"),
        Message.extension(16, "000c02683208687474702f312e31"),
        Message.extension(43, "060a0a03040303"), Message.extension(51, "00"),
        Message.extension(35, ""), Message.extension(21, "0000"), Message.extension(0x1234, ""),
        Message.extension(0xff05, ""), Message.extension(13, "00020403"),
        Message.extension(0x0a1a, ""))
        == "\(start)(0303)(0a0a13011302c02b)\(extensions)")
  }

  @Test func sortsRepeatedExtensionsByLengthThenValue() throws {
    let sent = [
      Message.extension(13, "0002ffff"), Message.extension(13, "000100"),
      Message.extension(13, "00020403"), Message.extension(0x9a9a, "00"),
      Message.extension(0x0a1a, ""),
    ].flatMap { $0 }
    let sorted = "[(000d0003000100)(000d000400020403)(000d00040002ffff)(0a0a)(0a0a)]"
    #expect(try list("tls/1", sent) == sorted)
    #expect(try list("tls/2", sent) == sorted)
  }

  @Test func sortsTransportParameters() throws {
    // 3, 0x4041 (two bytes), a reserved one (58), 1, and 29 in a larger form than it needs.
    let value = "03 00 4041 00 3a 00 01 00 401d 00"
    #expect(
      try list("tls/1", Message.extension(57, value)) == "[((0039)[(01)(03)(1b)(401d)(4041)])]")
    #expect(try list("tls/2", Message.extension(0xffa5, "")) == "[((ffa5)[])]")
  }

  @Test func takesThreeOfAKind() throws {
    let sent = [0x4000, 0x1235, 63, 62, 0xff05, 0xff00, 0xff02, 0xff03].flatMap {
      Message.extension($0, "")
    }
    #expect(
      try list("tls/2", sent) == "[(003e)(003e)(003e)(ff00)(ff00)(ff00)(ff03)]")
  }

  @Test func leavesOutWhatComesAndGoes() throws {
    let sent = [21, 35, 41, 42, 23].flatMap { Message.extension($0, "") }
    #expect(try list("tls/1", sent) == "[(0015)(0017)(0023)(0029)(002a)]")
    #expect(try list("tls/2", sent) == "[(0017)]")
    #expect(try list("tls/2") == "[]")
  }

  @Test(arguments: [
    ("", "tls,quic"), ("tls/1", "tls/1,quic"), ("quic/1", "tls,quic/1"),
    ("tls/1, quic/1 ,tls/2", "tls/2,quic/1"), ("tls/1,", "tls/1,quic"),
    ("quic/1,tls/2,quic,tls", "tls,quic"),
  ])
  func readsLists(_ list: String, _ normal: String) throws {
    let formats = try FingerprintFormats(parsing: list)
    #expect(formats.description == normal)
    #expect(try FingerprintFormats(parsing: normal) == formats)
  }

  @Test(arguments: ["tls/3", "tls/1,dtls", "quic/2"])
  func refusesUnknownFormats(_ list: String) {
    let error = #expect(throws: FingerprintFormats.UnknownFormat.self) {
      try FingerprintFormats(parsing: list)
    }
    #expect(error?.description.contains("tls/2, quic, quic/1") == true)
  }
}
