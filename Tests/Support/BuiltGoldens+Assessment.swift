import Packets

/// What policies judge: the same messages with better and worse cryptography, and hellos that are
/// passed on.
extension BuiltGoldens {
  static let assessments: [(path: String, frames: [Frame])] = [
    ("tls/assessed-client", assessedClients),
    ("tls/assessed-server", assessedServers),
    ("ssh/assessed", assessedSSH),
    ("dtls/assessed", assessedDTLS),
    ("quic/assessed", assessedQUIC),
    ("tls/proxied", proxied),
  ]

  private static func with16(_ bytes: [UInt8]) -> [UInt8] {
    UInt16(bytes.count).bigEndianBytes + bytes
  }

  private static func `extension`(_ type: UInt16, _ value: [UInt8] = []) -> [UInt8] {
    type.bigEndianBytes + with16(value)
  }

  private static func groups(_ list: String) -> [UInt8] { `extension`(10, with16(hex(list))) }

  private static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [type, 0] + with16(body)
  }

  private static func clientBody(
    _ suites: String, _ extensions: [UInt8], random: UInt8 = 0x5a, version: String = "0303"
  ) -> [UInt8] {
    hex(version) + [UInt8](repeating: random, count: 32) + hex(version == "fefd" ? "00 00" : "00")
      + with16(hex(suites)) + hex("01 00") + with16(extensions)
  }

  private static func record(_ message: [UInt8]) -> [UInt8] { hex("16 0301") + with16(message) }

  private static func client(_ suites: String, _ extensions: [UInt8] = []) -> Frame {
    Frame.tcp(record(handshake(1, clientBody(suites, extensions)))).ipv4().ethernet()
  }

  private static func server(
    _ suite: String, _ extensions: [UInt8] = [], version: String = "0303", method: UInt8 = 0
  ) -> Frame {
    let body =
      hex(version) + [UInt8](repeating: 0x5b, count: 32) + [0] + hex(suite) + [method]
      + with16(extensions)
    return Frame.tcp(record(handshake(2, body)), from: 443, to: 40000).ipv4().ethernet()
  }

  // MARK: Keys that both sides have had before

  private static let certificate = `extension`(33)
  private static let share = `extension`(51, hex("0006 0202 0002 abcd"))
  private static let curveShare = `extension`(51, hex("0005 001d 0001 ab"))
  private static func modes(_ list: String) -> [UInt8] {
    `extension`(45, [UInt8(hex(list).count)] + hex(list))
  }
  private static func keys(binders: Int...) -> [UInt8] {
    let list = binders.flatMap { [UInt8($0)] + [UInt8](repeating: 0xbb, count: $0) }
    return `extension`(41, hex("0007 0001 69 00000000") + with16(list))
  }

  private static let assessedClients: [Frame] = {
    let good = groups("0202")
    let agreed = good + share + modes("01")
    return [
      client("1302", good), client("1302"), client("0a0a", groups("1a1a")),
      // Some of each, reserved and unknown codes between them, a good one twice.
      client("0a0a 1302 1301 1234 1302 00ff", groups("2a2a 0202 001d 9999 11ec")),
      client("c02f 1301", groups("001d 0017")),
      // Half a group: nothing is said of groups and keys.
      client("1302", `extension`(10, hex("0003 0202 00")) + certificate),
      // A length that is even all the same; a list that goes on; one of no length.
      client("1302", `extension`(10, hex("0004 0202 00"))),
      client("1302", `extension`(10, hex("0002 0202 0017"))), client("1302", `extension`(10, [0])),
      // Only the first list counts.
      client("1302", good + groups("001d")),
      client("1302", agreed + keys(binders: 48) + certificate),
      client("1302", keys(binders: 32, 255) + agreed),
      client("1302", good + certificate), client("1302", good + keys(binders: 48)),
      client("1302", good + share + modes("0001") + keys(binders: 48)),
      client("1302", good + modes("0102") + curveShare + keys(binders: 48) + certificate),
      client("1302", agreed + keys(binders: 48, 31)), client("1302", agreed + keys()),
      client("1302", agreed + modes("02") + `extension`(41, hex("0007 00"))),
      // Lengths that are wrong, and an empty key at the end of its list.
      client("1302", good + share + `extension`(45, hex("02 01")) + keys(binders: 48)),
      client(
        "1302", good + modes("01") + `extension`(51, hex("0004 0202 0000")) + keys(binders: 32)),
      client(
        "1302",
        good + modes("01") + `extension`(51, hex("0009 0202 0000 001d 0001 ab"))
          + keys(binders: 32)),
      // Cut off: nothing is assessed.
      Frame.tcp(record(handshake(1, clientBody("1301", groups("001d")))).dropLast(3))
        .ipv4().ethernet(),
    ]
  }()

  private static let assessedServers: [Frame] = {
    let points = `extension`(11, hex("01 00"))
    let mac = `extension`(22)
    let curve = groups("0017")
    let modern = `extension`(43, hex("0304"))
    func many(_ types: ClosedRange<UInt16>) -> [UInt8] {
      types.filter { $0 != 10 }.flatMap { `extension`($0) }
    }
    return [
      server("c02f", curve + points), server("1302", modern + share), server("009e"),
      server("c013", curve + points + mac), server("c013", curve + points + mac, version: "0302"),
      server("c02f", curve + points, version: "0302"), server("0005", [], version: "0301"),
      server("0005", [], version: "0300"), server("1303", modern), server("1302"),
      server("1302", `extension`(43, hex("0303"))), server("1302", `extension`(43, hex("7f1c"))),
      server("1302", `extension`(43, hex("03"))), server("c02f", curve + points, method: 1),
      // Groups: none, one that is not allowed, one too many, half of one, a reserved one.
      server("c02f", points), server("c02f", points + groups("001d")),
      server("c02f", points + groups("0017 0018")), server("c004", points + mac),
      server("c02f", points + `extension`(10, hex("0002 00"))),
      server("c02f", points + groups("0a0a")), server("c02f", points + curve + groups("001d")),
      server("c02f", curve), server("c013", curve + points), server("0033"), server("0033", mac),
      server("0a0a", groups("0202") + certificate), server("1234"),
      // Extensions in the order of a table that grows, some in one bucket, one twice.
      server("009e", many(0...13)), server("009e", many(0...14)), server("009e", many(0...38)),
      server(
        "009e", `extension`(16) + `extension`(1) + `extension`(3) + `extension`(16) + modern),
      server("009e", `extension`(0x1a1a) + `extension`(0xff01) + `extension`(23)),
      // Certificates that are cut off: nothing is assessed.
      Frame.tcp(
        record(handshake(2, hex("0303") + [UInt8](repeating: 1, count: 32) + hex("00 c02f 00")))
          + record(hex("0b 000019 000016 000003 616263 00000d 6162")), from: 443, to: 40000
      ).ipv4().ethernet(),
    ]
  }()

  private static let assessedSSH: [Frame] = {
    func keyExchange(_ names: String, _ toServer: String, _ toClient: String) -> [UInt8] {
      let lists = [names, "ssh-rsa", toServer, toClient, "m", "m", "none", "none", "", ""]
      let payload =
        [20] + [UInt8](repeating: 0x43, count: 16)
        + lists.flatMap { UInt32($0.utf8.count).bigEndianBytes + Array($0.utf8) }
        + hex("00 00000000")
      return UInt32(payload.count + 5).bigEndianBytes + [4] + payload + hex("50505050")
    }
    func frame(_ bytes: [UInt8]) -> Frame { Frame.tcp(bytes, to: 22).ipv4().ethernet() }
    let banner = Array("SSH-2.0-x\r\n".utf8)
    let mixed = keyExchange(
      "mlkem768x25519-sha256,curve25519-sha256,ext-info-c", "aes128-gcm@openssh.com,aes128-ctr",
      "AEAD_AES_256_GCM")
    return [
      frame(mixed), frame(banner + mixed), frame(banner),
      frame(keyExchange("sntrup761x25519-sha512,mlkem512-sha256", "aes192-gcm", "")),
      frame(keyExchange("sntrup761x25519-sha512@openssh.com", "aes256-ctr", "é,\"x")),
      frame(keyExchange(",mlkem768-sha256,,a,", "aes128-gcm,", ",")),
      // What is cut off counts for empty.
      frame(Array(mixed.dropLast(40))), frame(banner + mixed.prefix(100)),
    ]
  }()

  private static let assessedDTLS: [Frame] = {
    func datagram(_ type: UInt8, _ body: [UInt8], length: Int? = nil) -> Frame {
      let message =
        [type, 0] + UInt16(length ?? body.count).bigEndianBytes + hex("0000 000000 00")
        + with16(body)
      return Frame.udp(hex("16 fefd 0000 000000000000") + with16(message)).ipv4().ethernet()
    }
    let body = clientBody("1302 1301", groups("001d") + certificate, version: "fefd")
    return [
      datagram(1, body), datagram(1, clientBody("1302", groups("0201"), version: "fefd")),
      datagram(1, Array(body.dropLast(3)), length: body.count),
      datagram(
        2,
        hex("fefd") + [UInt8](repeating: 2, count: 32) + hex("00 c02f 00") + with16(groups("001d"))),
      datagram(3, hex("feff 02 abcd")),
    ]
  }()

  private static let assessedQUIC: [Frame] = {
    let hello = handshake(1, clientBody("1301 1302", groups("11ec 001d")))
    func datagram(_ frames: [UInt8]) -> Frame {
      Frame.udp(QUICPacket(frames).bytes).ipv4().ethernet()
    }
    return [
      datagram(QUICPacket.crypto(hello[...])), datagram(QUICPacket.crypto(hello.dropLast(2))),
      datagram(hex("01")),
    ]
  }()

  // MARK: Passed on

  /// Three outside, three inside, and what they send one another; the comment says what is seen.
  private static let proxied: [Frame] = {
    let (far, near): ([UInt32], [UInt32]) = (
      [0x0102_0304, 0x0506_0708, 0xac20_0001], [0x0a01_0203, 0xc0a8_0105, 0xac1f_ff01]
    )
    func hello(_ random: UInt8, _ from: UInt32, _ to: UInt32, cut: Int = 0) -> Frame {
      let body = clientBody("1301", groups("001d"), random: random)
      return Frame.tcp(Array(record(handshake(1, body)).dropLast(cut)))
        .ipv4(from: from, to: to).ethernet()
    }
    return [
      hello(1, near[0], far[1]),  // Nothing came in yet.
      hello(1, far[0], near[0]), hello(1, near[0], far[1]),  // Passed on,
      hello(1, near[0], far[2], cut: 2),  // even if cut off,
      hello(1, near[1], far[1]),  // but not by somebody else,
      hello(1, near[0], near[1]), hello(1, far[0], far[1]),  // nor within one side.
      hello(1, far[1], near[1]), hello(1, near[1], far[0]),  // Only the first receiver counts.
      hello(2, far[2], near[2], cut: 2), hello(2, near[2], far[0]),  // Passed on.
      hello(3, far[0], near[1]), hello(3, near[1], far[0]),  // Sent back, which is the same.
    ]
  }()
}
