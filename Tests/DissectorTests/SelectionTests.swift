import Dissectors
import Packets
import Support
import Testing

@Suite(.tags(.unit)) struct SelectionTests {
  private func names(_ list: String) throws -> [String] {
    let selection = try Selection(parsing: list)
    return registry.map(\.profile).filter(selection.includes).map(\.name)
  }

  /// Every name of the reference program.
  @Test func takesEveryName() throws {
    let names = """
      all none arp cdp lldp bittorrent dhcp dnp3 dns nbns mdns dtls ftp ftp.request ftp.response \
      geneve vxlan gre http http.request http.response icmp ospf sctp iec imap imap.request \
      imap.response ipsec kerberos ldap mysql nbds nbss openvpn_tcp quic rdp redis redis.request \
      redis.response rfb smb smtp snmp socks ssdp stun wireguard ssh ssh.client ssh.server syslog \
      tacacs tcp tcp.syn_ack tcp.message telnet tftp tls tls.client_hello tls.server_hello \
      tls.server_certificate tofsee
      """
    for name in names.split(separator: " ") {
      #expect(throws: Never.self) { try Selection(parsing: String(name)) }
    }
  }

  @Test func selectsAllUnderAName() throws {
    #expect(try names("tls") == ["tls.client_hello", "tls.server_hello", "tls.server_certificate"])
    #expect(try names("tls.server_hello") == ["tls.server_hello"])
    #expect(try names(" http.request , ftp.response ") == ["http.request", "ftp.response"])
    #expect(try names("") == registry.map(\.profile.name))
    #expect(try names("all") == registry.map(\.profile.name))
  }

  @Test func needsTwoNamesForSYNACK() throws {
    #expect(try names("tcp") == ["tcp"])
    #expect(try names("tcp.syn_ack") == [])
    #expect(try names("tcp.syn_ack,tcp") == ["tcp", "tcp.syn_ack"])
  }

  @Test func clearsEverythingWithNone() throws {
    #expect(try names("tls,none,http") == [])
    #expect(try Selection(parsing: "all,none").tunnelRules == .none)
  }

  /// It is no protocol, and says nothing of which are read.
  @Test func allPacketsIsBesideTheProtocols() throws {
    let alone = try Selection(parsing: "all-packets")
    #expect(alone.keepsAllPackets && alone.namesNoProtocols)
    #expect(try names("all-packets") == registry.map(\.profile.name))
    let some = try Selection(parsing: "arp, all-packets")
    #expect(some.keepsAllPackets && !some.namesNoProtocols)
    #expect(try names("arp,all-packets") == ["arp"])
    #expect(try names("all-packets,none") == [])
    #expect(try Selection(parsing: "all-packets,none").keepsAllPackets)
    var nothing = alone
    nothing.removeAllMessages()
    #expect(nothing.list == "all-packets,none")
    #expect(!Selection.all.keepsAllPackets && !Selection.all.namesNoProtocols)
  }

  /// What several outputs want is what any of them does.
  @Test(arguments: [
    ("tls,gre", "dns,tls.client_hello", "dns,gre,tls,tls.client_hello"), ("none", "dns", "dns"),
    ("none", "none", "none"), ("dns", "", "all"), ("dns", "all-packets,none", "all-packets,dns"),
    ("all-packets", "tls", "all-packets,all"),
  ])
  func joins(_ one: String, _ other: String, _ both: String) throws {
    var selection = try Selection(parsing: one)
    selection.formUnion(try Selection(parsing: other))
    #expect(selection.list == both)
    #expect(try Selection(parsing: selection.list).list == both)
  }

  @Test func refusesUnknownNames() {
    let error = #expect(throws: Selection.UnknownName.self) {
      try Selection(parsing: "tls, tls.certificate")
    }
    #expect(error?.name == "tls.certificate")
    #expect(error?.description.contains("tls.server_certificate") == true)
  }

  /// The names that only mercury's documents have.
  @Test func ignoresWhatMercuryIgnores() throws {
    let selection = try Selection(parsing: "quic,openvpntcp,tls.certificates,arp")
    #expect(
      registry.map(\.profile).filter(selection.includes).map(\.name) == ["quic", "arp"])
    #expect(
      selection.warnings == [
        "\"openvpntcp\" selects nothing; the name is openvpn_tcp",
        "\"tls.certificates\" selects nothing; the name is tls.server_certificate",
      ])
    #expect(try names("openvpntcp") == [])
    #expect(try Selection(parsing: "tls").warnings == [])
  }

  @Test func turnsTunnelsOn() throws {
    #expect(try Selection(parsing: "tls").tunnelRules == .none)
    let rules = try Selection(parsing: "gre,geneve,snmp,tftp").tunnelRules
    #expect(rules.gre && rules.geneve && !rules.vxlan)
    #expect(Set(rules.claimedSourcePorts) == [161, 162, 69])
    #expect(Set(Selection.all.tunnelRules.claimedSourcePorts) == [500, 69, 88, 161, 162])
  }

  @Test func namesOfMessagesDiffer() {
    #expect(Set(registry.map(\.profile.name)).count == registry.count)
  }
}
