import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct DNSTests {
  private let dns = Reading("dns", everything)
  private static let netBIOSName = "20" + "454b" + String(repeating: "4341", count: 15) + "00"

  /// A message of these counts that asks about `a.bc.` before anything else.
  private func message(
    _ sections: String, answers: UInt8 = 0, additional: UInt8 = 0, response: Bool = true
  ) -> [UInt8] {
    hex("1234 \(response ? "8180" : "0100") 0001") + [0, answers, 0, 0, 0, additional]
      + hex("0161 026263 00 0001 0001") + hex(sections)
  }

  private func record(type: String, data: String) -> String {
    let count = String(hex(data).count, radix: 16)
    let length = String(repeating: "0", count: 4 - count.count) + count
    return "c00c \(type) 0001 0000003c \(length) \(data)"
  }

  @Test func isBase64UnlessAskedFor() throws {
    let query = message("", response: false)
    #expect(
      try Reading("dns").json(query)
        == #"{"dns":{"base64":"EjQBAAABAAAAAAAAAWECYmMAAAEAAQ=="}}"#)
    #expect(
      try dns.json(query) == """
        {"dns":{"query":{"question":[{"name":"a.bc.","type":"A","class":"IN"}],"id":"3412"}}}
        """)
  }

  @Test(arguments: [
    ("0001", "01020304", #""ipv4_addr":"1.2.3.4""#), ("0001", "010203", #""ipv4_addr":"""#),
    ("001c", "20010db8000000000000000000000001", #""ip6_addr":"2001:db8::1""#),
    ("0010", "02 6869 00 05 61", #""txt":["hi"]"#),
    ("0002", "026e73 c00c", #""ns_domain_name":"ns.a.bc.""#),
    ("000c", "0561", #""domain_name":".""#),
    ("0021", "0001 0002 0003 00", #""srv":{"priority":1,"weight":2,"port":3,"target":""}"#),
    ("002f", "c00c 0001 40", #""nsec":{"next_domain_name":"a.bc.","type_bit_maps":"000140"}"#),
    (
      "0006", "c00c 00 00000001 00000002 00000003 00000004 00000005",
      #""mname":"a.bc.","rname":"","serial":1,"refresh":2,"retry":3,"expire":4,"minimum":5"#
    ),
    ("0005", "c00c", #""unknown_rr_type":5,"unknown_rr_value":"c00c""#),
    (
      "0020", "e000 0a000001",
      #""nb":{"group_name_flag":1,"owner_node_type":3,"ipv4_addr":"10.0.0.1"}"#
    ),
    (
      "0041",
      "0001 00 0001 0003 026832 0003 0002 01bb 0004 0004 01020304 0007 0001 61 0003 0000 0002 0000",
      #""priority":1,"target_name":"","svc_params":[{"alpn":["h2"]},{"key":"port","value":443},"#
        + #"{"ipv4hint":["1.2.3.4"]},{"unknown":"61"},{"key":"port"},{"no_default_alpn":""}]"#
    ),
  ])
  func readsRecordData(_ type: String, _ data: String, _ fields: String) throws {
    let json = try dns.json(message(record(type: type, data: data), answers: 1))
    #expect(json?.contains(#","class":"IN","ttl":60,\#(fields)}],"id":"3412"}}}"#) == true)
  }

  @Test(arguments: ["0006", "0041"])
  func malformedDataIsLeftOut(_ type: String) throws {
    let json = try dns.json(message(record(type: type, data: "00"), answers: 1))
    #expect(json?.hasSuffix(#""ttl":60}],"id":"3412"}}}"#) == true)
  }

  @Test func readsEncryptedClientHelloConfigurations() throws {
    let config =
      "0022 fe0d 001e 07 0020 0004 01020304 0008 0001 0001 0003 ffff 40 03 612e62 0004 1a1a 0000"
    let parameter = "0005 0024" + config
    let json = try dns.json(message(record(type: "0041", data: "0001 00" + parameter), answers: 1))
    #expect(
      json?.contains(
        """
        {"ech_config":{"version":"fe0d","hpke_key_config":{"config_id":7,\
        "kem":"DHKEM_X25519_HKDF_SHA256","public_key":"01020304","hpke_symmetric_cipher_suite":[\
        {"kdf":"HKDF_SHA256","aead":"AES_128_GCM"},{"kdf":"HKDF_SHA512","aead":"Export_only"}]},\
        "maximum_name_length":64,"public_name":"a.b","extensions":[\
        {"type":"UNKNOWN","type_code":4,"data":"1a1a0000"},{"type":"GREASE","data":"0000"},\
        {"type":"GREASE","data":""}]}}
        """) == true)
  }

  @Test func recordsOfTheRootAreOmitted() throws {
    let json = try dns.json(message("00 0029 1000 00000000 0000", additional: 1))
    #expect(json?.contains(#""additional":[],"id""#) == true)
  }

  @Test func classesOtherThanTheInternetShowRawData() throws {
    let json = try dns.json(
      message("c00c 0001 0003 00000000 0001 ff c00c 0001 8001 0 0 0 0 0004 01020304", answers: 2))
    #expect(json?.contains(#""class":"CH","ttl":0,"rdata":"ff""#) == true)
  }

  @Test(arguments: [
    "1234 0100 0000 0000 0000 0000", "1234 0100 0001 0000 0000 0000 00 0001 0001",
    "1234 0100 0001 0000 0000 0000 0161 00 0001", "1234 0100 0001 0000 0000 0101 0161 00 0001 0001",
    "1234 0100 0001 0000 0000 0000 c00c 0001 0001", "1234 0100 0001",
  ])
  func rejectsWhatAsksNothing(_ bytes: String) throws { #expect(try dns.json(hex(bytes)) == nil) }

  @Test func namesEndAt255Bytes() throws {
    for (last, isRead) in [(62, true), (63, false)] {
      let labels = [63, 63, 63, last].map { [UInt8($0)] + [UInt8](repeating: 0x61, count: $0) }
      let bytes = hex("1234 0100 0001 0000 0000 0000") + labels.joined() + hex("00 0001 0001")
      #expect((try dns.json(bytes) != nil) == isRead)
    }
  }

  @Test func pointersAreFollowedSixteenTimes() throws {
    // A name of one label that points at itself.
    let json = try dns.json(message("0178 c016 0001 0001 00000000 0000", answers: 1))
    let name = String(repeating: "x.", count: 17)
    #expect(json?.contains(#"{"name":"\#(name)","type":"A""#) == true)
  }

  // MARK: Relatives

  @Test func aNetBIOSNameBelongsToItsOwnProtocol() throws {
    let query = hex("1234 0110 0001 0000 0000 0000 \(Self.netBIOSName) 0020 0001")
    #expect(try dns.json(query) == nil)
    #expect(
      try Reading("nbns", everything).json(query) == """
        {"nbns":{"query":{"question":[{"name":"J               ","type":"NB","class":"IN"}],"id":"3412"}}}
        """)
    #expect(try Reading("nbns", everything).json(message("")) == nil)
  }

  @Test func readsANodesStatus() throws {
    let status = "01 41424344454647484950202020202000 0400 020000000001 01 02 0003"
    let bytes = hex(
      "1234 8400 0000 0001 0000 0000 \(Self.netBIOSName) 0021 0001 00000000 001d \(status)")
    let json = try Reading("nbns", everything).json(bytes)
    #expect(
      json?.contains(
        """
        "type":"NBSTAT","class":"IN","ttl":0,"nbstat":{"names":[{"name":"ABCDEFGHIP     \\u0000",\
        "name_flags":"0400"}],"unit_id":"02:00:00:00:00:01","jumpers":1,"test_result":2,\
        "version_number":3,"period_of_statistics":0,"number_of_crcs":0
        """) == true)
    #expect(json?.hasSuffix(#""session_data_packet_size":0}}],"id":"3412"}}}"#) == true)
  }

  @Test func multicastIsToldByPortsOrDestination() throws {
    let query = message("", response: false)
    let packets = [
      (Frame.udp(query, from: 5353, to: 5353).ipv4(), true),
      (Frame.udp(query, to: 5353).ipv4(to: 0xe000_00fb), true),
      (Frame.udp(query, to: 5353).ipv6(to: 0xff02 << 112 | 0xfb), true),
      (Frame.udp(query, to: 5353).ipv4(), false), (Frame.udp(query, to: 53).ipv4(), false),
    ]
    for (packet, isMulticast) in packets {
      let json = try Pipeline().json(packet.ethernet())
      #expect(json?.hasPrefix(isMulticast ? #"{"mdns":"# : #"{"dns":"#) == true)
      #expect((try Pipeline(selecting: "dns").json(packet.ethernet()) == nil) == isMulticast)
    }
  }

  @Test func overTCPTheLengthTrimsTheMessage() throws {
    let query = message("", response: false)
    let framed = [0, UInt8(query.count)] + query
    let plain = try Reading("dns.tcp").json(framed)
    #expect(plain == (try Reading("dns").json(query)))
    #expect(try Reading("dns.tcp").json(framed + [1, 2, 3]) == plain)
    #expect(try Reading("dns.tcp").json([0, 18] + query) == nil)
    #expect(try Reading("dns.tcp").json([1, 0] + query) == plain)
  }

  @Test func neverTraps() throws {
    let config = "0005 0013 0011 fe0d 000d 07 0020 0000 0004 0001 0001 40 00"
    let records = [
      ("0041", "0001 00" + config), ("0006", "c00c 00 " + String(repeating: "0", count: 40)),
      ("0010", "026869"), ("0021", "000000000000 c00c"),
    ]
    .map { record(type: $0.0, data: $0.1) }.joined()
    let whole = message(records, answers: 4)
    try dns.survive(whole)
    try Reading("dns.tcp", everything).survive([0, UInt8(whole.count)] + whole)
    let netBIOS = hex(
      "1234 8400 0000 0001 0000 0000 \(Self.netBIOSName) 0021 0001 00000000 0003 ff4142")
    try Reading("nbns", everything).survive(netBIOS)
    #expect(try Reading("nbns", everything).json(netBIOS) != nil)
  }

  @Test func neverTrapsOnNoise() throws {
    var random = SeededRandom("DNS noise")
    for _ in 0..<Thoroughness.rounds(2000) {
      _ = try dns.json(message("", answers: 9) + random.bytes(random.below(200)))
    }
  }
}
