import Packets

/// The captures of `Tests/Golden` that no program sends by itself: rare messages, cut ones, and
/// what only resembles a protocol.
package enum BuiltGoldens {
  package static let all: [(path: String, frames: [Frame])] =
    [
      ("arp/almost-arp", almostARP),
      ("icmp/almost-icmp", almostICMP),
      ("tcp/almost-tcp", almostTCP),
      ("dns/almost-dns", almostDNS),
      ("dns/truncated", truncatedDNS),
      ("mdns/mdns", mdns),
      ("mdns/almost-mdns", almostMDNS),
      ("nbns/nbns", nbns),
      ("nbns/almost-nbns", almostNBNS),
      ("http/almost-http", almostHTTP),
      ("http/truncated", truncatedHTTP),
      ("ssh/almost-ssh", almostSSH),
      ("ssh/truncated", truncatedSSH),
      ("tls/almost-tls", almostTLS),
      ("tls/certificate", certificates),
      ("tls/truncated", truncatedTLS),
      ("tls/tunnels", tunnels),
      ("quic/quic", quic),
      ("quic/almost-quic", almostQUIC),
      ("quic/truncated", truncatedQUIC),
      ("dtls/dtls", dtls),
      ("dtls/almost-dtls", almostDTLS),
      ("tls/spread", spreadTLS),
      ("ssh/spread", spreadSSH),
      ("quic/spread", spreadQUIC),
      ("dtls/spread", spreadDTLS),
    ] + datagrams + neighbours + conversations + controls + sessions + peers + directories
    + assessments

  /// The capture file; its packets are a millisecond apart.
  package static func file(of frames: [Frame]) -> [UInt8] {
    let packets = frames.enumerated().map { i, frame in
      CapturedPacket(time: 1_700_000_000_000_000_000 + UInt64(i) * 1_000_000, frame.bytes)
    }
    return CaptureFile.pcap(packets, unit: .microseconds)
  }
}

// MARK: Below the transport

extension BuiltGoldens {
  private static let arpHeader = hex("0001 0800 06 04 0001")

  static let almostARP = [
    // The fixed part lacks its last byte, then all of it.
    Frame(Array(arpHeader.dropLast())).ethernet(type: 0x0806),
    Frame().ethernet(type: 0x0806),
    // Reverse ARP has another EtherType.
    Frame(arpHeader).ethernet(type: 0x8035),
  ]

  static let almostICMP = [
    // Nothing after the checksum.
    Frame.ip(hex("08 00 0000"), protocol: 1).ipv4().ethernet(),
    Frame.ip(hex("80 00 0000"), protocol: 58).ipv6().ethernet(),
    Frame.ip(hex("03 01"), protocol: 1).ipv4().ethernet(),
    // IGMP, not ICMP.
    Frame.ip(hex("16 00 0904 e00000fb"), protocol: 2).ipv4().ethernet(),
  ]

  static let almostTCP = [
    // A header of 19 bytes, with SYN set.
    Frame.ip(hex("9c40 01bb 00000001 00000000 50 02 2000 0000 00"), protocol: 6).ipv4().ethernet(),
    // Neither opens a connection.
    Frame.tcp([], flags: Frame.Flags.ack).ipv4().ethernet(),
    Frame.tcp([], flags: Frame.Flags.rst).ipv4().ethernet(),
    Frame.tcp([], flags: Frame.Flags.fin | Frame.Flags.ack).ipv6().ethernet(),
  ]
}

// MARK: DNS

extension BuiltGoldens {
  private static let query = hex("1234 0100 0001 0000 0000 0000")
  private static let example = hex("07 6578616d706c65 03 636f6d 00")
  private static let multicast: UInt32 = 0xe000_00fb
  private static let multicastIPv6: UInt128 = 0xff02 << 112 | 0xfb

  private static func datagram(
    _ message: [UInt8], from source: UInt16 = 40000, to destination: UInt16 = 53
  ) -> Frame {
    Frame.udp(message, from: source, to: destination).ipv4().ethernet()
  }

  static let almostDNS = [
    // The root is no name.
    datagram(query + hex("00 0002 0001")),
    // Neither a question nor an answer.
    datagram(hex("1234 8180 0000 0000 0001 0000") + example + hex("0006 0001 0000003c 0000")),
    // More additional records than there may be; 256 would pass.
    datagram(hex("1234 0100 0001 0000 0000 0101") + example + hex("0001 0001")),
    // A second question that is not there; a first one without its class.
    datagram(hex("1234 0100 0002 0000 0000 0000") + example + hex("0001 0001")),
    datagram(query + example + hex("0001 00")),
    // A name that points at itself, and one that is cut off.
    datagram(query + hex("c00c 0001 0001")),
    datagram(query + hex("07 6578616d")),
    // A header of eleven bytes.
    datagram(hex("1234 0100 0001 0000 0000 00")),
    // Over TCP: no question, no answer.
    Frame.tcp(hex("000c 1234 0100 0000 0000 0000 0000"), to: 53).ipv4().ethernet(),
  ]

