/// Protocols made of lines: FTP, SMTP, IMAP, Telnet, Redis, RFB.
extension BuiltGoldens {
  static let conversations: [(path: String, frames: [Frame])] = [
    ("ftp/ftp", ftp),
    ("ftp/truncated", truncatedFTP),
    ("ftp/almost-ftp", almostFTP),
    ("smtp/smtp", smtp),
    ("smtp/truncated", truncatedSMTP),
    ("smtp/almost-smtp", almostSMTP),
    ("imap/imap", imap),
    ("imap/truncated", truncatedIMAP),
    ("imap/almost-imap", almostIMAP),
    ("telnet/telnet", telnet),
    ("telnet/truncated", truncatedTelnet),
    ("telnet/almost-telnet", almostTelnet),
    ("redis/redis", redis),
    ("redis/truncated", truncatedRedis),
    ("redis/almost-redis", almostRedis),
    ("rfb/rfb", rfb),
    ("rfb/almost-rfb", almostRFB),
  ]

  private static func client(_ text: String, to port: UInt16) -> Frame {
    Frame.tcp(Array(text.utf8), from: 40000, to: port).ipv4().ethernet()
  }

  private static func server(_ text: String, from port: UInt16) -> Frame {
    Frame.tcp(Array(text.utf8), from: port, to: 40000).ipv6().ethernet()
  }

  // MARK: FTP

  private static let ftp = [
    server("220-Welcome\r\n220 to ftp.example.com\r\n", from: 21),
    client("USER anonymous\r\n", to: 21),
    server("331 Password?\r\n", from: 21),
    client("PASS a b\r\n", to: 21),
    client("CWD\r\n", to: 21),
    client("QUIT \r\n", to: 21),
    // HTTP's too, but no request of it; a file called / HTTP/1.1 at FTP's own port.
    client("DELE notes.txt\r\n", to: 2121),
    client("DELE / HTTP/1.1\r\n", to: 21),
    // What may be SMTP's goes to the one whose port it is.
    client("HELP\r\n", to: 21),
    client("NOOP\r\n", to: 2121),
    // All letters up to the first other byte are the command.
    client("RETR\t1.txt\r\n", to: 21),
  ]

  private static let truncatedFTP = [
    // A code and its separator; the rest may be missing.
    server("226 ", from: 21),
    server("226-a\r\n226", from: 21),
  ]

  private static let almostFTP = [
    // No line end, half a line end, something behind it.
    client("STOR notes.txt", to: 21),
    client("STOR notes.txt\r", to: 21),
    client("STOR notes.txt\n", to: 21),
    client("STOR notes.txt\r\nQ", to: 21),
    // Five letters.
    client("STORE notes.txt\r\n", to: 21),
    // Two digits, four, another separator.
    server("22 ok\r\n", from: 21),
    server("2200 ok\r\n", from: 21),
    server("220:ok\r\n", from: 21),
    server("220", from: 21),
  ]

  // MARK: SMTP

  private static let smtp = [
    client("EHLO client.example.com\r\n", to: 25),
    server(
      "250-mail.example.com greets client\r\n250-SIZE 1000\r\n250-Hello\r\n250-HHello\r\n"
        + "\r\n250 HELP\r\n\r\n", from: 25),
    server("250-mail.example.com Hello\r\n", from: 587),
    client("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n", to: 25),
    client("DATA\r\n\r\nbody\r\n", to: 25),
    client("STARTTLS\r\n", to: 587),
    // FTP's too: whose port it is, then FTP's rule that nothing may follow.
    client("HELP\r\n", to: 25),
    client("AUTH PLAIN\r\nAHUAcA==\r\n", to: 587),
    client("QUIT", to: 25),
  ]

  private static let truncatedSMTP = [
    // A command alone is whole.
    client("EHLO", to: 25),
    client("EHLO ", to: 25),
  ]

  private static let almostSMTP = [
    client("EHLO client.example.com", to: 25),
    client("EHLO client.example.com\r", to: 25),
    client("EHLO client\r.example.com\r\n", to: 25),
    client("MAIL FROM:<a@example.com>\r\nRCPT TO", to: 25),
    client("ehlo client.example.com\r\n", to: 25),
    server("250-mail.example.com\r\n250-SIZE", from: 25),
    server("250 mail.example.com\r\n", from: 25),
  ]

  // MARK: IMAP

  private static let imap = [
    server("* OK [CAPABILITY IMAP4rev1] ready\r\n", from: 143),
    client("a1 CAPABILITY\r\n", to: 143),
    server("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na1 OK done\r\n", from: 143),
    client("a2 LOGIN \"fr\\\"ed\" {6+}\r\nsecret\r\n", to: 143),
    client("a3 login {4}\r\n", to: 143),
    server("+ go on\r\n", from: 143),
    client("fred {6}\r\n", to: 143),
    client("a4 AUTHENTICATE PLAIN\r\n", to: 143),
    server("+ \r\n", from: 143),
    client("*\r\n", to: 143),
    server("a4 BAD cancelled\r\n", from: 143),
    client("a5 APPEND x {4+}\r\nab\r\n\r\na6 IDLE\r\na7 X-MERC(y)\r\n", to: 143),
    server("* 1 FETCH (BODY {4}\r\nmail)\r\n* 2 EXISTS\r\na7 no thanks\r\n", from: 143),
    client("DONE\r\n", to: 143),
    server("+ \u{e9}\u{20ac}\u{10000}\r\n", from: 143),
  ]

