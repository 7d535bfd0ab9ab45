import Packets

/// Captures of what small protocols over UDP, and IPsec, send or almost send.
extension BuiltGoldens {
  package static let datagrams: [(path: String, frames: [Frame])] = [
    ("stun/stun", stun),
    ("stun/truncated", truncatedSTUN),
    ("stun/almost-stun", almostSTUN),
    ("ipsec/ike", ike),
    ("ipsec/esp", esp),
    ("ipsec/truncated", truncatedIKE),
    ("ipsec/almost-ipsec", almostIPsec),
    ("ssdp/ssdp", ssdp),
    ("ssdp/headers", ssdpHeaders),
    ("ssdp/almost-ssdp", almostSSDP),
    ("dhcp/dhcp", dhcp),
    ("dhcp/truncated", truncatedDHCP),
    ("dhcp/almost-dhcp", almostDHCP),
    ("syslog/syslog", syslog),
    ("syslog/almost-syslog", almostSyslog),
  ]

  private static func datagram(
    _ payload: [UInt8], from source: UInt16 = 40000, to destination: UInt16
  ) -> Frame {
    Frame.udp(payload, from: source, to: destination).ipv4().ethernet()
  }

  private static func text(_ payload: String, to destination: UInt16) -> Frame {
    datagram(Array(payload.utf8), to: destination)
  }

  // MARK: STUN

  private static func message(
    _ type: String, _ attributes: String, transaction: String = "2112a442 0102030405060708090a0b0c"
  ) -> Frame {
    let body = hex(attributes)
    return datagram(
      hex(type) + UInt16(body.count).bigEndianBytes + hex(transaction) + body, to: 3478)
  }

  private static let oldTransaction = "0102030405060708090a0b0c0d0e0f10"

  static let stun = [
    message("0001", ""),
    // As browsers ask: a user, a controlling side, a priority.
    message(
      "0001",
      """
      0006 0009 6162636478797a3a31 000000 c057 0004 00010000 802a 0008 0102030405060708
      0025 0000 0024 0004 6e7f00ff 0008 0014 0000000000000000000000000000000000000000
      8028 0004 deadbeef
      """),
    message(
      "0101",
      """
      0001 0008 0001 1234 0a000001 0020 0008 0001 3316 2b12a443
      0001 0014 0002 1234 20010db8000000000000000000000001
      0020 0014 0002 1234 20010db8000000000000000000000001
      0001 0008 0003 1234 0a000001 8022 0004 6d657263
      """),
    message("0111", "0009 000c 00000401 556e617574686f72 0014 0003 6d6963 00 0015 0001 31 000000"),
    // TURN, and Microsoft's.
    message(
      "0003",
      """
      0019 0004 11000000 000d 0004 00000258 0010 0004 00000010 000c 0004 40010000
      8070 0004 00000002 8037 0002 0001 0000 8056 0004 00000001 8056 0004 00000009 9999 0000
      """),
    message("0016", "0012 0008 0001 2a17 2b12a440 0013 0002 6869 0000"),
    // RFC 3489's: no cookie.
    message("0001", "", transaction: oldTransaction),
    message(
      "0102", "0002 0008 0001 1234 0a000001", transaction: "00000000 00000000" + "00000000 00000000"
    ),
    // A method and a class nobody knows; TURN's method with ICE's attribute.
    message("0ff5", ""), message("0003", "0024 0004 00000001"),
  ]

  static let truncatedSTUN = [
    // The message's length is right, an attribute's is not; no padding; half a header; too short.
    message("0001", "0025 0000 8022 0010 6162"),
    message("0001", "8022 0003 616263"),
    message("0001", "0025"),
    message("0101", "0001 0004 0001 1234 0020 0008 0002 1234 0a000001 0024 0003 010203 00"),
  ]

