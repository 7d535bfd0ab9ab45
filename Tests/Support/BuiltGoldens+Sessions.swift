/// Protocols that open sessions: RDP, SOCKS, MySQL, OpenVPN.
extension BuiltGoldens {
  static let sessions: [(path: String, frames: [Frame])] = [
    ("rdp/rdp", rdp),
    ("rdp/truncated", truncatedRDP),
    ("rdp/almost-rdp", almostRDP),
    ("socks/socks", socks),
    ("socks/almost-socks", almostSOCKS),
    ("mysql/mysql", mysql),
    ("mysql/truncated", truncatedMySQL),
    ("mysql/almost-mysql", almostMySQL),
    ("openvpn_tcp/openvpn", openVPN),
    ("openvpn_tcp/truncated", truncatedOpenVPN),
    ("openvpn_tcp/almost-openvpn", almostOpenVPN),
  ]

  private static func segment(_ bytes: [UInt8], from: UInt16 = 40000, to: UInt16) -> Frame {
    Frame.tcp(bytes, from: from, to: to).ipv4().ethernet()
  }

  // MARK: RDP

  private static let cookie = Array("Cookie: mstshash=fred\r\n".utf8)

  private static func request(_ bytes: [UInt8]) -> Frame {
    let length = UInt8(7 + bytes.count)
    return segment(
      [3, 0, 0, 4 + length, length - 1, 0xe0, 0, 0, 0x12, 0x34, 0] + bytes, to: 3389)
  }

  private static let rdp = [
    request(cookie + hex("01 00 0800 0b000000")),
    request(cookie),
    request(hex("01 ff 0800 ffffffff")),
    request([]),
  ]

  private static let truncatedRDP = [
    // No cookie without its line end, no negotiation that is not whole.
    request(cookie.dropLast()),
    request(cookie + hex("01 00 0800 0b0000")),
  ]

  private static let almostRDP = [
    segment(hex("0300000b 06 e0 0000 1234"), to: 3389),
    // A confirmation, another version, a destination reference.
    segment(hex("0300000b 06 d0 0000 1234 00"), to: 3389),
    segment(hex("0200000b 06 e0 0000 1234 00"), to: 3389),
    segment(hex("0300000b 06 e0 0001 1234 00"), to: 3389),
  ]

  // MARK: SOCKS

  private static let socks = [
    segment(hex("0401 0050 c0000201") + Array("fred\0".utf8), to: 1080),
    segment(hex("0402 0050 c0000201 00"), to: 1080),
    segment(hex("0403 0050 c0000201") + Array("fred\0example.com\0".utf8), to: 1080),
    segment(hex("0502 0002"), to: 1080),
    segment(hex("050d 00010203040506070809568081"), to: 1080),
    segment(hex("0504 fdfeff64"), to: 1080),
    segment(hex("0501 0001 c0000201 0050"), to: 1080),
    segment(hex("0500 0001 c0000201 0050"), from: 1080, to: 40000),
    segment(hex("0501 0003 0b") + Array("example.com".utf8) + hex("01bb"), to: 1080),
    segment(hex("0502 0004 20010db8000000000000000000000001 01bb"), to: 1080),
    segment(hex("0509 0001 c0000201 0050"), from: 1080, to: 40000),
  ]

  private static let almostSOCKS = [
    // Two strings behind the user; SOCKS 4a of an address that DNS claims; no end.
    segment(hex("0401 0050 c0000201") + Array("a\0b\0c\0".utf8), to: 1080),
    segment(hex("0401 0050 c0000201") + Array("fred".utf8), to: 1080),
    // Fewer methods than announced, and more.
    segment(hex("0503 0002"), to: 1080),
    segment(hex("0501 0002"), to: 1080),
    // Kinds of address there are not, and a name that is longer than the packet.
    segment(hex("0501 0002 c0000201 0050"), to: 1080),
    segment(hex("0501 0004 c0000201 0050"), to: 1080),
    segment(hex("0501 0003 0b") + Array("exa".utf8) + hex("01bb"), to: 1080),
  ]

  // MARK: MySQL

  private static func packet(_ number: UInt8, _ body: [UInt8]) -> [UInt8] {
    [UInt8(body.count & 0xff), UInt8(body.count >> 8), 0, number] + body
  }

  private static func greeting(
    _ version: String, flags: String = "ffff ff 0200 ffdf", plugin: String = "caching_sha2",
    mariaDB: String = "00000000"
  ) -> Frame {
    let name = Array(plugin.utf8)
    return segment(
      packet(
        0,
        [10] + Array(version.utf8) + hex("00 0c000000 3132333435363738 00") + hex(flags)
          + [UInt8(name.count)] + hex("000000000000") + hex(mariaDB)
          + hex("6162636465666768696a22ff 00") + name + (name.isEmpty ? [] : [0])),
      from: 3306, to: 40000)
  }

  private static let loginStart = hex("21") + [UInt8](repeating: 0, count: 19)

  private static let mysql = [
    greeting("8.0.36"),
    greeting("5.5.5-10.6.12-MariaDB", flags: "fef7 2d 0200 ff81", mariaDB: "1d000000"),
    greeting("5.7.44", flags: "0000 00 0000 0000", plugin: ""),
    // Name and proof with and without a database, a wish for TLS, and more than 250 bytes.
    segment(
      packet(
        1,
        hex("85a6 ff20 00000001") + loginStart + hex("1d000000")
          + Array("fred\0".utf8) + hex("04 01020304") + Array("native\0rest".utf8)), to: 3306),
    segment(
      packet(
        1,
        hex("8da6 df20 00000001") + loginStart + hex("00000000")
          + Array("fred\0".utf8) + hex("fb") + [UInt8](repeating: 7, count: 0xfb)
          + Array("db\0native\0".utf8)), to: 3306),
    segment(packet(1, hex("85ae ff19 00000001") + loginStart + hex("00000000")), to: 3306),
    segment(
      packet(
        1,
        hex("85a6 ff20 00000001") + loginStart + hex("00000000")
          + Array("fred\0".utf8) + hex("fc 0300 010203") + Array("native\0".utf8)), to: 3306),
    segment(
      packet(
        1,
        hex("85a6 ff20 00000001") + [0] + [UInt8](repeating: 0, count: 19) + hex("00000000")
          + Array("fred\0".utf8) + hex("fb 00 01") + Array("native\0".utf8)), to: 3306),
  ]

