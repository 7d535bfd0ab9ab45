import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct TLSServerTests {
  private typealias Message = TLSMessage

  private static let random = String(repeating: "53", count: 32)

  private func read(
    _ payload: [UInt8]..., options: RecordOptions = []
  ) throws -> Segment.Head? {
    try Segment(
      payload: payload.flatMap { $0 }, sourcePort: 443, destinationPort: 50000, options: options
    ).read()
  }

  @Test func reportsOnlyTheFingerprintWithoutMetadata() throws {
    let hello = Message.serverHello(
      Message.extension(43, "0a1a"), Message.extension(51, "00"), Message.extension(16, "0000"))
    let head = try #require(try read(Message.record(hello)))
    #expect(head.name == "tls.server_hello")
    #expect(
      head.json
        == #"{"fingerprints":{"tls_server":"#
        + #""tls_server/(0303)(1301)((002b00020a1a)(0033)(001000020000))"}}"#)
  }

  @Test func reportsMetadata() throws {
    let hello = Message.serverHello(
      Message.extension(35, "ab"), Message.extension(16, "0003026832"))
    #expect(
      try read(Message.record(hello), options: .metadata)?.fields
        == #"{"tls":{"server":{"version":"0303","random":"\#(Self.random)","#
        + #""selected_cipher_suite":"1301","compression_method":"00","#
        + #""application_layer_protocol_negotiation":["h2"],"session_ticket":"ab"}}}"#)
  }

  @Test func degreasesVersionsWholly() throws {
    let hello = Message.serverHello(
      Message.extension(43, "1a1a2a2a03"), Message.extension(10, "1a1a2a2a"))
    #expect(
      try read(Message.record(hello))?.fingerprint("tls_server")
        == "tls_server/(0303)(1301)((002b00050a0a0a0a)(000a00041a1a0a0a))")
  }

  @Test func dropsAListOfExtensionsThatIsCut() throws {
    let whole = Message.record(Message.serverHello(Message.extension(23, "")))
    let head = try #require(try read(whole.dropLast(1)))
    #expect(head.fingerprint("tls_server") == "tls_server/(0303)(1301)()")
    #expect(head.missing == 0)
    let bare = try #require(try read(whole.dropLast(7), options: .metadata))
    #expect(bare.json.contains(#""selected_cipher_suite":"1301","compression_method":""}"#))
    #expect(try read(whole.dropLast(8)) == nil)
  }

  @Test(arguments: [0x0300, 0x0301, 0x0302, 0x0303, 0xfeff, 0xfefd] as [UInt16])
  func knowsVersion(_ version: UInt16) throws {
    #expect(try read(Message.record(Message.serverHello(version: version))) != nil)
  }

  @Test(arguments: [0x0304, 0x0200, 0x7f12, 0xfefc] as [UInt16])
  func refusesVersion(_ version: UInt16) throws {
    #expect(try read(Message.record(Message.serverHello(version: version))) == nil)
  }

  @Test func findsCertificatesBehindTheHello() throws {
    let hello = Message.serverHello()
    let certificates = Message.certificates("abc", "de")
    let expected = #"{"tls":{"server":{"certs":[{"base64":"YWJj"},{"base64":"ZGU="}]}}}"#
    let status = Message.handshake(22, Array("status".utf8))
    for payload in [
      Message.record(hello, certificates), Message.record(hello) + Message.record(certificates),
      Message.record(hello, status) + Message.record(certificates),
      Message.record(hello, Message.certificates("x")) + Message.record(certificates),
      Message.record(hello, certificates) + Message.record(Message.handshake(12, [])),
    ] {
      #expect(try read(payload)?.fields == expected)
    }
    for payload in [
      Message.record(hello, status, certificates),
      Message.record(hello) + Message.record(status) + Message.record(certificates),
      Message.record(hello) + Message.record(Message.handshake(4, Array(certificates[4...]))),
    ] {
      #expect(try read(payload)?.json.contains("certs") == false)
    }
  }

  @Test func findsCertificatesBehindAHelloOfNoUse() throws {
    let head = try read(
      Message.record(Message.serverHello(version: 0), Message.certificates("abc")),
      options: .metadata)
    #expect(head?.json == #"{"tls":{"server":{"certs":[{"base64":"YWJj"}]}}}"#)
  }

  @Test func waitsForCertificates() throws {
    let whole = Message.record(Message.serverHello(), Message.certificates("abc", "de"))
    let cases = [
      (0, 0, #"{"base64":"YWJj"},{"base64":"ZGU="}"#),
      (1, 1, #"{"base64":"YWJj"},{"base64":"ZA=="}"#),
      (2, 2, #"{"base64":"YWJj"}"#), (6, 6, #"{"base64":"YWI="}"#), (8, 8, ""), (10, 10, ""),
    ]
    for (cut, missing, certificates) in cases {
      let head = try #require(try read(whole.dropLast(cut)))
      #expect(head.missing == missing)
      #expect(head.fields == #"{"tls":{"server":{"certs":[\#(certificates)]}}}"#)
    }
    let none = try #require(try read(whole.dropLast(11)))
    #expect(none.missing == 11)
    #expect(!none.json.contains("certs"))
  }

  @Test func tellsWhoseCertificatesTheyAre() throws {
    let certificates = Message.certificates("abc")
    for (next, owner) in [(12, "server"), (16, "client"), (14, "undetermined")] as [(UInt8, String)]
    {
      let following = Message.handshake(next, [])
      let expected = #"{"tls":{"\#(owner)":{"certs":[{"base64":"YWJj"}]}}}"#
      let head = try read(Message.record(certificates, following))
      #expect(head?.name == "tls.server_certificate")
      #expect(head?.json == expected)
      #expect(try read(Message.record(certificates) + Message.record(following))?.json == expected)
    }
    let later = Message.record(certificates, Message.handshake(14, []))
    #expect(
      try read(later + Message.record(Message.handshake(16, [])))?.json.contains("undetermined")
        == true)
  }

  @Test func wantsAByteOfACertificate() throws {
    #expect(try read(Message.record(Message.handshake(11, [0, 0, 0]))) == nil)
    #expect(try read(Message.record(Message.handshake(11, [0, 0, 5]))) == nil)
    #expect(try read(Message.record(Message.handshake(11, [1, 0, 1, 0, 0, 1, 65]))) == nil)
    let cut = try #require(try read(Message.record(Message.handshake(11, [1, 0, 0, 0, 0, 1, 65]))))
    #expect(cut.missing == 65532)
  }

  @Test func survivesMutations() throws {
    let certificates = Message.certificates("abc", "de")
    for payload in [
      Message.record(Message.serverHello(Message.extension(16, "0003026832")), certificates),
      Message.record(Message.serverHello(Message.extension(35, "ab")))
        + Message.record(certificates),
      Message.record(certificates),
    ] {
      try checkMutations(Segment(payload: payload, sourcePort: 443, destinationPort: 50000))
    }
  }
}
