import Dissectors
import Packets
import Support
import Testing

/// The compiled tables against those of protocol-identification, whose order is precedence.
@Suite(.tags(.unit)) struct TableOrderTests {
  private func messages(_ carrier: Profile.Carrier, _ kind: String) -> [String] {
    let lines = Identifier(.all).description(of: carrier) { registry[$0].profile.name }
    return lines.filter { $0.hasPrefix(kind + " ") }
      .map { String($0[$0.range(of: ": ").upperBound...]) }
  }

  @Test func patternsOverTCP() {
    #expect(
      messages(.tcp, "pattern") == [
        "tls.client_hello", "tls.server_hello", "tls.server_certificate",
        "ssh.client, ssh.server", "ssh.client, ssh.server", "smtp.server", "dns.tcp", "smb.v1",
        "smb.v2", "bittorrent.handshake", "mysql.greeting",
      ])
    #expect(
      messages(.tcp, "whole")
        == ["iec", "dnp3", "socks.v4", "socks.v5_hello", "socks.v5_request"])
  }

  @Test func portsOverTCP() {
    #expect(
      messages(.tcp, "port") == [
        "ldap", "nbss", "openvpn_tcp", "ftp.response", "tacacs", "rdp", "mysql.login",
        "kerberos.tcp", "redis.request", "redis.response", "imap.request", "imap.response",
        "telnet",
      ])
  }

  @Test func keywordsOverTCP() {
    let lines = Identifier(.all).description(of: .tcp) { registry[$0].profile.name }
    #expect(
      lines.filter { $0.hasPrefix("keyword ") } == [
        "keyword ftp.request: 62", "keyword ftp.request, smtp.client: 3",
        "keyword ftp.request, smtp.client, redis.request: 1", "keyword http.request: 35",
        "keyword http.request, ftp.request: 1", "keyword http.response: 1", "keyword rfb: 1",
        "keyword smtp.client: 11",
      ])
  }

  @Test func tablesOverUDP() {
    #expect(messages(.udp, "first") == ["ipsec.ike", "ipsec.esp"])
    #expect(
      messages(.udp, "pattern") == [
        "mdns, nbns, dns", "wireguard", "ssdp", "bittorrent.dht", "bittorrent.lsd", "quic",
        "dtls.client_hello", "dtls.server_hello", "dtls.hello_verify_request",
      ])
    #expect(messages(.udp, "whole") == ["stun"])
    #expect(
      messages(.udp, "port") == [
        "ipsec.ike", "nbds", "tftp", "kerberos", "snmp", "snmp", "syslog", "dhcp", "dhcp",
      ])
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<Index> {
    var start = startIndex
    while start < endIndex, !self[start...].hasPrefix(text) { start = index(after: start) }
    return start..<(index(start, offsetBy: text.count, limitedBy: endIndex) ?? endIndex)
  }
}
