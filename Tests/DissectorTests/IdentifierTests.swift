import Dissectors
import Packets
import Support
import Testing
import Wire

/// The names of the messages that `payload` may be, in the order they are tried.
func candidates(
  _ payload: [UInt8], _ content: Packet.Content = .tcp, from source: UInt16 = 40000,
  to destination: UInt16 = 40001, ipProtocol: UInt8 = 0, select: String = "all"
) throws -> [String] {
  var flow = Flow()
  flow.sourcePort = source
  flow.destinationPort = destination
  flow.ipProtocol = ipProtocol
  let identifier = Identifier(try Selection(parsing: select))
  return identifier.candidates(payload.span, content, flow).indexes.map {
    registry[$0].profile.name
  }
}

@Suite(.tags(.unit)) struct IdentifierTests {
  @Test(arguments: [
    ("16030100c8010000", "tls.client_hello"), ("16030300c8020000", "tls.server_hello"),
    ("16030000c80b0000", "tls.server_certificate"), ("16030400f8010000", ""),
    ("0000020cff1400aabb", "ssh.client, ssh.server"), ("3235302d6d61696c", "smtp.server"),
    ("001d123401000001", "dns.tcp"), ("00000085ff534d42", "smb.v1"),
    ("00000085fe534d42", "smb.v2"), ("13426974546f7272", "bittorrent.handshake"),
    ("4a0000000a352e372e3200", "mysql.greeting"), ("4a0000000a352e372e", ""),
    ("680401ff0000", "iec"), ("680401ff00", ""),
    ("056405c903000400ffffffff", "dnp3"),
    ("05640500", ""), ("050201ff", "socks.v5_hello"),
    ("05000003" + "05" + "ffffffffff" + "0050", "socks.v5_request"),
    ("0401005001ffffff00", "socks.v4"), ("04010050ffffffff4100", "socks.v4"),
    ("04010050ff7fff", ""),
  ])
  func knowsTCPPatterns(_ payload: String, _ expected: String) throws {
    #expect(try candidates(hex(payload)).joined(separator: ", ") == expected)
  }

  @Test(arguments: [
    ("1234010000010000", "mdns, nbns, dns"), ("0100000012345678", "wireguard"),
    ("4d2d534541524348", "ssdp"), ("4e4f544946592 02a", "ssdp"),
    ("64313a6164323a69", "bittorrent.dht"), ("42542d5345415243", "bittorrent.lsd"),
    ("c3000000010811111111", "quic"),
    ("16fefd0000000000000000006001000054", "dtls.client_hello"),
    ("16feff0000000000000000006002000054", "dtls.server_hello"),
    ("16fefd000000000000000000600300005400", "dtls.hello_verify_request"),
    ("16fefd000000000000000000600100", ""),
    ("0001 0000 2112a442 0102030405060708090a0b0c", "stun"),
    ("0001 0004 2112a442 ff02030405060708090a0b0c", ""),
  ])
  func knowsUDPPatterns(_ payload: String, _ expected: String) throws {
    #expect(try candidates(hex(payload), .udp).joined(separator: ", ") == expected)
  }

  @Test(
    arguments: [
      ("DELE x", 80, "http.request, ftp.request"), ("DELE x", 21, "ftp.request, http.request"),
      ("HELP x", 80, "ftp.request, smtp.client"), ("QUIT\r\n", 25, "smtp.client, ftp.request"),
      ("AUTH x", 80, "ftp.request, smtp.client, redis.request"),
      ("AUTH x", 25, "smtp.client, ftp.request, redis.request"), ("AUTH x", 6379, "redis.request"),
      ("CCC\r\n", 80, "ftp.request"), ("RFB 003.008\n", 80, "rfb"),
      ("HTTP/1.1", 80, "http.response"),
      ("GET / HTTP", 80, "http.request"), ("get / HTTP", 80, ""), ("VERS", 80, "http.request"),
      ("GET", 80, ""), ("GET / HTTP", 389, "ldap"), ("XRMD", 80, "ftp.request"),
    ] as [(String, UInt16, String)])
  func knowsKeywords(_ payload: String, _ port: UInt16, _ expected: String) throws {
    let found = try candidates(Array(payload.utf8), to: port).joined(separator: ", ")
    #expect(found == expected)
  }

  @Test func fallsFromKeywordsToTheLength() throws {
    let payload = Array("AUTH".utf8) + [UInt8](repeating: 0xff, count: 196)
    #expect(
      try candidates(payload)
        == ["ftp.request", "smtp.client", "redis.request", "tofsee"])
    #expect(try candidates([UInt8](repeating: 0xff, count: 200)) == ["tofsee"])
    #expect(try candidates([UInt8](repeating: 0xff, count: 201)).isEmpty)
  }

  @Test(
    arguments: [
      (1, 389, "ldap"), (139, 389, "ldap"), (139, 1, "nbss"), (1, 1194, "openvpn_tcp"),
      (21, 1, "ftp.response"), (1, 21, ""), (49, 1, "tacacs"), (3389, 1, "rdp"),
      (3306, 1, "mysql.login"), (1, 88, "kerberos.tcp"), (1, 6379, "redis.request"),
      (6379, 1, "redis.response"), (6379, 6379, "redis.request"), (1, 143, "imap.request"),
      (143, 1, "imap.response"), (23, 1, "telnet"),
    ] as [(UInt16, UInt16, String)])
  func knowsTCPPorts(_ source: UInt16, _ destination: UInt16, _ expected: String) throws {
    let found = try candidates([0xff, 0xff], from: source, to: destination)
    #expect(found.joined() == expected)
  }

  @Test(
    arguments: [
      (500, 1, "ipsec.ike"), (138, 138, "nbds"), (138, 1, ""), (69, 1, "tftp"), (1, 88, "kerberos"),
      (161, 1, "snmp"), (1, 162, "snmp"), (1, 514, "syslog"), (514, 1, ""), (1, 67, "dhcp"),
      (67, 68, "dhcp"), (67, 1, ""), (4500, 1, "ipsec.esp"), (1, 4789, ""),
    ] as [(UInt16, UInt16, String)])
  func knowsUDPPorts(_ source: UInt16, _ destination: UInt16, _ expected: String) throws {
    let found = try candidates([0xff, 0xff], .udp, from: source, to: destination)
    #expect(found.joined() == expected)
  }

  @Test func triesPort4500BeforeAll() throws {
    let query = hex("000001000001000000000000")
    #expect(try candidates([0, 0, 0, 0] + query, .udp, to: 4500) == ["ipsec.ike"])
    #expect(try candidates(query, .udp, to: 4500) == ["ipsec.esp"])
    #expect(try candidates(query, .udp, to: 4500, select: "dns") == ["dns"])
  }

  @Test func knowsWhatIsNeitherTCPNorUDP() throws {
    for (number, name) in [
      (1, "icmp"), (58, "icmp"), (89, "ospf"), (50, "ipsec.esp"), (132, "sctp"), (2, ""),
    ] as [(UInt8, String)] {
      #expect(try candidates([1], .ip, ipProtocol: number).joined() == name)
    }
    #expect(try candidates([1], .link(0x0806)) == ["arp"])
    #expect(try candidates([1], .link(0x2000)) == ["cdp"])
    #expect(try candidates([1], .link(0x88cc)) == ["lldp"])
    #expect(try candidates([1], .syn) == ["tcp"])
    #expect(try candidates([1], .synAck) == ["tcp.syn_ack"])
  }

  @Test func keepsAPatternOnForAnyOfItsSharers() throws {
    let query = hex("1234010000010000")
    #expect(try candidates(query, .udp, to: 161, select: "mdns,snmp") == ["mdns"])
    #expect(try candidates(query, .udp, to: 161, select: "snmp") == ["snmp"])
    let banner = Array("SSH-2.0-x".utf8)
    #expect(try candidates(banner, to: 23, select: "ssh.client,telnet") == ["ssh.client"])
    #expect(try candidates(banner, to: 23, select: "telnet") == ["telnet"])
  }

  @Test func saysWhyThereIsNoCandidate() {
    let identifier = Identifier(.none)
    let cases: [(Packet.Content, Unread)] = [
      (.tcp, .tcpPayload), (.udp, .udpPayload), (.syn, .tcpHandshake), (.synAck, .tcpHandshake),
      (.ip, .ipProtocol), (.link(0x0806), .linkProtocol), (.nothing(.ipLength), .ipLength),
    ]
    for (content, reason) in cases {
      let found = identifier.candidates([1, 2, 3, 4].span, content, Flow())
      #expect(found.isEmpty && found.reason == reason)
    }
  }
}

