/// Every kind of fingerprint, one line each; the place in the list is the number on the wire.
///
/// A new kind goes to the end, so that the numbers and the forms' codes of the others stay.
public let fingerprintRegistry: [FingerprintKind] = [
  FingerprintKind("tls", from: "TLS client hello", forms: 3, isClassified: true, counting: .sender),
  FingerprintKind(
    "quic", from: "client hello in a QUIC Initial packet", forms: 2, isClassified: true,
    counting: .sender),
  FingerprintKind("http", from: "HTTP request", isClassified: true, counting: .sender),
  FingerprintKind(
    "ssh", from: "SSH client's banner and key exchange", isClassified: true, counting: .sender),
  FingerprintKind("stun", from: "STUN message", isClassified: true, counting: .sender),
  FingerprintKind(
    "tofsee", from: "Tofsee's first message", isClassified: true, counting: .receiver),
  FingerprintKind("tls_server", from: "TLS server hello"),
  FingerprintKind("dtls", from: "DTLS client hello", following: "tls"),
  FingerprintKind("dtls_server", from: "DTLS server hello"),
  FingerprintKind("http_server", from: "HTTP response"),
  FingerprintKind("ssh_init", from: "SSH client's banner alone", counting: .sender),
  FingerprintKind("ssh_kex", from: "SSH client's key exchange alone"),
  FingerprintKind(
    "ssh_server", from: "SSH server's banner and key exchange", counting: .sender),
  FingerprintKind("ssh_init_server", from: "SSH server's banner alone", counting: .sender),
  FingerprintKind("ssh_kex_server", from: "SSH server's key exchange alone"),
  FingerprintKind("smtp_server", from: "SMTP server's reply"),
  FingerprintKind("openvpn", from: "OpenVPN control packets over TCP"),
  FingerprintKind("dhcp", from: "DHCP options"),
  FingerprintKind("tcp", from: "TCP SYN"),
  FingerprintKind("tcp_server", from: "TCP SYN ACK"),
]
