import Support
import Testing

@Suite(.tags(.unit)) struct STUNTests {
  private let stun = Reading("stun", everything)
  private static let cookie = "2112a442 0102030405060708090a0b0c"
  private static let old = "0102030405060708090a0b0c0d0e0f10"

  private func message(_ type: String, _ body: String = "", transaction: String = cookie) -> [UInt8]
  {
    hex(type) + counted(hex(body), by: UInt16.self).prefix(2) + hex(transaction) + hex(body)
  }

  @Test func showsARequest() throws {
    #expect(
      try stun.json(message("0001")) == """
        {"fingerprints":{"stun":"stun/1/(00)(0001)(01)()"},"stun":{"method":"Binding",\
        "class":"request","message_length":0,"transaction_id":"0102030405060708090a0b0c",\
        "magic_cookie":true,"attributes":[],"usage":"stun"}}
        """)
  }

  @Test(arguments: [
    ("0011", "Binding", "indication"), ("4101", "Binding", "success_resp"),
    ("0ff5", "UNKNOWN (03f5)", "err_resp"), ("3eef", "UNKNOWN (0fff)", "request"),
    ("0200", "GOOG_PING", "request"),
  ])
  func findsTheClassWithinTheMethod(_ type: String, _ method: String, _ name: String) throws {
    let json = try stun.json(message(type))
    #expect(json?.contains(#""method":"\#(method)","class":"\#(name)""#) == true)
    #expect(json?.contains("fingerprint") == ["request", "indication"].contains(name))
  }

  @Test(arguments: [
    ("0001 0008 0001 1234 01020304", #""family":"ipv4","port":4660,"address":"1.2.3.4""#),
    ("0001 0004 0001 1234", nil), ("0001 0008 0002 1234 01020304", nil),
    ("802b 0008 0003 1234 01020304", #""family":"UNKNOWN","port":4660,"address":"malformed""#),
    (
      "0020 0008 0001 1234 01020304",
      #""family":"ipv4","x_port":13094,"x_address":"32.16.167.70""#
    ),
    (
      "0020 000c 0003 1234 01020304 05060708",
      #""family":"UNKNOWN","x_port":13094,"x_address":"01020304""#
    ),
    ("0009 0008 0000 0401 61626364", #""class":4,"number":1,"reason_phrase":"abcd""#),
    ("0009 0004 ffffff63", #""class":7,"number":99"#), ("0009 0003 000004 00", nil),
    ("0024 0005 01020304 05 000000", #""priority":16909060"#), ("0024 0003 010203 00", nil),
    ("8029 0008 0102030405060708", #""tiebreaker":"0102030405060708""#),
    ("000c 0004 40000000", #""channel_number":16384"#), ("000c 0002 4000 0000", nil),
    ("0019 0001 11 000000", #""protocol":17"#),
    ("8056 0004 00000001", #""message_type":"reservation_commit""#),
    ("8056 0004 00000009", #""message_type":"UNKNOWN (0009)""#),
    ("8022 0000", #""value":"""#), ("9999 0000", #""hex_value":"""#), ("0025 0004 00000000", nil),
  ])
  func readsAttributes(_ attribute: String, _ fields: String?) throws {
    let json = try stun.json(message("0101", attribute))
    let length = hex(attribute).u16(at: 2)
    let end = fields.map { "," + $0 } ?? ""
    #expect(json?.contains(#"","length":\#(length)\#(end)}],"usage""#) == true)
  }

  @Test func showsWhatIsNoAttribute() throws {
    for (body, rest) in [
      ("8022 0003 616263", "80220003616263"), ("0025 0000 99", "99"), ("9999 0010 0102", nil),
    ] {
      let json = try stun.json(message("0001", body))
      let unparseable = rest ?? "999900100102"
      #expect(json?.contains(#"{"unparseable":"\#(unparseable)"}]"#) == true)
      #expect(json?.contains(#"{"malformed":true,"method""#) == true)
    }
  }

  @Test(arguments: [
    ("0001", "0024 0004 01020304", "ice"), ("0003", "", "turn"),
    ("0003", "0024 0004 01020304", "unknown"), ("000a", "9999 0000", "unknown"),
  ])
  func tellsWhatItIsUsedFor(_ type: String, _ body: String, _ usage: String) throws {
    let json = try stun.json(message(type, body))
    #expect(json?.hasSuffix(#""usage":"\#(usage)"}}"#) == true)
  }

  @Test func fingerprintsTellingAttributesInOrder() throws {
    let body =
      "0006 0003 616263 00 0024 0004 00000001 8037 0003 010203 00 8070 0004 00000002 daba 0000"
    let json = try stun.json(message("0001", body))
    #expect(
      json?.contains(
        "stun/1/(00)(0001)(01)((0006)(80370003010203)(8070000400000002)(daba))\"") == true)
  }

  @Test(arguments: [
    ("0001", "", old, true), ("0001", "", "0002030405060708090a0b0c0d0e0f10", true),
    ("0001", "", "0002030400060708090a0b0c0d0e0f10", false), ("0003", "", old, false),
    ("4001", "", old, false), ("0112", "", old, true),
    ("0001", "8022 0003 61626300", "00000000000000000000000000000000", true),
    ("0001", "8022 0023 61626300", old, false),
  ])
  func withoutCookieAsksForFurtherSigns(
    _ type: String, _ body: String, _ transaction: String, _ isRead: Bool
  ) throws {
    let json = try stun.json(message(type, body, transaction: transaction))
    #expect((json != nil) == isRead)
    if let json { #expect(json.contains(#""magic_cookie":false"#)) }
  }

  @Test func neverTraps() throws {
    let body = """
      0001 0008 0001 1234 01020304 0020 0008 0001 1234 01020304 0009 0004 00000401
      8029 0008 0102030405060708 8056 0004 00000001 8022 0003 616263 00
      """
    try stun.survive(message("0001", body))
  }
}

extension [UInt8] {
  fileprivate func u16(at offset: Int) -> Int { Int(self[offset]) << 8 | Int(self[offset + 1]) }
}