  private static let truncatedMySQL = [
    // In the MariaDB part, in the user's name, in the proof, in the plugin's name.
    segment(packet(1, hex("85a6 ff20 00000001") + loginStart), to: 3306),
    segment(
      packet(1, hex("85a6 ff20 00000001") + loginStart + hex("00000000") + Array("fred".utf8)),
      to: 3306),
    segment(
      packet(
        1,
        hex("85a6 ff20 00000001") + loginStart + hex("00000000")
          + Array("fred\0".utf8) + hex("04 0102")), to: 3306),
    segment(
      packet(
        1,
        hex("85a6 ff20 00000001") + loginStart + hex("00000000")
          + Array("fred\0".utf8) + hex("04 01020304") + Array("nat".utf8)), to: 3306),
  ]

  private static let almostMySQL = [
    // Something where zeros have to be; lengths that are no lengths.
    segment(
      packet(
        1, hex("85a6 ff20 00000001 21") + [UInt8](repeating: 1, count: 19) + hex("00000000")),
      to: 3306),
    segment(
      packet(
        1,
        hex("85a6 ff20 00000001") + loginStart + hex("00000000")
          + Array("fred\0".utf8) + hex("fd 030000 010203")), to: 3306),
    segment(
      packet(
        1,
        hex("85a6 ff20 00000001") + loginStart + hex("00000000")
          + Array("fred\0".utf8) + hex("fc 0900 010203")), to: 3306),
    // A query.
    segment(packet(0, [3] + Array("SELECT 1".utf8)), to: 3306),
    // A challenge that does not end, a byte too many.
    segment(
      packet(
        0,
        [10] + Array("8.0.36".utf8) + hex("00 0c000000 3132333435363738 00 ffff ff 0200 ffdf 00")
          + hex("000000000000 00000000 6162636465666768696a6b6c6d")), from: 3306, to: 40000),
    segment(
      packet(
        0,
        [10] + Array("8.0.36".utf8) + hex("00 0c000000 3132333435363738 00 ffff ff 0200 ffdf 00")
          + hex("000000000000 00000000 6162636465666768696a6b6c00 00")), from: 3306, to: 40000),
  ]

  // MARK: OpenVPN

  private static let session = hex("d67be45be5c201eb")
  private static let hmac = (0..<20).map { UInt8(0x81 + $0) }
  private static let hello =
    hex("16 0301 0030 01 00002c 0303") + [UInt8](repeating: 0x5a, count: 32)
    + hex("00 0004 1301c02f 01 00")

  /// A packet with an HMAC and a time; `rest` is what follows the time.
  private static func openVPN(_ opcode: UInt8, key: UInt8 = 0, _ rest: [UInt8]) -> [UInt8] {
    let packet = [opcode << 3 | key] + session + hmac + hex("00000001 5e3e7b98") + rest
    return UInt16(packet.count).bigEndianBytes + packet
  }

  private static let openVPN = [
    // Hard resets, the second with an acknowledgement; acknowledgements alone; data.
    segment(openVPN(7, hex("00 00000000")), to: 1194),
    segment(openVPN(8, hex("01 00000000 6162636465666768 00000000")), from: 1194, to: 40000),
    segment(
      openVPN(5, hex("01 00000000 6162636465666768")) + openVPN(3, key: 7, hex("00 00000002")),
      to: 1194),
    segment(openVPN(9, hex("00")) + openVPN(7, hex("00 00000000")), to: 1194),
    // A client hello, in one packet and in two, and with what is too much behind it.
    segment(openVPN(4, hex("00 00000001") + hello), to: 1194),
    segment(
      openVPN(4, key: 3, hex("00 00000001") + hello.prefix(20))
        + openVPN(4, hex("00 00000002") + hello.dropFirst(20)), to: 1194),
    segment(
      openVPN(4, hex("00 00000001") + hello)
        + openVPN(4, hex("00 00000002") + [UInt8](repeating: 0, count: 900)), to: 1194),
    segment(openVPN(4, hex("00 00000001 16030100020000")), to: 1194),
    // Neither HMAC nor time.
    segment(hex("0012 38") + session + hex("00000001 00 00000000"), to: 1194),
  ]

  private static let truncatedOpenVPN = [
    // The length says more than there is, which only what carries data heeds.
    segment(hex("0022") + openVPN(7, hex("00 00000000")).dropFirst(2), to: 1194)
  ]

  private static let almostOpenVPN = [
    segment(openVPN(4, hex("00 00000001")), to: 1194),
    segment(Array(openVPN(4, hex("00 00000001") + hello).dropLast()), to: 1194),
    segment(Array(openVPN(7, hex("00 00000000")).dropLast()), to: 1194),
    segment(openVPN(12, hex("00 00000000")), to: 1194),
    // More ids than there is room for, and a second packet that is none.
    segment(openVPN(5, hex("09 00000000")), to: 1194),
    segment(openVPN(7, hex("00 00000000")) + hex("0102"), to: 1194),
  ]
}