  private static let truncatedIMAP = [
    // Commands and responses that came whole, and what lacks its end.
    client("a1 NOOP\r\na2 LOGO", to: 143),
    client("a1 NOOP\r\na2 APPEND x {4+}\r\nab", to: 143),
    server("* 2 EXISTS\r\na7 O", from: 143),
  ]

  private static let almostIMAP = [
    client("a1 NOOP", to: 143),
    client("a1 LOGIN fred\r\n", to: 143),
    client("a1 LOGIN fred secret more\r\n", to: 143),
    client("a1 LOGIN \"fred secret\r\n", to: 143),
    // A literal that announces itself in the middle of a line.
    client("a1 FETCH {4} x\r\n", to: 143),
    client("one\r\ntwo\r\n", to: 143),
    server("a1 MAYBE later\r\n", from: 143),
    server("*\r\n", from: 143),
    server("+ one\r\n* OK two\r\n", from: 143),
    // A character of the private range.
    server("+ \u{e000}\r\n", from: 143),
    server("+", from: 143),
  ]

  // MARK: Telnet

  private static func telnetSegment(_ bytes: [UInt8], from: UInt16 = 40000, to: UInt16 = 23)
    -> Frame
  {
    Frame.tcp(bytes, from: from, to: to).ipv4().ethernet()
  }

  private static let telnet = [
    telnetSegment(hex("fffd18 fffd20 fffb03 fffc2a fffe31"), from: 23, to: 40000),
    telnetSegment(hex("fffa18 01 fff0 fff9")),
    telnetSegment(hex("fffa18 00") + Array("xterm".utf8) + hex("ffff fff0") + Array("ls\r".utf8)),
    // Bytes 255 are doubled; an option without a name, and no command at all.
    telnetSegment(hex("61 ffff 62 ffff fffb63 ff20")),
    telnetSegment(Array("login: \u{e9}".utf8), from: 23, to: 40000),
  ]

  private static let truncatedTelnet = [
    telnetSegment(hex("6c 73 ff")),
    telnetSegment(hex("fff1 fffb")),
    telnetSegment(hex("61 fffa18 00 78")),
    // Nothing else but a command that lacks its end: a record of the flow alone.
    telnetSegment(hex("fffa18 00 78")),
    telnetSegment(hex("ff")),
  ]

  private static let almostTelnet = [
    // Telnet's commands, but neither port is its.
    telnetSegment(hex("fffd18 fffd20"), to: 2323)
  ]

  // MARK: Redis

  private static let redis = [
    client("*1\r\n$4\r\nPING\r\n", to: 6379),
    client("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n", to: 6379),
    client("*3\r\n$4\r\nauth\r\n$4\r\nfred\r\n$6\r\nsecret\r\n", to: 6379),
    client("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n", to: 6379),
    client("*1\r\n$-1\r\n", to: 6379),
    client("PING\r\n", to: 6379),
    client("AUTH secret\r\n", to: 6379),
    client("AUTH fred se cret\r\n", to: 6379),
    client("AUTH\r\n", to: 6379),
    server("+OK\r\n", from: 6379),
    server("-WRONGPASS no\r\n", from: 6379),
    server(":-7\r\n", from: 6379),
    server("$5\r\nhe\r\no\r\n", from: 6379),
    server("$0\r\n\r\n", from: 6379),
    server("$-1\r\n", from: 6379),
    server("$120\r\n" + String(repeating: "x", count: 120) + "\r\n", from: 6379),
  ]

  private static let truncatedRedis = [
    client("*2\r\n$4\r\nAUTH\r\n$6\r\nsec", to: 6379),
    client("*1\r\n$4\r\nPI", to: 6379),
    server("$5\r\nhel", from: 6379),
    server("$5\r\nhello\r", from: 6379),
    server("$5\r\n", from: 6379),
  ]

  private static let almostRedis = [
    client("GET key\r\n", to: 6379),
    client("PING", to: 6379),
    client("*0\r\n", to: 6379),
    client("*1\r\n$4\r\nPI-G\r\n", to: 6379),
    client("*1\r\n$4\r\nPINGX\r\n", to: 6379),
    client("*2147483648\r\n$4\r\nPING\r\n", to: 6379),
    server("+OK", from: 6379),
    server(":\r\n", from: 6379),
    server("*1\r\n$1\r\na\r\n", from: 6379),
    server("$-2\r\n", from: 6379),
    server("$0\r\nx", from: 6379),
  ]

  // MARK: RFB

  private static let rfb = [
    server("RFB 003.008\n", from: 5900),
    client("RFB 003.008\n", to: 5900),
    // The line end may be missing, and the version too.
    client("RFB 003.0", to: 5900),
    client("RFB \n", to: 5900),
  ]

  private static let almostRFB = [
    client("RFB ", to: 5900),
    client("rfb 003.008\n", to: 5900),
    client("RFB-003.008\n", to: 5900),
  ]
}
