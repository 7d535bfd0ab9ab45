import Bytes
import Dissectors
import Packets
import Parse
import Support
import Testing
import Wire

/// In what form messages expose credentials.
@Suite(.tags(.unit)) struct ExposureTests {
  private static let plaintext = Attributes.exposedCredentialsPlaintext
  private static let token = Attributes.exposedCredentialsToken
  private static let nothing: Attributes = []
  private static let derived = Attributes.exposedCredentialsDerived

  @Test(
    arguments: [
      ("Basic YTpi", plaintext), ("Basic", plaintext), ("Bearer x", token), ("Digest x", derived),
      ("basic YTpi", nothing), ("NTLM x", nothing), ("", nothing), ("Basics x", nothing),
      ("Digest x\r\nAuthorization: Basic YTpi", derived),
      ("\r\nAuthorization: Basic YTpi", nothing),
      ("x\r\nProxy-Authorization: Basic YTpi", nothing),
    ] as [(String, Attributes)])
  func http(_ authorization: String, _ expected: Attributes) throws {
    let request = "GET / HTTP/1.1\r\nAuthorization: \(authorization)\r\n\r\n"
    #expect(try attributes(tcp(request, to: 80)) == expected)
  }

  @Test(
    arguments: [
      ("LOGIN u p", plaintext), ("login \"u\" \"p\"", plaintext), ("LOGIN {1}", plaintext),
      ("LOGIN {1+}\r\nu p", plaintext), ("AUTHENTICATE PLAIN", plaintext),
      ("authenticate plain AGFiYw==", plaintext), ("AUTHENTICATE LOGIN", plaintext),
      ("AUTHENTICATE PLAIN ", plaintext), ("AUTHENTICATE  PLAIN", nothing),
      ("AUTHENTICATE CRAM-MD5", derived), ("AUTHENTICATE Digest-MD5", derived),
      ("AUTHENTICATE SCRAM-SHA-1", derived), ("AUTHENTICATE SCRAM-SHA-256", derived),
      ("AUTHENTICATE SCRAM-SHA-512", nothing), ("AUTHENTICATE NTLM", derived),
      ("AUTHENTICATE OAUTH", token), ("AUTHENTICATE OAUTHBEARER xyz", token),
      ("AUTHENTICATE XOAUTH2", token), ("AUTHENTICATE GSSAPI", token),
      ("AUTHENTICATE KERBEROS_V4", nothing), ("AUTHENTICATE", nothing), ("AUTHENTICATE ", nothing),
      ("NOOP", nothing),
      ("NOOP\r\nb LOGIN u p", nothing), ("AUTHENTICATE CRAM-MD5\r\nb LOGIN u p", derived),
    ] as [(String, Attributes)])
  func imap(_ command: String, _ expected: Attributes) throws {
    #expect(try attributes(tcp("a \(command)\r\n", to: 143)) == expected)
  }

  @Test func imapContinuationsAreNotLookedAt() throws {
    #expect(try attributes(tcp("AGFiYw==\r\n", to: 143)) == [])
  }

  @Test(
    arguments: [
      ("PASS x", plaintext), ("PASS  ", plaintext), ("PASS ", nothing), ("PASS", nothing),
      ("USER x", nothing),
      ("ACCT x", nothing),
    ] as [(String, Attributes)])
  func ftp(_ command: String, _ expected: Attributes) throws {
    #expect(try attributes(tcp("\(command)\r\n", to: 21)) == expected)
  }

  @Test(
    arguments: [
      ("AUTH x\r\n", plaintext), ("auth u x\r\n", plaintext), ("AUTH\r\n", nothing),
      ("AUTH u \r\n", nothing),
      ("*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n", plaintext), ("*2\r\n$4\r\nAUTH\r\n$0\r\n\r\n", nothing),
      ("*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$1\r\nx\r\n", plaintext),
      ("*2\r\n$4\r\nAUTH\r\n$-1\r\n", nothing),
      ("*2\r\n$3\r\nGET\r\n$1\r\nx\r\n", nothing), ("*2\r\n$4\r\nAUTH\r\n$10\r\nx\r\n", plaintext),
    ] as [(String, Attributes)])
  func redis(_ command: String, _ expected: Attributes) throws {
    #expect(try attributes(tcp(command, to: 6379)) == expected)
  }

  /// Type, number, flags and body of a packet.
  @Test(
    arguments: [
      ("01 01 00", "7878", derived), ("01 03 00", "7878", derived), ("01 02 00", "7878", nothing),
      ("02 01 00", "7878", nothing), ("01 01 01", "01010101 01010102 75707278 78", plaintext),
      ("01 01 01", "01010201 01010102 75707278 78", derived), ("01 01 01", "0101", nothing),
      ("01 03 01", "0001 0001 00 75 64", nothing), ("02 01 01", "7878", nothing),
    ] as [(String, String, Attributes)])
  func tacacs(_ header: String, _ body: String, _ expected: Attributes) throws {
    let body = hex(body)
    let packet = hex("c0 \(header) 11223344 000000") + [UInt8(body.count)] + body
    #expect(try attributes(Frame.tcp(packet, to: 49)) == expected)
  }

  /// What a client authenticates with.
  @Test(
    arguments: [
      ("80 02 7077", plaintext), ("80 00", nothing), ("8a 04 4e544c4d", nothing),
      (sasl("PLAIN"), plaintext), (sasl("plain"), plaintext), (sasl("OAUTHBEARER"), token),
      (sasl("XOAUTH2"), token), (sasl("CRAM-MD5"), derived), (sasl("DIGEST-MD5"), derived),
      (sasl("SCRAM-SHA-1"), derived), (sasl("SCRAM-SHA-256"), derived),
      (sasl("SCRAM-SHA-512"), derived), (sasl("GSSAPI"), nothing), (sasl("EXTERNAL"), nothing),
      (sasl("NTLM"), nothing), (sasl("PLAIN", credentials: ""), nothing),
      (sasl("CRAM-MD5", credentials: ""), nothing),
    ] as [(String, Attributes)])
  func ldap(_ authentication: String, _ expected: Attributes) throws {
    let request = element(0x60, hex("020103 0401 75") + hex(authentication))
    let message = element(0x30, hex("020101") + request)
    #expect(try attributes(Frame.tcp(message, to: 389)) == expected)
  }

  static func sasl(_ mechanism: String, credentials: String = "x") -> String {
    let name = element(4, Array(mechanism.utf8)), data = element(4, Array(credentials.utf8))
    return element(0xa3, name + data).map {
      String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
    }
    .joined()
  }

  private static let unit = "a00b 020101 020100 020100 3000"

  @Test(
    arguments: [
      ("020100 0403 707562 \(unit)", plaintext), ("020101 0403 707562 \(unit)", plaintext),
      ("020101 0400 \(unit)", nothing), (secured("04"), nothing), (secured("05"), derived),
      (secured("07"), derived), (secured("06"), nothing),
    ] as [(String, Attributes)])
  func snmp(_ message: String, _ expected: Attributes) throws {
    let message = element(0x30, hex(message))
    #expect(try attributes(Frame.udp(message, to: 161)) == expected)
  }

  static func secured(_ flags: String) -> String {
    "020103 300d 020101 020205c0 0401 \(flags) 020103 "
      + "0416 3014 0402 8000 020101 020101 0401 75 0404 41414141 0400"
  }

  /// Nothing is told that was not asked for, and what is told stands in the analysis.
  @Test func isToldOnlyIfAsked() throws {
    let frame = tcp("PASS x\r\n", to: 21).ipv4().ethernet()
    let capture = ReadCapture(frames: [frame])
    let asked = try GoldenRun(.exposedCredentials).lines(of: capture)
    let plain = try GoldenRun().lines(of: capture)
    let analysis =
      #""analysis":{"status":"unknown","attributes":["#
      + #"{"name":"exposed_credentials_plaintext","probability_score":1.000000}]},"#
    #expect(asked.count == 1)
    #expect(asked.first?.contains(analysis) == true)
    #expect(asked.map { $0.replacing(analysis, with: "") } == plain)
  }

  private func tcp(_ text: String, to port: UInt16) -> Frame {
    Frame.tcp(Array(text.utf8), from: 40000, to: port)
  }

  /// The attributes of the frame's record.
  private func attributes(_ frame: Frame) throws -> Attributes {
    var step = PacketParser(.all, options: .exposedCredentials)
    let outcome = step.parse(packet: frame.ipv4().ethernet().bytes.span, linkType: .ethernet)
    guard case .record = outcome else {
      Issue.record("no record: \(outcome)")
      return []
    }
    let isSilent = step.analysis.buffer.isEmpty
    #expect(isSilent == step.facts.attributes.isEmpty)
    return step.facts.attributes
  }

  private func element(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] { Self.element(tag, value) }

  static func element(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] {
    [tag, UInt8(value.count)] + value
  }
}
