/// Every message merc can read, one line each, in the order signatures are tried.
///
/// The order is the one that all of protocol-identification's tables agree with; within a
/// protocol, too, position is precedence.
package let registry: [Dissector] = [
  Dissector(TLS.ClientHello.self),
  Dissector(TLS.ServerHello.self),
  Dissector(TLS.Certificate.self),
  Dissector(SSH.Client.self),
  Dissector(SSH.Server.self),
  Dissector(HTTP.Request.self),
  Dissector(HTTP.Response.self),
  Dissector(pending: "ldap", over: .tcp, when: .port(.either(389))),
  Dissector(pending: "nbss", over: .tcp, when: .port(.either(139))),
  Dissector(pending: "openvpn_tcp", over: .tcp, when: .port(.either(1194))),
  Dissector(
    pending: "ftp.request", over: .tcp,
    when: .keyword(
      """
      ABOR|ACCT|ADAT|ALGS|ALLO|APPE|AUTH|CCC |CCC\r|CDUP|CLNT|CONF|CWD |CWD\r|DELE|ENC |ENC\r|\
      EPRT|EPSV|FEAT|HELP|HOST|LANG|LIST|LPRT|LPSV|MDTM|MIC |MIC\r|MKD |MKD\r|MLSD|MLST|MODE|\
      NLST|NOOP|OPTS|PASS|PASV|PBSZ|PORT|PROT|PWD |PWD\r|QUIT|REIN|REST|RETR|RMD |RMD\r|RNFR|\
      RNTO|SITE|SIZE|SMNT|STAT|STOR|STOU|STRU|SYST|TYPE|USER|XCUP|XCWD|XMKD|XPWD|XRMD
      """), .preferred(destination: 21)),
  Dissector(pending: "ftp.response", over: .tcp, when: .port(.source(21))),
  Dissector(
    pending: "smtp.client", over: .tcp,
    when: .keyword("ATRN|AUTH|BDAT|DATA|EHLO|ETRN|EXPN|HELO|HELP|MAIL|NOOP|QUIT|RCPT|STAR|VRFY"),
    .preferred(destination: 25)),
  Dissector(pending: "smtp.server", over: .tcp, when: .starts("32 35 30 2d")),
  Dissector(DNS.Multicast.self),
  Dissector(DNS.NetBIOSName.self),
  Dissector(DNS.Query.self),
  Dissector(DNS.OverTCP.self),
  Dissector(pending: "smb.v1", over: .tcp, when: .starts("?? ?? ?? ?? ff 53 4d 42")),
  Dissector(pending: "smb.v2", over: .tcp, when: .starts("?? ?? ?? ?? fe 53 4d 42")),
  Dissector(pending: "wireguard", over: .udp, when: .starts("01 00 00 00")),
  Dissector(pending: "ssdp", over: .udp, when: .starts("48/e8 04/84 50/f0 40/e0 ?? 10/90")),
  Dissector(pending: "bittorrent.dht", over: .udp, when: .starts("64 31 3a 00/8c 64 32 3a 69")),
  Dissector(pending: "bittorrent.lsd", over: .udp, when: .starts("42 54 2d 53 45 41 52 43")),
  Dissector(
    pending: "bittorrent.handshake", over: .tcp, when: .starts("13 42 69 74 54 6f 72 72")),
  Dissector(QUIC.Initial.self),
  Dissector(pending: "tacacs", over: .tcp, when: .port(.either(49))),
  Dissector(pending: "rdp", over: .tcp, when: .port(.either(3389))),
  Dissector(
    pending: "mysql.greeting", over: .tcp,
    when: .starts("00/f8 0a 30/f0 2e 30/f0 20/e0 20/e0", at: 3)),
  Dissector(pending: "mysql.login", over: .tcp, when: .port(.either(3306))),
  Dissector(
    pending: "ipsec.ike", over: .udp, when: .first(.either(4500), "00 00 00 00"),
    .port(.either(500))),
  Dissector(
    pending: "ipsec.esp", over: .udp, when: .first(.either(4500), ""), .ipProtocol(50)),
  Dissector(pending: "nbds", over: .udp, when: .port(.both(138))),
  Dissector(pending: "tftp", over: .udp, when: .port(.either(69))),
  Dissector(pending: "kerberos", over: .udp, when: .port(.either(88))),
  Dissector(pending: "kerberos.tcp", over: .tcp, when: .port(.either(88))),
  Dissector(pending: "snmp", over: .udp, when: .port(.either(161)), .port(.either(162))),
  Dissector(pending: "syslog", over: .udp, when: .port(.destination(514))),
  Dissector(
    pending: "dhcp", over: .udp, when: .port(.destination(67)), .port(.destination(68))),
  Dissector(
    pending: "redis.request", over: .tcp, when: .port(.destination(6379)), .keyword("AUTH"),
    .preferred(destination: 6379)),
  Dissector(pending: "redis.response", over: .tcp, when: .port(.source(6379))),
  Dissector(pending: "imap.request", over: .tcp, when: .port(.destination(143))),
  Dissector(pending: "imap.response", over: .tcp, when: .port(.source(143))),
  Dissector(pending: "telnet", over: .tcp, when: .port(.either(23))),
  Dissector(pending: "iec", over: .tcp, when: .whole("68", WholePayload.isIEC104)),
  Dissector(pending: "dnp3", over: .tcp, when: .whole("05 64", WholePayload.isDNP3)),
  Dissector(pending: "socks.v4", over: .tcp, when: .whole("04 00/fc", WholePayload.isSOCKS4)),
  Dissector(
    pending: "socks.v5_hello", over: .tcp, when: .whole("05 00/f0", WholePayload.isSOCKS5Hello)),
  Dissector(
    pending: "socks.v5_request", over: .tcp,
    when: .whole("05 00/f0 00 00/f8", WholePayload.isSOCKS5Request)),
  Dissector(DTLS.ClientHello.self),
  Dissector(DTLS.ServerHello.self),
  Dissector(DTLS.HelloVerifyRequest.self),
  Dissector(pending: "stun", over: .udp, when: .whole("", WholePayload.isSTUN)),
  Dissector(pending: "rfb", over: .tcp, when: .keyword("RFB ")),
  Dissector(pending: "tofsee", over: .tcp, when: .length(200)),
  Dissector(ICMP.self),
  Dissector(pending: "ospf", over: .ip, when: .ipProtocol(89)),
  Dissector(pending: "sctp", over: .ip, when: .ipProtocol(132)),
  Dissector(TCP.SYN.self),
  Dissector(TCP.SYNACK.self),
  Dissector(ARP.self),
  Dissector(pending: "cdp", over: .link, when: .etherType(0x2000)),
  Dissector(pending: "lldp", over: .link, when: .etherType(0x88cc)),
]
