import Dissectors
import Support
import Testing

@Suite(.tags(.unit)) struct RegistryTests {
  private static let read = registry.map(\.profile)
  /// Protocols that are read where others of their family are.
  private static let families = ["mdns": "dns", "nbns": "dns", "openvpn_tcp": "openvpn"]

  @Test func namesAreUnique() {
    let names = registry.map(\.profile.name)
    #expect(Set(names).count == names.count)
  }

  @Test func everyFolderIsRegistered() {
    let folders = Project.entries("Sources/Dissectors")
      .filter {
        !["Core", "Assessment"].contains($0) && Project.isFolder("Sources/Dissectors/\($0)")
      }
    let groups = Self.read.map { Self.families[$0.group] ?? $0.group }
    #expect(Set(folders.map { $0.lowercased() }) == Set(groups))
  }

  @Test(arguments: Set(read.map(\.group)).sorted())
  func everyProtocolHasGoldens(_ group: String) {
    let goldens = Golden.captures.filter { $0.group == group }
    let resemblances = goldens.count { $0.isAlmost }
    #expect(resemblances > 0, "nothing that only resembles it")
    #expect(goldens.count > resemblances)
  }

  /// Selecting just one message still gives a record of its protocol's goldens.
  @Test(arguments: read.map(\.name))
  func everyMessageHasAGolden(_ name: String) throws {
    let profile = try #require(Self.read.first { $0.name == name })
    let names = [name] + (profile.needs.map { [$0] } ?? [])
    let selection = try Selection(parsing: names.joined(separator: ","))
    var lines: [String] = []
    for golden in Golden.captures where golden.group == profile.group {
      lines += try GoldenRun(golden.set.options, selection: selection)
        .lines(of: ReadCapture(golden.capture))
    }
    #expect(lines.contains { profile.key.isEmpty || $0.contains("\"\(profile.key)\":") })
  }

  @Test func everyGoldenIsOfARegisteredProtocol() {
    let groups = Set(Self.read.map(\.group))
    for golden in Golden.captures { #expect(groups.contains(golden.group)) }
  }

  @Test func theTableOfProtocolsIsCurrent() {
    let file = Project.bytes(of: "docs/protocols.md") ?? []
    let isCurrent = String(decoding: file, as: UTF8.self) == ProtocolTable.markdown + "\n"
    #expect(isCurrent, ".build/debug/merc docs protocols > docs/protocols.md")
  }

  /// The names that users of the reference program have in their scripts.
  @Test(arguments: [
    "all", "none", "arp", "cdp", "lldp", "bittorrent", "dhcp", "dnp3", "dns", "nbns", "mdns",
    "dtls",
    "ftp", "ftp.request", "ftp.response", "geneve", "vxlan", "gre", "http", "http.request",
    "http.response", "icmp", "ospf", "sctp", "iec", "imap", "imap.request", "imap.response",
    "ipsec", "kerberos", "ldap", "mysql", "nbds", "nbss", "openvpn_tcp", "quic", "rdp", "redis",
    "redis.request", "redis.response", "rfb", "smb", "smtp", "snmp", "socks", "ssdp", "stun",
    "wireguard", "ssh", "ssh.client", "ssh.server", "syslog", "tacacs", "tcp", "tcp.syn_ack",
    "tcp.message", "telnet", "tftp", "tls", "tls.client_hello", "tls.server_hello",
    "tls.server_certificate", "tofsee",
  ])
  func everyNameCanBeSelected(_ name: String) throws {
    _ = try Selection(parsing: name)
    _ = try Selection(parsing: "tls,\(name)")
  }
}
