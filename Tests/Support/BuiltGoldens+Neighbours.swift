import Packets

/// Captures of local services: NetBIOS, WireGuard, TFTP, routing, and what neighbours tell.
extension BuiltGoldens {
  package static let neighbours: [(path: String, frames: [Frame])] = [
    ("nbds/nbds", nbds),
    ("nbds/truncated", truncatedNBDS),
    ("nbds/almost-nbds", almostNBDS),
    ("nbss/nbss", nbss),
    ("nbss/almost-nbss", almostNBSS),
    ("wireguard/wireguard", wireGuard),
    ("wireguard/almost-wireguard", almostWireGuard),
    ("tftp/tftp", tftp),
    ("tftp/truncated", truncatedTFTP),
    ("tftp/almost-tftp", almostTFTP),
    ("ospf/ospf", ospf),
    ("ospf/almost-ospf", almostOSPF),
    ("sctp/sctp", sctp),
    ("sctp/almost-sctp", almostSCTP),
    ("cdp/cdp", cdp),
    ("cdp/truncated", truncatedCDP),
    ("cdp/almost-cdp", almostCDP),
    ("lldp/lldp", lldp),
    ("lldp/truncated", truncatedLLDP),
    ("lldp/almost-lldp", almostLLDP),
  ]

  private static func datagram(
    _ payload: [UInt8], from source: UInt16 = 40000, to destination: UInt16
  ) -> Frame {
    Frame.udp(payload, from: source, to: destination).ipv4().ethernet()
  }

  // MARK: NetBIOS

  /// `J` as RFC 1001 §14.1 encodes it.
  private static let name = "20 454b" + String(repeating: "4341", count: 15) + "00"

  private static func nbds(_ message: String) -> Frame {
    datagram(hex(message), from: 138, to: 138)
  }

  static let nbds = [
    nbds("11 0a 1234 0a000001 008a 0048 0000" + name + name + "ff534d42"),
    nbds("10 02 0001 0a000001 008a 0010 0000 01 61 00" + name + "00"),
    nbds("13 0a 1234 0a000001 008a 82"),
    nbds("14 0a 1234 0a000001 008a" + name), nbds("15 0a 1234 0a000001 008a 01 61 00"),
    nbds("17 0a 1234 0a000001 008a 4142"),
  ]

  static let truncatedNBDS = [
    nbds("12 0a 1234 0a000001 008a 0010 0000" + name.prefix(40)),
    nbds("12 0a 1234 0a000001 008a 0010 00"), nbds("13 0a 1234 0a000001 008a"),
    nbds("16 0a 1234 0a000001 008a"),
  ]

  static let almostNBDS = [
    nbds("11 0a 1234 0a000001 00"),
    // Only one of the ports is the service's.
    datagram(hex("11 0a 1234 0a000001 008a"), from: 40000, to: 138),
  ]

  private static func segment(_ payload: String, to port: UInt16 = 139) -> Frame {
    Frame.tcp(hex(payload), to: port).ipv4().ethernet()
  }

  static let nbss = [
    segment("81 00 0044" + name + name), segment("82 00 0000"), segment("00 01 0002 4142"),
    segment("90 00 0100 41"),
  ]

  static let almostNBSS = [segment("85 00 00"), segment("81 00 0000", to: 140)]

  // MARK: WireGuard, TFTP

  private static func initiation(_ count: Int, type: String = "01000000") -> Frame {
    datagram(
      hex(type + "aabbccdd") + (0..<count - 8).map { UInt8(truncatingIfNeeded: $0) }, to: 51820)
  }

  static let wireGuard = [initiation(148)]
  static let almostWireGuard = [
    initiation(147), initiation(149), initiation(148, type: "01000001"),
    initiation(92, type: "02000000"),
  ]

  private static func tftp(_ message: String) -> Frame { datagram(hex(message), to: 69) }

  static let tftp = [
    tftp("0001 626f6f742e62696e 00 6f63746574 00"),
    tftp("0002 61ff22 00 6f63746574 00 7473697a65 00 30 00 00 00"),
    tftp("0005 0001 6e6f6e65 00"), tftp("0004 0001"),
    // Data goes between other ports; to this one it says nothing.
    tftp("0003 0001 4142"),
  ]

  static let truncatedTFTP = [
    tftp("0001 626f6f74"), tftp("0001 626f6f74 00 6f63"), tftp("0001 62 00 6f 00 7473 00 30"),
    tftp("0005 0001"), tftp("0001"),
  ]

  static let almostTFTP = [tftp("00"), datagram(hex("0001 62 00 6f 00"), to: 70)]

  // MARK: OSPF, SCTP

  private static func ospf(_ message: String) -> Frame {
    Frame.ip(hex(message), protocol: 89).ipv4().ethernet()
  }