  static let truncatedDNS = [
    // Answers, of which the second ends in its address, and the third is missing.
    datagram(
      hex("abcd 8180 0001 0003 0000 0000") + example + hex("0001 0001")
        + hex("c00c 0001 0001 0000003c 0004 5db8d822") + hex("c00c 0001 0001 0000003c 0004 5db8"),
      from: 53, to: 40000),
    // Over TCP, less than its length says.
    Frame.tcp(
      hex("0040 abcd 0100 0001 0000 0000 0000") + example + hex("0001 0001"), to: 53
    ).ipv4().ethernet(),
  ]

  static let mdns = [
    // Who offers _http._tcp.local, unicast answers welcome?
    Frame.udp(
      hex("0000 0000 0001 0000 0000 0000 05 5f68747470 04 5f746370 05 6c6f63616c 00 000c 8001"),
      from: 5353, to: 5353
    ).ipv4(to: multicast).ethernet(),
    // I do: PTR, and with it SRV, TXT, A, AAAA and NSEC.
    Frame.udp(
      hex("0000 8400 0000 0001 0000 0005 05 5f68747470 04 5f746370 05 6c6f63616c 00")
        + hex("000c 0001 00001194 0006 03 776562 c00c")
        + hex("c028 0021 8001 00000078 000b 0000 0000 0050 02 6831 c017")
        + hex("c028 0010 8001 00001194 0009 08 706174683d2f6100")
        + hex("c040 0001 8001 00000078 0004 c0a80107")
        + hex("c040 001c 8001 00000078 0010 fe800000000000000000000000000007")
        + hex("c040 002f 8001 00000078 0008 c040 0004 40000008"),
      from: 5353, to: 5353
    ).ipv6(to: multicastIPv6).ethernet(),
    // One question from another port, to the group; it is the group that counts.
    Frame.udp(
      hex("0001 0000 0001 0000 0000 0000 02 6831 05 6c6f63616c 00 0001 0001"),
      from: 50000, to: 5353
    ).ipv4(to: multicast).ethernet(),
  ]

  static let almostMDNS = [
    // The right group and port, and a question without a name.
    Frame.udp(query + hex("00 000c 0001"), from: 5353, to: 5353).ipv4(to: multicast).ethernet(),
    // A header alone, a name that is cut off.
    Frame.udp(query, from: 5353, to: 5353).ipv6(to: multicastIPv6).ethernet(),
    Frame.udp(query + hex("05 5f6874"), from: 5353, to: 5353).ipv4(to: multicast).ethernet(),
  ]

  /// `MERC<20>` as RFC 1001 §14.1 encodes it: each half byte a letter.
  private static let merc =
    [0x20] + Array("ENEFFCEDCACACACACACACACACACACACA".utf8) + [0]

  static let nbns = [
    // Broadcast query, its answer, and a registration.
    datagram(
      hex("8001 0110 0001 0000 0000 0000") + merc + hex("0020 0001"), from: 137, to: 137),
    datagram(
      hex("8001 8580 0000 0001 0000 0000") + merc + hex("0020 0001 000493e0 0006 6000 c0a80109"),
      from: 137, to: 137),
    datagram(
      hex("8002 2910 0001 0000 0000 0001") + merc + hex("0020 0001")
        + hex("c00c 0020 0001 000493e0 0006 e000 c0a80109"), from: 137, to: 137),
    // Node status: two names, and the statistics.
    datagram(
      hex("8003 8400 0000 0001 0000 0000") + merc + hex("0021 0001 00000000 0053 02")
        + Array("MERC           ".utf8) + hex("00 0400") + Array("WORKGROUP      ".utf8)
        + hex("00 8400") + hex("020000000001") + [UInt8](repeating: 0, count: 40),
      from: 137, to: 137),
  ]

  static let almostNBNS = [
    // The name ends early; the header says more questions than there are.
    datagram(query + merc.dropLast(9), from: 137, to: 137),
    datagram(
      hex("8001 0110 0002 0000 0000 0000") + merc + hex("0020 0001"), from: 137, to: 137),
  ]
}

// MARK: Over TCP

extension BuiltGoldens {
  private static func segment(_ payload: [UInt8], from: UInt16 = 40000, to: UInt16 = 443) -> Frame {
    Frame.tcp(payload, from: from, to: to).ipv4().ethernet()
  }

  private static func text(_ payload: String, from: UInt16 = 40000, to: UInt16 = 80) -> Frame {
    segment(Array(payload.utf8), from: from, to: to)
  }

  static let almostHTTP = [
    // A space in the target; no version; another version's name; a method in small letters.
    text("GET /a b HTTP/1.1\r\n\r\n"),
    text("GET /index.html\r\n\r\n"),
    text("POST / HTCPCP/1.0\r\n\r\n"),
    text("GET / http/1.1\r\n\r\n"),
    text("Get / HTTP/1.1\r\n\r\n"),
    // A response whose status is empty, for there are two spaces.
    text("HTTP/1.1  OK\r\n\r\n", from: 80, to: 40000),
  ]

