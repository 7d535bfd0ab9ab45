/// Protocols of plants and networks: DNP3, IEC 60870-5-104, TACACS+.
extension BuiltGoldens {
  static let controls: [(path: String, frames: [Frame])] = [
    ("dnp3/dnp3", dnp3),
    ("dnp3/almost-dnp3", almostDNP3),
    ("iec/iec", iec),
    ("iec/almost-iec", almostIEC),
    ("tacacs/tacacs", tacacs),
    ("tacacs/truncated", truncatedTACACS),
    ("tacacs/almost-tacacs", almostTACACS),
  ]

  private static func segment(_ text: String, from: UInt16, to: UInt16) -> Frame {
    Frame.tcp(hex(text), from: from, to: to).ipv4().ethernet()
  }

  // MARK: DNP3

  private static func dnp3Frame(_ text: String) -> Frame { segment(text, from: 40000, to: 20000) }

  private static let dnp3 = [
    // Read class data: a master's unconfirmed data.
    dnp3Frame("0564 0b c4 0a00 0304 beef c0c1 01 3c0206 beef"),
    // A response with indications, a secondary's acknowledgement that breaks rules.
    dnp3Frame("0564 0a 44 0304 0a01 beef c0e1 81 9304 beef"),
    dnp3Frame("0564 0a 3b 0304 0a01 beef 7ff1 82 ffff beef"),
    // Functions that want another count-valid bit, and functions without a name.
    dnp3Frame("0564 08 d4 0a00 0304 beef c0c1 0d beef"),
    dnp3Frame("0564 08 c3 0a00 0304 beef 40c1 99 beef"),
    dnp3Frame("0564 08 c7 0a00 0304 beef 00c1 02 beef"),
    // Two bytes of data: what follows is the checksum.
    dnp3Frame("0564 07 c4 0a00 0304 beef c0c1 00 ef"),
    // Data of two blocks.
    dnp3Frame(
      "0564 19 c4 0a00 0304 beef c0c1 02 00000000000000000000000000 beef 01020304 beef"),
  ]

  private static let almostDNP3 = [
    // No data; less than its length says, and more; another start.
    dnp3Frame("0564 05 c0 0a00 0304 beef 0000"),
    dnp3Frame("0564 0b c4 0a00 0304 beef c0c1 01 3c0206 be"),
    dnp3Frame("0564 0b c4 0a00 0304 beef c0c1 01 3c0206 beef 00"),
    dnp3Frame("0565 0b c4 0a00 0304 beef c0c1 01 3c0206 beef"),
  ]

  // MARK: IEC 60870-5-104

  private static func iecFrame(_ text: String) -> Frame { segment(text, from: 2404, to: 40000) }

  private static let iec = [
    // STARTDT, its confirmation, TESTFR, and something of the kind that has no name.
    iecFrame("68 04 07000000"),
    iecFrame("68 04 0b000000"),
    iecFrame("68 04 43000000"),
    iecFrame("68 04 1f000000"),
    iecFrame("68 04 01000c00"),
    // General interrogation; measurements one by one and in a sequence; no such type and cause.
    iecFrame("68 0e 04000200 64010600 0100 000000 14"),
    iecFrame("68 1a 04000200 0d029405 0100 010000 0102030405 020000 0506070809"),
    iecFrame("68 15 04000200 0d821405 0100 010000 01020304 05060708"),
    iecFrame("68 0e 04000200 ff01ff00 ffff 010000 01"),
    // No room for an object, and more of them than there is room for.
    iecFrame("68 0a 04000200 01010300 0100"),
    iecFrame("68 12 04000200 01030300 0100 0102030405060708"),
  ]

  private static let almostIEC = [
    // Neither data, acknowledgement nor function; no objects; a control field cut off.
    iecFrame("68 04 02000000"),
    iecFrame("68 0e 04000200 64000600 0100 000000 14"),
    iecFrame("68 03 01000c"),
    iecFrame("68 07 04000200 640106"),
    // Not the length it says.
    iecFrame("68 04 07000000 00"),
    iecFrame("68 0e 04000200"),
  ]

  // MARK: TACACS+

  private static func request(_ text: String) -> Frame { segment(text, from: 40000, to: 49) }
  private static func reply(_ text: String) -> Frame { segment(text, from: 49, to: 40000) }

  private static let tacacs = [
    // Encrypted: a request, a reply of forty bytes, one without a body.
    request("c0 01 01 00 12345678 00000003 616263"),
    reply(
      "c1 02 02 04 12345678 00000028 " + String(repeating: "78", count: 40)),
    request("c0 03 03 fa 12345678 00000000"),
    // Unencrypted: start, continue, reply, and what is not looked into.
    request(
      "c0 01 01 05 12345678 00000012 01010101 04030201 66726564 747479 3a3a 64"),
    request("c0 01 01 01 12345678 00000008 09020704 00000000"),
    request("c0 01 03 01 12345678 0000000a 0003 0002 ff 616263 6465"),
    reply("c0 01 02 01 12345678 0000000b 05 01 0003 0002 616263 6465"),
    reply("c0 01 02 01 12345678 00000006 63 fe 0000 0000"),
    request("c0 02 01 01 12345678 00000002 7a7a"),
    reply("c0 00 02 01 12345678 00000002 7a7a"),
  ]

  private static let truncatedTACACS = [
    // Without a length none is expected; a body that lacks what its own lengths say.
    request("c0 01 01 00 12345678"),
    request("c0 01 01 01 12345678 0000000a 01010101 04030201 6672"),
    reply("c0 01 02 01 12345678 00000005 05 01 0003 00"),
  ]

  private static let almostTACACS = [
    request("c0 01 01 00 12345678 00000004 616263"),
    request("c0 01 01 00 12345678 00000002 616263"),
    request("c0 04 01 00 12345678 00000003 616263"),
    request("d0 01 01 00 12345678 00000003 616263"),
    request("c2 01 01 00 12345678 00000003 616263"),
  ]
}
