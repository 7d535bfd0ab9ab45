import Foundation
import Support
import Testing
import Wire

/// What messages say of their implementation, as text of their own.
@Suite(.tags(.unit)) struct RawFeaturesTests {
  // MARK: TLS

  /// A client hello with one cipher suite and these extensions.
  private func hello(_ extensions: [UInt8], length: Int? = nil) -> [UInt8] {
    let body =
      hex("0303") + [UInt8](repeating: 0x52, count: 32) + hex("00 0002 1301 0100")
      + number(length ?? extensions.count) + extensions
    let handshake = hex("01 00") + number(body.count) + body
    return hex("160301") + number(handshake.count) + handshake
  }

  private func number(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }

  @Test(arguments: [
    ("", ""), ("00010002 6162 00020000", #"["0001","6162"],["0002",""]"#),
    // What does not fit is listed without its value, which is then taken for extensions.
    (
      "00010002 6162 00020014 78797a 0003 0001 71",
      #"["0001","6162"],["0002",""],["7879",""],["0300",""]"#
    ),
    (
      "00010002 6162 00020014 0003 0001 71 77",
      #"["0001","6162"],["0002",""],["0003","71"],["7700",""]"#
    ),
    ("00010002 6162 55", #"["0001","6162"],["5500",""]"#),
    ("00010002 6162 5566", #"["0001","6162"],["5566",""]"#),
    ("00010002 6162 556677", #"["0001","6162"],["5566",""]"#),
    ("00010002 6162 55667788", #"["0001","6162"],["5566",""]"#),
  ])
  func tls(_ extensions: String, _ expected: String) throws {
    #expect(
      try features("tls.client_hello", .rawTLS, hello(hex(extensions)))
        == #"["0303","1301",[\#(expected)]]"#)
  }

  @Test func tlsExtensionsEndWhereTheListDoes() throws {
    let short = try features(
      "tls.client_hello", .rawTLS, hello(hex("00010002 6162 00020000"), length: 6))
    #expect(short == #"["0303","1301",[["0001","6162"]]]"#)
  }

  /// 4096 bytes are reported, more are not.
  @Test(arguments: [(2033, true), (2034, false)]) func tlsHasALimit(
    _ count: Int, _ isReported: Bool
  )
    throws
  {
    let value = [UInt8](repeating: 0x61, count: count)
    let text = try features("tls.client_hello", .rawTLS, hello(hex("0001") + number(count) + value))
    #expect((text != nil) == isReported)
    if let text { #expect(text.utf8.count == 4095) }
  }

  // MARK: STUN

  private func stun(_ attributes: [UInt8]) -> [UInt8] {
    hex("0001") + number(attributes.count) + hex("2112a442 6162636465666768696a6b6c") + attributes
  }

  @Test(arguments: [
    ("", ""), ("0006 0003 61626300 8022 0000", #"["0006","616263"],["8022",""]"#),
    ("0006 0003 61626300 8022 0063 31323334", #"["0006","616263"]"#),
  ])
  func stun(_ attributes: String, _ expected: String) throws {
    #expect(
      try features("stun", .rawSTUN, stun(hex(attributes))) == #"["0001",[\#(expected)]]"#)
  }

  /// 2048 bytes are reported; of more only that there were some.
  @Test(arguments: [(1013, 2048), (1014, 2)]) func stunHasALimit(_ count: Int, _ length: Int) throws
  {
    let value = [UInt8](repeating: 0x61, count: count)
    let padding = [UInt8](repeating: 0, count: -count & 3)
    let text = try features("stun", .rawSTUN, stun(hex("0006") + number(count) + value + padding))
    #expect(text?.utf8.count == length)
  }

  // MARK: SSDP

  private func ssdp(_ headers: String, _ options: RecordOptions = .rawSSDP) throws -> String? {
    let line = try Reading("ssdp", options).json("N\r\n" + headers)
    return line.map { $0.replacing(#"{"ssdp":{"notify":"#, with: "").replacing("}}}", with: "}") }
  }

  @Test(arguments: [
    ("", #"{"features":"[\"4e\",[]]"}"#),
    ("HOST: a\r\n", #"{"host":" a","features":"[\"4e\",[[\"686f7374\",\"2061\"]]]"}"#),
    ("hOsT  :a\n", #"{"host":"a","features":"[\"4e\",[[\"686f7374\",\"61\"]]]"}"#),
    // Without an end of line, no header; and only one carriage return belongs to it.
    ("HOST: a", #"{"features":"[\"4e\",[]]"}"#), ("HOST: a\r", #"{"features":"[\"4e\",[]]"}"#),
    ("HOST:a\r\r\n", #"{"host":"a\u000d","features":"[\"4e\",[[\"686f7374\",\"610d\"]]]"}"#),
    ("HOST:\r\n", #"{"host":"","features":"[\"4e\",[[\"686f7374\",\"\"]]]"}"#),
    // A first line that is left out leaves its comma.
    (
      "X: 1\r\nY: 2\r\nST:b\r\n",
      #"{"target":"b","features":"[\"4e\",[,[\"746172676574\",\"62\"]]]"}"#
    ),
    (
      "ST:b\r\nX: 1\r\nST:c\r\n",
      #"{"target":"b","target":"c","features":"[\"4e\",[[\"746172676574\",\"62\"],[\"746172676574\",\"63\"]]]"}"#
    ),
    // A name goes on to the next colon, over lines, empty ones too.
    (
      "HOST:a\r\n\r\nNT:b\r\nST:c\r\n",
      #"{"host":"a","target":"c","features":"[\"4e\",[[\"686f7374\",\"61\"],[\"746172676574\",\"63\"]]]"}"#
    ),
    ("MX:1\r\n", #"{"features":"[\"4e\",[]]"}"#),
  ])
  func ssdpHeaders(_ headers: String, _ expected: String) throws {
    #expect(try ssdp(headers) == expected)
  }

  @Test func ssdpReportsMoreHeadersWithMetadata() throws {
    #expect(
      try ssdp("MX:1\r\nX:2\r\n", [.rawSSDP, .metadata])
        == #"{"method":"N","delay":"1","features":"[\"4e\",[[\"64656c6179\",\"31\"]]]"}"#)
    #expect(try ssdp("HOST: a\r\n", .metadata) == #"{"method":"N"}"#)
  }

  // MARK: BitTorrent

  @Test(arguments: [
    ("", "[]"), ("00000001 01 00000004 c8 616263", #"[["01",""],["c8","616263"]]"#),
  ])
  func peers(_ messages: String, _ expected: String) throws {
    let handshake =
      [19] + Array("BitTorrent protocol".utf8) + [UInt8](repeating: 0x45, count: 8)
      + [UInt8](repeating: 0x49, count: 20) + [UInt8](repeating: 0x50, count: 20)
    let start =
      #""\#(String(repeating: "45", count: 8))","\#(String(repeating: "49", count: 20))","#
      + #""\#(String(repeating: "50", count: 20))""#
    #expect(
      try features("bittorrent.handshake", .rawBitTorrent, handshake + hex(messages))
        == "[\(start),\(expected)]")
  }

  @Test(arguments: [
    ("1:q4:ping1:t2:aae", #"["71","70696e67"],["74","6161"]"#),
    ("6:valuesl1:a2:bci3eee", #"["76616c756573",["61","6263","33"]]"#),
    ("1:ni007ee", #"["6e","303037"]"#),
    ("1:rld1:x1:yed1:z1:weee", #"["72",[[["78","79"]],[["7a","77"]]]]"#),
    ("1:r0:1:y1:qe", #"["72",""],["79","71"]"#),
    // The end of what is empty is taken for that of what it is in.
    ("5:nodesl1:alee1:yi5ee", #"["6e6f646573",["61",]]"#),
    ("1:rd1:xle1:yi5eee", #"["72",[["78",]]],["79","35"]"#),
    // These end the walk.
    ("1:rde1:y1:qe", #"["72",]"#), ("1:rle1:y1:qe", #"["72",]"#), ("1:ni-4e1:y1:qe", #"["6e",""]"#),
    ("1:ni12", #"["6e","3132"]"#), ("1:r5:ab", #"["72",""]"#), ("1:r300:abce", #"["72",""]"#),
    ("1:r", #"["72",]"#), ("1", #"["",]"#), ("i3e1:xe", #"["",]"#), ("1:rXe", #"["72",]"#),
    ("1:rli1eXee", #"["72",["31",]]"#),
  ])
  func hashTable(_ rest: String, _ expected: String) throws {
    let payload = Array("d1:ad2:id3:abce\(rest)".utf8)
    #expect(
      try features("bittorrent.dht", .rawBitTorrent, payload)
        == #"[["61",[["6964","616263"]]],\#(expected)]"#)
  }

  @Test(arguments: [
    ("", ""), ("\r\n", ""), ("A: b\r\n", #"[["413a","62"]]"#),
    ("A: b\r\nC: d\r\n\r\nE: f\r\n", #"[["413a","62"],["433a","64"]]"#),
  ])
  func search(_ headers: String, _ expected: String) throws {
    let payload = Array("BT-SEARCH * HTTP/1.1\r\n\(headers)".utf8)
    #expect(
      try features("bittorrent.lsd", .rawBitTorrent, payload)
        == #"["485454502f312e31",\#(expected)]"#)
  }

  // MARK: SMB

  private func smb(_ body: String, command: String = "0000", isResponse: Bool = false) -> [UInt8] {
    hex("00000040 fe534d42 4000 0100 00000000 \(command) 1f00")
      + hex(isResponse ? "01000000" : "08000000") + hex("78563412")
      + [UInt8](repeating: 0, count: 24) + [UInt8](repeating: 0x53, count: 16) + hex(body)
  }

  private static let identifier = String(repeating: "47", count: 16)

  @Test func smbRequests() throws {
    let request =
      "2400 0200 0100 0000 7f000000 \(Self.identifier) 68000000 0100 0000 0202 1103"
      + "0200 0400 00000000 01000200"
    #expect(
      try features("smb.v2", .rawSMB, smb(request))
        == #"[["0000","00000008","12345678"],["0002","0001","0000007f"],["0202","0311"],"#
        + #"[["0002","01000200"]]]"#)
    // One that cannot be read still has a header.
    #expect(
      try features("smb.v2", .rawSMB, smb("2400")) == #"[["0000","00000008","12345678"]]"#)
    #expect(try features("smb.v2", .rawSMB, smb(request, command: "0900")) == nil)
  }

  @Test func smbResponses() throws {
    let response =
      "4100 0100 0202 0000 \(Self.identifier) 2f000000 00000100 00000100 00000100"
      + String(repeating: "00", count: 16) + "8000 0000 00000000"
    #expect(
      try features("smb.v2", .rawSMB, smb(response, isResponse: true))
        == #"[["0000","00000001","12345678"],["0001","0202","0000002f"],[]]"#)
  }

  // MARK: Names

  @Test(arguments: [
    ("tls", "tls"), (" st un , tls,", "stun,tls"), ("none", "none"), ("", "none"),
    ("all,none", "bittorrent,smb,ssdp,stun,tls"), ("none,smb", "smb"),
  ])
  func namesAreRead(_ list: String, _ normal: String) throws {
    let options = try RecordOptions(parsingRawFeatures: list)
    #expect(options.rawFeatures == normal)
    #expect(try RecordOptions(parsingRawFeatures: normal) == options)
  }

  @Test(arguments: ["STUN", "stun,quic", "al l,x"]) func unknownNamesAreRefused(_ list: String)
    throws
  {
    let error = #expect(throws: RecordOptions.UnknownRawFeatures.self) {
      try RecordOptions(parsingRawFeatures: list)
    }
    #expect(error?.description.contains("all, none, bittorrent, smb, ssdp, stun, tls") == true)
  }

  // MARK: Reading

  /// The features of a message; none unless the protocol's option is given.
  private func features(
    _ name: String, _ option: RecordOptions, _ payload: [UInt8]
  ) throws -> String? {
    let others = try RecordOptions(parsingRawFeatures: "all").subtracting(option)
    #expect(try Reading(name, others).json(payload)?.contains("features") == false)
    let line = try #require(try Reading(name, option).json(payload))
    return Self.features(in: try JSONSerialization.jsonObject(with: Data(line.utf8)))
  }

  private static func features(in value: Any) -> String? {
    guard let object = value as? [String: Any] else { return nil }
    if let features = object["features"] as? String { return features }
    for member in object.values {
      if let features = features(in: member) { return features }
    }
    return nil
  }
}