  static let almostSTUN = [
    // Without cookie: too many zeros, another type, no attribute.
    message("0001", "", transaction: "0002030400060708090a0b0c0d0e0f10"),
    message("0003", "", transaction: oldTransaction),
    message("0001", "8022 0010 61626300", transaction: oldTransaction),
    // A length that is too small, and one that is too large.
    datagram(hex("0001 0000 2112a442 0102030405060708090a0b0c 00"), to: 3478),
    datagram(hex("0001 0004 2112a442 0102030405060708090a0b0c"), to: 3478),
  ]

  // MARK: IPsec

  private static func exchange(
    _ payloads: String, first: String, version: String = "20", type: String = "22",
    flags: String = "08"
  ) -> [UInt8] {
    let body = hex(payloads)
    return hex("0102030405060708 0000000000000000" + first + version + type + flags + "00000000")
      + UInt32(28 + body.count).bigEndianBytes + body
  }

  /// A security association payload of one proposal with two transforms.
  private static let association =
    """
    2200 002c 0000 0028 01 01 08 03 0102030405060708
    0300 000c 01 00 000c 800e 0100 0300 0008 02 00 0005 0000 0004 04 00 001f
    """

  static let ike = [
    datagram(
      exchange(
        """
        2200 0030 02 00 002c 01 01 00 05
        0300 000c 0100 000c 800e 0100 0300 0008 0200 0005 0300 0008 0300 000c
        0300 0008 0400 001f 0000 0008 0500 0000
        2800 000c 001f 0000 41424344 2900 0008 4e4f4e43
        2900 000c 01 04 4004 01020304 2980 0008 00 00 0011 2b00 0009 00 00 4999 41
        0000 0006 4142
        """, first: "21"), from: 500, to: 500),
    datagram(
      [0, 0, 0, 0] + exchange("0000 0008 01020304", first: "2e", type: "23", flags: "20"),
      from: 4500, to: 4500),
    datagram(exchange("", first: "00", type: "25", flags: "38"), from: 500, to: 500),
  ]

  static let esp = [
    datagram(hex("00000001 00000001") + [UInt8](0..<40), from: 4500, to: 4500),
    Frame.ip(hex("c0ffee00 00000001 41"), protocol: 50).ipv4().ethernet(),
    Frame.ip(hex("c0ffee00 00000001 4142"), protocol: 50).ipv6().ethernet(),
  ]

  static let truncatedIKE = [
    // A payload that is too long, a transform that is too short, half a payload header.
    datagram(exchange("2b00 0020 4142", first: "28"), to: 500),
    datagram(exchange(association, first: "21"), to: 500),
    datagram(exchange("2b00 0006 4142 2b80", first: "2b"), to: 500),
    datagram(exchange("2200 0005 00 2900 0005 00", first: "22"), to: 500),
  ]

  static let almostIPsec = [
    // Version 1 of the protocol, an unknown exchange, a length that is too large, or too small.
    datagram(exchange("", first: "00", version: "10"), to: 500),
    datagram(exchange("", first: "00", type: "2a"), to: 500),
    datagram(Array(exchange("0000 0006 4142", first: "2b").dropLast()), to: 500),
    datagram(hex("0102030405060708 0000000000000000 00 20 22 08 00000000 0000001b"), to: 500),
    // A second packet, one without a payload, no index, and what keeps a NAT open.
    datagram(hex("00000001 00000002 41424344"), to: 4500),
    datagram(hex("00000001 00000001"), to: 4500),
    Frame.ip(hex("00000000 00000001 41"), protocol: 50).ipv4().ethernet(),
    datagram([0xff], from: 4500, to: 4500),
  ]

  // MARK: SSDP

  static let ssdp = [
    text("NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNTS: ssdp:alive\r\n\r\n", to: 1900),
    text(
      "M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n", to: 1900),
    text("HTTP/1.1 200 OK\nST: upnp:rootdevice\n", to: 50000), text("NOTIFY *", to: 1900),
  ]

