/// Protocols of peers and bots: BitTorrent, Tofsee.
extension BuiltGoldens {
  static let peers: [(path: String, frames: [Frame])] = [
    ("bittorrent/bittorrent", bitTorrent),
    ("bittorrent/truncated", truncatedBitTorrent),
    ("bittorrent/almost-bittorrent", almostBitTorrent),
    ("tofsee/tofsee", tofsee),
    ("tofsee/almost-tofsee", almostTofsee),
  ]

  // MARK: BitTorrent

  private static func peer(_ rest: [UInt8]) -> Frame {
    let hash = (0..<20).map { UInt8($0) }
    let start = [19] + Array("BitTorrent protocol".utf8) + hex("0000000000100005") + hash
    return Frame.tcp(start + Array("-ME0001-abcdefghijkl".utf8) + rest, from: 6881, to: 40000)
      .ipv4().ethernet()
  }

  private static func node(_ text: String) -> Frame { node(Array(text.utf8)) }

  private static func node(_ bytes: [UInt8]) -> Frame {
    Frame.udp(bytes, from: 6881, to: 6882).ipv4().ethernet()
  }

  private static func search(_ text: String) -> Frame {
    Frame.udp(Array(text.utf8), from: 6771, to: 6771).ipv4(to: 0xefc0_988f).ethernet()
  }

  private static let bitTorrent = [
    peer([]),
    peer(hex("00000001 01 00000005 04 00000007 00000003 05 f080 00000002 14 00 00000001 63")),
    node("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"),
    node(
      Array("d1:rd2:id4:".utf8) + hex("00ff7f41")
        + Array("5:nodesl3:abci42ed1:xi0eele1:zlee0:0:e1:y1:re".utf8)),
    search(
      "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort:\t6881\r\nInfohash:  AB\r\n\r\n"),
    search("BT-SEARCH * HTTP/1.0\r\n\r\n\r\n"),
    // Lists within lists, as deep as they are followed, and one deeper.
    node(
      "d1:ad2:id" + String(repeating: "l", count: 8) + "i1e" + String(repeating: "e", count: 10)),
    node(
      "d1:ad2:id" + String(repeating: "l", count: 9) + "i1e" + String(repeating: "e", count: 11)),
  ]

  private static let truncatedBitTorrent = [
    // All that was read before the end, or before what cannot be.
    node("d1:ad2:id20:abcdef"),
    node("d1:ad2:idi42"),
    node("d1:ad2:idi-1e1:q1:xee"),
    node("d1:ad2:id3:abci5ei6eee"),
    node("d1:ad2:id300:" + String(repeating: "a", count: 300) + "ee"),
  ]

  private static let almostBitTorrent = [
    // A message that stops short, one to keep the connection, a peer without an end.
    peer(hex("00000005 04 0000")),
    peer(hex("00000001 01 00000000")),
    Frame.tcp([19] + Array("BitTorrent protocol".utf8) + hex("0011"), to: 6881).ipv4().ethernet(),
    Frame.tcp([19] + Array("BitTorrent protocoX".utf8) + [UInt8](repeating: 1, count: 48))
      .ipv4().ethernet(),
    search("BT-SEARCH * HTTP/1.1"),
    search("BT-SEARCH * HTTP/11\r\n"),
    search("BT-SEARCH / HTTP/1.1\r\n"),
    search("BT-SEARCH * HTTP/1.1\r\nHost:x\r\n"),
    search("BT-SEARCH * HTTP/1.1\r\nHost: \r\n"),
    search("BT-SEARCH * HTTP/1.1\r\nHost: \u{e9}\r\n"),
  ]

  // MARK: Tofsee

  /// What a server would send: each byte mixed with the one before it.
  private static func bot(unknown: String, address: String) -> Frame {
    let key = (0..<128).map { UInt8($0) }
    let clear =
      key + hex(unknown) + hex(address) + hex("61626364") + [UInt8](repeating: 0, count: 48)
    var state: UInt8 = 0xc6
    let scrambled = clear.map { byte in
      let mixed = state ^ byte
      let sent = mixed >> 5 | mixed << 3
      state = sent ^ 0xc6
      return sent
    }
    return Frame.tcp(scrambled, from: 443, to: 40000).ipv4().ethernet()
  }

  private static let nothing = String(repeating: "00", count: 14)

  private static let tofsee = [
    bot(unknown: "0000" + nothing, address: "c0000209"),
    bot(unknown: "ff7f" + nothing, address: "00000001"),
  ]

  private static let almostTofsee = [
    // Too many bits, no address, a byte more.
    bot(unknown: "ffff" + nothing, address: "c0000209"),
    bot(unknown: "0000" + nothing, address: "00000000"),
    Frame.tcp([UInt8](repeating: 0xff, count: 201), from: 443, to: 40000).ipv4().ethernet(),
  ]
}
