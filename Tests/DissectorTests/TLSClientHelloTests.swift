import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct TLSClientHelloTests {
  private typealias Message = TLSMessage

  private static let random = String(repeating: "52", count: 32)
  private static let metadata =
    #"{"tls":{"client":{"version":"0303","random":"\#(random)","session_id":"aa","#
    + #""cipher_suites":"1301","compression_methods":"00""#

  private func read(
    _ hello: [UInt8], options: RecordOptions = .metadata
  ) throws -> Segment.Head? {
    try Segment(payload: Message.record(hello), options: options).read()
  }

  private func fields(_ extensions: [UInt8]...) throws -> String? {
    let head = try read(Message.clientHello(extensions.flatMap { $0 }))
    return (head?.fields).map { String($0.dropFirst(Self.metadata.count)) }
  }

  @Test func reportsLittleWithoutMetadata() throws {
    let hello = Message.clientHello(
      Message.extension(35, "abcd"), Message.serverName("example.com"))
    let head = try #require(try read(hello, options: []))
    #expect(head.name == "tls.client_hello")
    #expect(
      head.json == #"{"fingerprints":{"tls":"tls/(0303)(1301)((0023)(0000))"},"#
        + #""tls":{"client":{"server_name":"example.com"}}}"#)
    #expect(head.serverName == "example.com")
    #expect(head.missing == 0)
  }

  @Test func fingerprintsAsTheSpecificationsExample() throws {
    let hello = Message.clientHello(
      suites: "0a0a13011302c02b", Message.extension(0x1a1a, ""), Message.serverName("example.com"),
      Message.extension(10, "00060a0a001d0017"),
      Message.extension(16, "000c02683208687474702f312e31"),
      Message.extension(43, "060a0a03040303"), Message.extension(51, "00"),
      Message.extension(35, ""), Message.extension(21, "0000"), Message.extension(1234, ""),
      Message.extension(0xff05, ""), Message.extension(13, "00020403"),
      Message.extension(0x0a1a, ""))
    #expect(
      try read(hello)?.fingerprint("tls")
        == "tls/(0303)(0a0a13011302c02b)((0a0a)(0000)(000a000800060a0a001d0017)"
        + "(0010000e000c02683208687474702f312e31)(002b0007060a0a03040303)(0033)(0023)(0015)(04d2)"
        + "(ff05)(000d000400020403)(0a1a))")
  }

  @Test(arguments: [
    // Two bytes, or one, stay as they are; pairs behind them are degreased; odd ones are dropped.
    (10, "00061a1a2a2a03", "(000a000700060a0a0a0a)"), (10, "00", "(000a000100)"),
    (10, "1a1a", "(000a00021a1a)"), (43, "061a1aff", "(002b0004060a0a)"), (43, "", "(002b0000)"),
    (13, "1a1a", "(000d00021a1a)"), (0x5500, "00026832", "(5500000400026832)"),
    (0x5501, "00", "(5501)"), (63, "00", "(003f)"), (64, "00", "(0040)"),
    // Transport parameters: ids as they were sent, reserved ones alike, up to one that is cut off.
    (57, "0401027129001b0000003a0978", "((0039)((04)(7129)(1b)(00)))"),
    (0xffa5, "8000312900401b004000ff", "((ffa5)((80003129)(1b)))"), (57, "", "((0039)())"),
  ])
  func fingerprintsValues(_ type: UInt16, _ value: String, _ expected: String) throws {
    let head = try read(Message.clientHello(Message.extension(type, value)))
    #expect(head?.fingerprint("tls") == "tls/(0303)(1301)(\(expected))")
  }

  @Test func degreasesLengthsToo() throws {
    let padding = [UInt8](repeating: 0, count: 0x0a0a)
    let head = try read(Message.clientHello(Message.extension(13, padding)))
    #expect(head?.fingerprint("tls")?.hasPrefix("tls/(0303)(1301)((000d0a0a0000") == true)
  }

  @Test func leavesOutAFingerprintThatIsTooLong() throws {
    let padding = [UInt8](repeating: 0, count: 4090)
    let head = try #require(
      try read(Message.clientHello(Message.extension(13, padding)), options: []))
    #expect(head.json == #"{"tls":{"client":{}}}"#)
  }

  @Test func reportsExtensionsByKind() throws {
    let protocols = Message.extension(16, "000a026832025a5a038a8a8a")
    #expect(
      try fields(
        Message.extension(35, "abcd"), protocols,
        Message.extension(57, "7129027561"), Message.extension(0xffa5, "8000312901 5a"),
        Message.extension(35, ""), Message.serverName("a.b"))
        == #","server_name":"a.b","quic_transport_parameters":"003900057129027561","#
        + #""google_user_agent":"ua","quic_transport_parameters_draft":"ffa5000680003129015a","#
        + #""google_user_agent":"Z","application_layer_protocol_negotiation":"#
        + #"["h2","\u000a\u000a","\ufffd\ufffd\ufffd"],"session_ticket":"abcd","session_ticket":""}}}"#
    )
  }

  @Test(arguments: [
    ("", ""), ("0000", ""), ("0005026832", ""), ("0003026832", #""h2""#),
    ("0004026832", ""), ("00050268320541", #""h2""#), ("0005000000 0141", #""A""#),
  ])
  func reportsApplicationProtocols(_ value: String, _ names: String) throws {
    #expect(
      try fields(Message.extension(16, value))
        == #","application_layer_protocol_negotiation":[\#(names)]}}}"#)
  }

  @Test(arguments: [
    ("00 0001 0002 09 0003 616263 0002 7878", "HKDF_SHA256", "AES_256_GCM", 9, 2),
    ("00 0003 0003 09 0000 0003 7878", "HKDF_SHA512", "ChaCha20Poly1305", 9, 0),
    ("00 0004 ffff 09 0009 616263 0002 7878", "UNKNOWN (0004)", "Export_only", 9, 0),
    ("01", "UNKNOWN (0000)", "UNKNOWN (0000)", 0, 0),
  ])
  func reportsEncryptedClientHello(
    _ value: String, _ kdf: String, _ aead: String, _ config: Int, _ payload: Int
  ) throws {
    #expect(
      try fields(Message.extension(0xfe0d, value))
        == #","ech_client_hello":{"hpke_symmetric_cipher_suite":{"kdf":"\#(kdf)","aead":"\#(aead)"},"#
        + #""config_id":\#(config),"payload_length":\#(payload)}}}}"#)
  }

  @Test func passesOverTheServerNamesHeader() throws {
    #expect(try fields(Message.extension(0, "0000000000")) == "}}}")
    #expect(try fields(Message.extension(0, "ffff77ffff 41")) == #","server_name":"A"}}}"#)
    #expect(try fields(Message.extension(0, "00")) == "}}}")
  }

  @Test func reportsOnlyTheFirstServerName() throws {
    #expect(
      try fields(Message.serverName("a.b"), Message.serverName("c"))
        == #","server_name":"a.b"}}}"#)
    #expect(try fields(Message.extension(0, ""), Message.serverName("c")) == "}}}")
  }

  @Test func readsWhatThereIsOfACutHello() throws {
    let whole = Message.record(
      Message.clientHello(Message.extension(23, ""), Message.serverName("example.com")))
    let cut = try #require(try Segment(payload: whole.dropLast(3), options: []).read())
    #expect(
      cut.json == #"{"fingerprints":{"tls":"tls/(0303)(1301)((0017))"},"tls":{"client":{}}}"#)
    #expect(cut.missing == 3)
    let bare = try #require(try Segment(payload: whole.dropLast(26), options: []).read())
    #expect(bare.fingerprint("tls") == "tls/(0303)(1301)()")
    #expect(bare.missing == 26)
    #expect(try Segment(payload: whole.dropLast(27)).read() == nil)
  }

  @Test func readsOnlyTheFirstRecord() throws {
    let hello = Message.clientHello(Message.serverName("example.com"))
    let split = Message.record(Array(hello[..<60])) + Message.record(Array(hello[60...]))
    let head = try #require(try Segment(payload: split).read())
    #expect(head.missing == hello.count - 60)
    #expect(!head.json.contains("server_name"))
  }

  @Test func wantsCipherSuitesInPairs() throws {
    #expect(try read(Message.clientHello(suites: "130113")) == nil)
    #expect(
      try read(Message.clientHello(suites: ""))?.json
        == #"{"fingerprints":{"tls":"tls/(0303)()()"}}"#)
  }

  /// Versions of DTLS have a cookie, whatever carries them.
  @Test func takesADatagramsHelloForOne() throws {
    var hello = Message.clientHello(Message.extension(23, ""))
    hello.replaceSubrange(4..<6, with: [0xfe, 0xfd])
    hello.replaceSubrange(39..<40, with: [0xaa, 2, 7, 7])
    hello.replaceSubrange(1..<4, with: counted24(Array(hello[4...])).prefix(3))
    let head = try #require(try read(hello, options: []))
    #expect(
      head.json == #"{"fingerprints":{"tls":"tls/(fefd)(1301)((0017))"},"dtls":{"client":{}}}"#)
  }

  @Test func wantsACompressionMethod() throws {
    #expect(try read(Message.clientHello(compression: "")) == nil)
    #expect(try read(Message.clientHello(compression: "0001")) != nil)
  }

  @Test func refusesAHelloThatClaimsToBeTooLong() throws {
    var hello = Message.record(Message.clientHello())
    hello.replaceSubrange(6..<9, with: [0, 0x80, 0])
    #expect(try Segment(payload: hello).read() != nil)
    hello.replaceSubrange(6..<9, with: [0, 0x80, 1])
    #expect(try Segment(payload: hello).read() == nil)
  }

  @Test func survivesMutations() throws {
    try checkMutations(
      Segment(
        payload: Message.record(
          Message.clientHello(
            suites: "0a0a1301", Message.serverName("a.bc"), Message.extension(10, "00041a1a001d"),
            Message.extension(16, "0003026832"), Message.extension(57, "040102712902756140020179"),
            Message.extension(35, "ab"), Message.extension(43, "020304"),
            Message.extension(0xfe0d, "00000100010900020102000178")))))
  }
}
