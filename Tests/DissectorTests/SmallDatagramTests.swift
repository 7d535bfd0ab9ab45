import Support
import Testing

/// SSDP, syslog, NetBIOS, WireGuard, TFTP.
@Suite(.tags(.unit)) struct SmallDatagramTests {
  @Test(arguments: [
    ("NOTIFY * HTTP/1.1\r\nHOST: a\r\n", #"{"notify":{"method":"NOTIFY * HTTP/1.1"}}"#),
    ("M-SEARCH *\nMX: 1\n", #"{"m_search":{"method":"M-SEARCH *"}}"#),
    ("HTTP/1.1 200 OK", #"{"response":{"method":"HTTP/1.1 200 OK"}}"#),
  ])
  func ssdpShowsItsStartLine(_ text: String, _ json: String) throws {
    #expect(try Reading("ssdp", everything).json(text) == #"{"ssdp":\#(json)}"#)
    #expect(try Reading("ssdp").json(text)?.hasSuffix(":{}}}") == true)
    #expect(try Reading("ssdp").json("X" + text) == nil)
  }

  @Test(arguments: [
    ("<34>x", #""severity":"critical","facility":"security/authorization messages","#),
    ("<191>", #""severity":"debug","facility":"local use 7","#),
    ("<0007>x", #""severity":"debug","facility":"kernel messages","#),
    ("<192>x", ""), ("<>x", ""), ("<3", ""), ("<3x>", ""), ("<-3>", ""), ("x<3>", ""),
    ("<99999999999999999999999>x", ""),
  ])
  func syslogShowsItsPriority(_ text: String, _ fields: String) throws {
    #expect(try Reading("syslog").json(text) == #"{"syslog":{\#(fields)"body":"\#(text)"}}"#)
  }

  @Test func syslogIsTextAtFirst() throws {
    let text = String(repeating: "a", count: 31)
    #expect(try Reading("syslog").json(text + "\u{e9}") == nil)
    #expect(
      try Reading("syslog").json(text + "a\u{e9}") == #"{"syslog":{"body":"\#(text)a\u00e9"}}"#)
    #expect(try Reading("syslog").json("") == nil)
  }

  private static let name = "20 454b" + String(repeating: "4341", count: 15) + "00"
  private static let header =
    #""flags":"0a","datagram_id":4660,"source_ip":"10.0.0.1","source_port":138"#

  @Test(arguments: [
    (
      "10", "0010 0000 0161 00", #""direct_unique_datagram","#,
      #","datagram_length":16,"packet_offset":0,"data":"016100""#
    ),
    ("11", "0010 00", #""direct_group_datagram","#, ""),
    ("13", "82 83", #""datagram_error","#, #","error_code":130"#),
    ("13", "", #""datagram_error","#, ""),
    ("14", name, #""datagram_query_request","#, #","destination_name":"J               ""#),
    ("15", "0161 00", #""datagram_positive_query_response","#, ""),
    ("17", "4142", #""UNKNOWN (23)","#, #","data":"4142""#),
  ])
  func nbdsReadsByType(_ type: String, _ body: String, _ name: String, _ fields: String) throws {
    let json = try Reading("nbds").json(hex(type + "0a 1234 0a000001 008a" + body))
    #expect(json == #"{"nbds":{"msg_type":\#(name)\#(Self.header)\#(fields)}}"#)
  }

  @Test func nbdsShowsNamesAndTheirBytes() throws {
    let names = Self.name + Self.name
    let json = try Reading("nbds").json(hex("12 0a 1234 0a000001 008a 0010 0000" + names + "ff"))
    let data = names.filter { $0 != " " }
    #expect(
      json?.hasSuffix(
        #","source_name":"J               ","destination_name":"J               ","#
          + #""data":"\#(data)ff"}}"#
      )
        == true)
  }

  @Test func nbssShowsWhatFollowsItsLength() throws {
    let nbss = Reading("nbss")
    #expect(
      try nbss.json(hex("81 01 0044 4142"))
        == #"{"nbss":{"type":"session_request","length":68,"data":"4142"}}"#)
    #expect(
      try nbss.json(hex("90 00 0000")) == #"{"nbss":{"type":"UNKNOWN (144)","length":0,"data":""}}"#
    )
    #expect(try nbss.json(hex("85 00 00")) == nil)
  }

  @Test func wireGuardHasOneLength() throws {
    let bytes = hex("01000000 aabbccdd") + [UInt8](repeating: 7, count: 140)
    #expect(
      try Reading("wireguard").json(bytes)
        == #"{"wireguard":{"sender_index":"ddccbbaa00000000"}}"#)
    #expect(try Reading("wireguard").json(bytes.dropLast()) == nil)
    #expect(try Reading("wireguard").json(bytes + [0]) == nil)
  }

  @Test(arguments: [
    ("0001 61 00 6f 00", #"{"tftp":{"opcode":"read","filename":"a","mode":"o","options":[]}}"#),
    ("0002 00 00", #"{"tftp":{"opcode":"write","options":[]}}"#),
    (
      "0001 61 00 6f 00 62 00 63 00 64 00 65",
      #"{"tftp":{"opcode":"read","filename":"a","mode":"o","#
        + #""options":[{"option":"b","value":"c"}]}}"#
    ),
    ("0001 61 00 6f", "{}"), ("0003 0001 41", "{}"), ("0000", "{}"), ("0005 0001", "{}"),
    ("0005 0001 00", #"{"tftp":{"error":{"code":1}}}"#), ("00", nil),
  ])
  func tftpReadsRequestsAndErrors(_ bytes: String, _ json: String?) throws {
    #expect(try Reading("tftp").json(hex(bytes)) == json)
  }

  @Test func neverTrap() throws {
    let messages = [
      ("ssdp", [UInt8]("NOTIFY *\r\n".utf8)), ("syslog", [UInt8]("<191>a".utf8)),
      ("nbds", hex("12 0a 1234 0a000001 008a 0010 0000" + Self.name + Self.name + "ff")),
      ("nbss", hex("81 01 0044 4142")), ("tftp", hex("0001 61 00 6f 00 62 00 63 00")),
      ("tftp", hex("0005 0001 00")),
      ("wireguard", hex("01000000 aabbccdd") + [UInt8](repeating: 7, count: 140)),
      ("ospf", hex("02 04 001a 0a000001 00000001 1234 0002 0102030405060708 4142 ffff")),
      ("sctp", hex("1234 0050 00000000 11223344 01 00 0014") + [UInt8](repeating: 0, count: 16)),
    ]
    for (name, bytes) in messages {
      #expect(try Reading(name, everything).json(bytes) != nil)
      try Reading(name, everything).survive(bytes)
    }
  }
}
