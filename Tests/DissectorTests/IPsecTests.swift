import Support
import Testing

@Suite(.tags(.unit)) struct IPsecTests {
  private let ike = Reading("ipsec.ike", everything)

  private func exchange(
    _ payloads: String, first: String, version: String = "20", type: String = "22"
  ) -> [UInt8] {
    let body = hex(payloads)
    return hex("0102030405060708 1112131415161718" + first + version + type + "28 00000001")
      + bigEndian(UInt32(28 + body.count)) + body
  }

  @Test func showsTheHeader() throws {
    let json = """
      {"ike":{"initiator_spi":"0102030405060708","responder_spi":"1112131415161718",\
      "major_version":2,"minor_version":0,"exchange_type":"IKE_SA_INIT","response":true,\
      "version":false,"initiator":true,"message_id":1,"length":28,"payloads":[]}}
      """
    #expect(try ike.json(exchange("", first: "21")) == json)
    #expect(try ike.json([0, 0, 0, 0] + exchange("", first: "21")) == json)
    #expect(try ike.json([0, 0, 0, 0, 0, 0, 0, 0] + exchange("", first: "21")) == nil)
  }

  @Test(arguments: [("21", "22"), ("10", "22"), ("20", "2a"), ("20", "ff")])
  func rejectsOtherVersionsAndUnknownExchanges(_ version: String, _ type: String) throws {
    #expect(try ike.json(exchange("", first: "21", version: version, type: type)) == nil)
  }

  @Test(arguments: [
    (
      "2b", "0080 0008 41424344",
      #""Vendor_ID","critical":true,"payload_length":8,"vendor_id_hex":"41424344""#
    ),
    (
      "2b", "0000 0018 41424344",
      #""Vendor_ID","critical":false,"payload_length":24,"vendor_id_hex":"""#
    ),
    ("2b", "2b80", #""Vendor_ID","critical":true,"payload_length":0,"vendor_id_hex":"""#),
    (
      "ee", "0000 0006 4142",
      #""UNKNOWN (ee)","critical":false,"payload_length":6,"payload":"4142""#
    ),
    ("28", "0000 0006 4142", #""Nonce","critical":false,"payload_length":6,"nonce":"4142""#),
    ("22", "0000 0005 00", #""Key_Exchange","critical":false,"payload_length":5"#),
    (
      "22", "0000 0007 001f 00",
      #""Key_Exchange","critical":false,"payload_length":7,"#
        + #""diffie_hellman_group_type":"Curve25519","data":"""#
    ),
    (
      "29", "0000 000d 03 04 4004 aabbccdd 01",
      #""Notify","critical":false,"payload_length":13,"security_protocol_type":"ESP","#
        + #""notify_message_status_type":"NAT_DETECTION_SOURCE_IP","spi":"aabbccdd","data":"01""#
    ),
    (
      "29", "0000 0008 00 00 3ffe",
      #""Notify","critical":false,"payload_length":8,"security_protocol_type":"UNKNOWN (00)","#
        + #""notify_message_error_type":"UNKNOWN (3ffe)","spi":"","data":"""#
    ),
    ("29", "0000 0009 01 02 000e 01", #""Notify","critical":false,"payload_length":9"#),
  ])
  func readsPayloads(_ type: String, _ bytes: String, _ fields: String) throws {
    let json = try ike.json(exchange(bytes, first: type))
    #expect(json?.hasSuffix(#""payloads":[{"payload_type":\#(fields)}]}}"#) == true)
  }

  @Test func readsProposals() throws {
    let json = try ike.json(
      exchange(
        "0000 002a 00 00 0026 01 03 04 02 aabbccdd 0300 0012 01 00 000c 800e 0100 000f 0002 0102"
          + "0000 0008 0f 00 0024", first: "21"))
    #expect(
      json?.contains(
        """
        "proposals":[{"last_proposal":0,"proposal_length":38,"proposal_num":1,"protocol_id":3,\
        "spi_size":4,"num_transforms":2,"spi":"aabbccdd","transforms":[{"last_transform":3,\
        "transform_length":18,"transform_type":"Encryption_Algorithm",\
        "encryption_transform_type":"ENCR_AES_CBC","attributes":[
        """) == true)
    #expect(json?.contains(#"{"af":1,"attribute_type":14,"value":"0100"}"#) == true)
    #expect(json?.contains(#"{"af":0,"attribute_type":15,"value":"0102"}"#) == true)
    #expect(json?.contains(#""transform_type":"UNKNOWN (0f)","transform_id":36}]}]}]}}"#) == true)
  }

  @Test(arguments: [
    "0000 0008 00000008", "0000 000c 0000 0008 01 01 08 01",
    "0000 0014 0000 0030 01 01 00 01 0000 0008 05 00 0000", "0000 0004",
  ])
  func proposalsMustBeWhole(_ bytes: String) throws {
    let json = try ike.json(exchange(bytes, first: "21"))
    #expect(json?.hasSuffix(#""proposals":[]}]}}"#) == true)
  }

  @Test func aSecurityAssociationBeginsOnce() throws {
    let esp = Reading("ipsec.esp")
    #expect(
      try esp.json(hex("00000005 00000001 4142"))
        == #"{"esp":{"spi":"00000005","seq":"00000001","payload_length":2}}"#)
    #expect(try esp.json(hex("00000005 00000002 4142")) == nil)
    #expect(try esp.json(hex("00000000 00000001 4142")) == nil)
    #expect(try esp.json(hex("00000005 00000001")) == nil)
    let long = hex("00000005 00000001") + [UInt8](repeating: 0x41, count: 33)
    let shown = String(repeating: "41", count: 32)
    #expect(
      try Reading("ipsec.esp", everything).json(long)?
        .hasSuffix(#""payload_length":33,"payload":"\#(shown)"}}"#) == true)
  }

  @Test func aPortTellsThemApart() throws {
    let pipeline = try Pipeline(selecting: "ipsec")
    let datagram = Frame.udp([0, 0, 0, 0] + exchange("", first: "21"), to: 4500)
    #expect(try pipeline.json(datagram.ipv4().ethernet())?.hasPrefix(#"{"ike""#) == true)
    let packet = Frame.udp(hex("00000005 00000001 4142"), from: 4500).ipv4().ethernet()
    #expect(try pipeline.json(packet)?.hasPrefix(#"{"esp""#) == true)
  }

  @Test func neverTraps() throws {
    let whole = exchange(
      "2800 002a 00 00 0026 01 03 04 02 aabbccdd 0300 0012 01 00 000c 800e 0100 000f 0002 0102 "
        + "0000 0008 0f 00 0024 2900 0008 41424344 2200 000c 01 04 4004 01020304 "
        + "0000 000a 001f 0000 4142", first: "21")
    try ike.survive(whole)
    try Reading("ipsec.esp", everything).survive(hex("00000005 00000001 4142"))
  }
}