  /// Headers of all kinds; the second message's first is one that is not reported.
  static let ssdpHeaders = [
    text(
      "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=100\r\n"
        + "LOCATION: http://192.0.2.1:80/d.xml\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
        + "SERVER: OS/1.0 UPnP/2.0 product/1.0\r\nUSN: uuid:1::upnp:rootdevice\r\n"
        + "BOOTID.UPNP.ORG: 1\r\nCONFIGID.UPNP.ORG: 2\r\nSEARCHPORT.UPNP.ORG: 49152\r\n\r\n",
      to: 1900),
    text(
      "HTTP/1.1 200 OK\r\nX-Other: 1\r\nDATE: Thu, 01 Jan 1970\r\nEXT:\r\nst: ssdp:all\r\n"
        + "OPT: \"http://schemas.upnp.org/upnp/1/0/\"; ns=01\r\n01-NLS: 1\r\n\r\n", to: 50000),
    text(
      "M-SEARCH * HTTP/1.1\r\nST: a\r\nUSER-AGENT: \u{e9}\r\nMX: 1\r\nMAN: \"ssdp:discover\"\r\n"
        + "not a header\r\nHOST: b\r\nST: c\r\nHOST: without an end", to: 1900),
  ]

  static let almostSSDP = [
    text("NOTIFY", to: 1900), text("notify * HTTP/1.1\r\n", to: 1900),
    text("GET / HTTP/1.1\r\n\r\n", to: 1900),
  ]

  // MARK: DHCP

  private static func configuration(_ options: String, cookie: String = "63825363") -> [UInt8] {
    hex("01010600 aabbccdd") + [UInt8](repeating: 0, count: 228) + hex(cookie) + hex(options)
  }

  static let dhcp = [
    datagram(
      configuration(
        "350101 3d07 01 020000000001 3204 0a000005 0c04 6d657263 3c03 616263 "
          + "3704 01030f06 ff 0000"),
      from: 68, to: 67),
    datagram(
      configuration("350103 3204 0a000005 3302 0001 7c04 00000009 3d05 00 61626364 ff"),
      from: 68, to: 67),
    datagram(configuration("350105 3304 00015180 0104 ffffff00 ff"), from: 67, to: 68),
    // No type at all; DUIDs; another kind of hardware; options after the end.
    datagram(
      configuration(
        "3d0f ff 01020304 0002 00000009 41424344 3d0a ff 01020304 0001 0001 00 3d02 06 41"),
      from: 68, to: 67),
    datagram(
      configuration("3210 20010db8000000000000000000000001 ff 350163 0c00"), from: 68, to: 67),
  ]

  static let truncatedDHCP = ["35", "3501", "350103 0c05 61", "3300 3d05 01", "3704 01"].map {
    datagram(configuration($0), from: 68, to: 67)
  }

  static let almostDHCP = [
    // Another cookie, no options, and BOOTP without either.
    datagram(configuration("350101ff", cookie: "63825362"), from: 68, to: 67),
    datagram(configuration(""), from: 68, to: 67),
    datagram(Array(configuration("").dropLast(4)), from: 68, to: 67),
  ]

  // MARK: Syslog

  static let syslog = [
    text("<34>Oct 11 22:14:15 mymachine su: 'su root' failed\n", to: 514),
    text("<191>1 - - - - - -", to: 514), text("<0007>leading zeros", to: 514),
    // No priority, or none that counts.
    text("plain", to: 514), text("<192>too large", to: 514), text("<>", to: 514),
    text("<3", to: 514), text("<-3>minus", to: 514), text("<99999999999999999999>x", to: 514),
    text("<12>\u{e9} after 32 plain bytes only is seen as text", to: 601),
    text("<12>thirty-two bytes and then more: \u{e9}", to: 514),
  ]

  static let almostSyslog = [
    text("<12>caf\u{e9}", to: 514), datagram([0x80], to: 514),
    datagram([UInt8](repeating: 0x61, count: 31) + [0xff], to: 514),
  ]
}