  static let ospf = [
    ospf("02 01 0020 0a000001 00000000 1234 0000 0000000000000000 ffffff00 000a0201"),
    ospf("02 04 001a 0a000001 00000001 1234 0002 0102030405060708 4142 ffff"),
    ospf("02 06 0019 0a000001 00000001 1234 0003 0102030405060708 41"),
    ospf("03 05 0019 0a000001 00000001 1234 00ff 0102030405060708 41"),
    ospf("03 05 0019 0a000001 00000001 1234 0100 0102030405060708 41"),
  ]

  static let almostOSPF = [
    // No body, a body cut off, a length that is less than the header's.
    ospf("02 01 0018 0a000001 00000000 1234 0000 0000000000000000"),
    ospf("02 01 0020 0a000001 00000000 1234 0000 0000000000000000 ffffff00"),
    ospf("02 01 0010 0a000001 00000000 1234 0000 0000000000000000 ffffff00"),
  ]

  private static func sctp(_ packet: String) -> Frame {
    Frame.ip(hex(packet), protocol: 132).ipv4().ethernet()
  }

  static let sctp = [
    sctp("1234 0050 00000000 11223344 01 00 0014 01020304 0000ffff 000a 000a 00000001"),
    sctp("1234 0050 00000000 11223344 01 05 0015 01020304 0000ffff 000a 000a 00000001 ff 000000"),
  ]

  static let almostSCTP = [
    // A tag, another chunk, a chunk too short, one cut off.
    sctp("1234 0050 00000001 11223344 01 00 0014 01020304 0000ffff 000a 000a 00000001"),
    sctp("1234 0050 00000000 11223344 02 00 0014 01020304 0000ffff 000a 000a 00000001"),
    sctp("1234 0050 00000000 11223344 01 00 0013 01020304 0000ffff 000a 000a 000001"),
    sctp("1234 0050 00000000 11223344 01 00 0014 01020304 0000ffff 000a 000a 000001"),
  ]

  // MARK: CDP, LLDP

  /// An 802.3 frame: a length where others have a type, then LLC and SNAP.
  private static func cdp(_ elements: String) -> Frame {
    let bytes = hex("aaaa03 00000c 2000 02b4 1234" + elements)
    return Frame(bytes).ethernet(type: UInt16(bytes.count))
  }

  static let cdp = [
    cdp(
      """
      0001 0008 6d657263 0002 0033 00000003 0101cc 0004 0a000001
      02 08 aaaa0300000086dd 0010 20010db8000000000000000000000001 010181 0002 0102
      0003 0008 45746830 0004 0008 00000028 0005 0005 76 0006 0005 70 0009 0005 64 000a 0006 0001
      000b 0005 80 0011 0008 000005dc 0014 0006 6162 0015 0006 0102 0016 0006 aabb
      """),
    // Half duplex; a duplex of two bytes; more addresses than are there.
    cdp("000b 0005 01 000b 0006 8000 0002 0011 00000002 0101cc 0004 0a000001 0011 0006 05dc"),
    cdp("0003 0006 6566 0001 0004 0003 0006 6566"), cdp("00"),
  ]

  static let truncatedCDP = [
    cdp("0003 0006 6566 0001 0008 6162"), cdp("0003 0006 6566 0001 00"), cdp("0001 0003 61"),
    cdp("0002 0006 0000"), cdp("0002 0013 00000002 0101cc 0004 0a000001 0101"),
  ]

  static let almostCDP = [
    cdp(""),
    // VTP, which has another number; no SNAP at all.
    Frame(hex("aaaa03 00000c 2003 02b4 1234 00")).ethernet(type: 13),
    Frame(hex("424203 0000 00 00 00 00000000 00")).ethernet(type: 13),
  ]

  private static func lldp(_ elements: String) -> Frame {
    Frame(hex(elements)).ethernet(type: 0x88cc)
  }

  static let lldp = [
    lldp(
      """
      0207 04 020000000001 0403 05 6162 0602 0078 0801 64 0a01 6e 0c01 73 0e04 0014 8001
      100c 05 01 0a000001 02 00000001 00 fe06 00120f 01 0102 1202 0102 0000 0000
      """),
    lldp("0206 05 01 0a000001 0203 04 0102 0e04 ffff 0000"), lldp(""),
    // Data where the end is.
    lldp("0002 4142"),
  ]

  static let truncatedLLDP = [
    lldp("0403 05 6162 0809 6162"), lldp("0403 05 6162 08"), lldp("0601 78"), lldp("0e02 0014"),
    lldp("fe04 00120f 01"), lldp("0201 04 0401 05"), lldp("1005 0102"), lldp("1205 01"),
  ]

  static let almostLLDP = [
    // A neighbour of its EtherType.
    Frame(hex("0207 04 020000000001")).ethernet(type: 0x88cd)
  ]
}