  static let truncatedHTTP = [
    // In the version, in a header's name, in its value.
    text("GET / HTTP/1"),
    text("GET / HTTP/1.1\r\nUser-Ag"),
    text("GET / HTTP/1.1\r\nHost: example.com\r\nUser-Agent: merc/"),
    text("HTTP/1.1 200 OK\r\nServer: me", from: 80, to: 40000),
    text("HTTP/1.1 404", from: 80, to: 40000),
    // Without the spaces, what is left of one token is taken for the next, as it has always been.
    text("HTTP/1.1\r\n\r\n", from: 80, to: 40000),
    text("HTTP", from: 80, to: 40000),
  ]

  static let almostSSH = [
    // A key exchange without algorithms, and a packet that is too short for its cookie.
    segment(
      hex("0000001c 06 14") + [UInt8](repeating: 7, count: 16) + hex("00000000 00000000"),
      to: 22),
    segment(hex("0000000c 0a 14 01020304 05060708"), to: 22),
    // A first list that is longer than the packet.
    segment(
      hex("0000001c 06 14") + [UInt8](repeating: 7, count: 16) + hex("000000ff 61626364"),
      from: 22, to: 40000),
  ]

  static let truncatedSSH = [
    // A banner without its end, and one with half a key exchange behind it.
    text("SSH-2.0-merc_1", to: 22),
    segment(
      Array("SSH-2.0-merc_1 for tests\r\n".utf8) + hex("00000040 06 14")
        + [UInt8](repeating: 7, count: 16) + hex("00000004") + Array("none".utf8) + hex("00000009"),
      from: 22, to: 40000),
  ]

  /// A client hello's body: two suites, and an SNI extension with ALPN behind it.
  private static let helloBody =
    hex("0303") + [UInt8](repeating: 0x5a, count: 32) + hex("00 0004 1301 c02f 01 00 0022")
    + hex("0000 0010 000e 00 000b") + Array("example.com".utf8)
    + hex("0010 0005 0003 02 6832") + hex("0017 0001 00")
  private static let hello =
    hex("16 0301 005a 01 000056") + Array((helloBody + [UInt8](repeating: 0, count: 9)).prefix(86))

  static let almostTLS = [
    // Half a cipher suite; no compression methods; the random is cut off.
    segment(
      hex("16 0301 002e 01 00002a 0303") + [UInt8](repeating: 0x5a, count: 32)
        + hex("00 0003 1301c0 01 00 0000")),
    segment(
      hex("16 0301 002b 01 000027 0303") + [UInt8](repeating: 0x5a, count: 32) + hex("00 0002 1301")
    ),
    segment(hex("16 0301 0012 01 00000e 0303 5a5a5a5a 5a5a5a5a")),
    // A server hello of an unknown version.
    segment(
      hex("16 0303 002a 02 000026 0999") + [UInt8](repeating: 0x5a, count: 32) + hex("00 1301 00"),
      from: 443, to: 40000),
    // A list of no certificates.
    segment(hex("16 0303 0007 0b 000003 000000"), from: 443, to: 40000),
    // An alert, and a record of SSL 2's shape.
    segment(hex("15 0303 0002 02 28 0000")),
    segment(hex("80 2e 01 0301 0015 0000 0010 000005")),
  ]

  static let certificates = [
    // Two certificates, as far as length goes; the second cut off; a message behind them.
    segment(
      hex("16 0303 0015 0b 000011 00000e 000003 300101 000005 3003020101"), from: 443, to: 40000),
    segment(hex("16 0303 0015 0b 000011 00000e 000003 300101 000005 3003"), from: 443, to: 40000),
    segment(
      hex("16 0303 0011 0b 000009 000006 000003 300101 0e 000000"), from: 443, to: 40000),
  ]

  static let truncatedTLS: [Frame] = [45, 52, 60, 71, 80, hello.count].map {
    segment(Array(hello.prefix($0)))
  }

  /// The same hello in everything that packets are carried in.
  static let tunnels: [Frame] = {
    let tcp = Frame.tcp(hello)
    return [
      tcp.ipv4().ethernet(vlans: [7, 8]),
      tcp.ipv6(extensions: [(0, [0, 0, 1, 4, 0, 0, 0, 0])]).ethernet(),
      tcp.ipv4().mpls(labels: [16, 17]).ethernet(),
      tcp.ipv4().pppoe().ethernet(),
      tcp.ipv4().gre().ipv4().ethernet(),
      tcp.ipv4().ipv4().ethernet(),
      tcp.ipv6().ipv6().ethernet(),
      tcp.ipv4().ethernet().vxlan().ipv4().ethernet(),
      tcp.ipv6().geneve().ipv6().ethernet(),
    ]
  }()
}