@Suite(.tags(.unit)) struct IdentifierPropertyTests {
  static let ports: [UInt16] = [
    21, 23, 25, 49, 53, 67, 68, 69, 80, 88, 138, 139, 143, 161, 162, 389, 443, 500, 514, 1194, 3306,
    3389, 4500, 4789, 6379, 40000,
  ]
  static let heads: [[UInt8]] =
    [
      "16030100c8010000", "16030100c802", "16030100c80b", "0000020cff1400", "001d123401000001",
      "00000085ff534d42", "00000085fe534d42", "13426974546f7272", "4a0000000a352e372e3200",
      "680401ff0000", "0564050000000000ffff", "050201ff", "0500000305ffffffffff0050",
      "0401005001ffffff00", "1234010000010000", "0100000012345678", "64313a6164323a69",
      "42542d5345415243", "c300000001081111", "16fefd00000000000000000060010000",
      "000100002112a4420102030405060708090a0b0c", "00000000", "",
    ].map(hex)
    + [
      "SSH-2.0-x", "250-mail", "DELE /", "AUTH x", "HELP x", "CCC\r\n", "RFB 003.008\n", "GET / H",
    ]
    .map { Array($0.utf8) }

  @Test(arguments: ["all", "none", "tls,dns,http", "mdns,ssh.client,smtp,ipsec,ftp,tofsee,quic"])
  func isTheScan(_ select: String) throws {
    var random = SeededRandom("identifier, \(select)")
    let selection = try Selection(parsing: select)
    let identifier = Identifier(selection)
    let scan = SignatureScan(selection: selection, registry: registry)
    for round in 0..<Thoroughness.rounds(3000) {
      var payload = Self.heads[round % Self.heads.count]
      if random.below(2) == 0 { payload = random.mutated(payload) }
      if random.below(3) == 0 { payload += random.bytes(random.below(30)) }
      if random.below(8) == 0 {
        payload += random.bytes(max(0, 200 - payload.count))
      }
      var flow = Flow()
      flow.sourcePort = Self.ports[random.below(Self.ports.count)]
      flow.destinationPort = Self.ports[random.below(Self.ports.count)]
      for (carrier, content) in [(.tcp, .tcp), (.udp, .udp)]
        as [(Profile.Carrier, Packet.Content)]
      {
        let fast = identifier.candidates(payload.span, content, flow).indexes
        let slow = scan.messages(payload, over: carrier, flow)
        #expect(fast == slow, "\(payload) \(flow) \(carrier)")
      }
    }
  }
}
