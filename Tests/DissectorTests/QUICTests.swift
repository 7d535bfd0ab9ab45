import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct QUICTests {
  private let hello = TLSMessage.clientHello(
    TLSMessage.serverName("example.com"), TLSMessage.extension(23, ""))
  private static let fingerprint = "quic/(00000001)(0303)(1301)[(0000)(0017)]"

  private func json(
    _ frames: [UInt8], _ options: RecordOptions = [], formats: String = "",
    change: (inout QUICPacket) -> Void = { _ in }
  ) throws -> String? {
    var packet = QUICPacket(frames)
    change(&packet)
    var reading = Reading("quic", options)
    reading.formats = try FingerprintFormats(parsing: formats)
    return try reading.json(packet.bytes)
  }

  private func crypto(_ range: Range<Int>) -> [UInt8] {
    QUICPacket.crypto(hello[range], at: range.lowerBound)
  }

  /// RFC 9001 appendix A.2: if the tag is the same, so is all that it covers.
  @Test func readsTheSpecificationsPacket() throws {
    let frames = hex(
      """
      060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413
      011302010000c000000010000e00000b6578616d706c652e636f6dff01000100000a00080006001d001700180010
      0007000504616c706e000500050100000000003300260024001d00209370b2c9caa47fbabaf4559fedba753de171
      fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e0403050306030203080408050806002d000201
      01001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff0801100104800075300901100f
      088394c8f03e51570806048000ffff
      """)
    var packet = QUICPacket(frames)
    #expect(packet.bytes.count == 1200)
    let start = hex("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11")
    #expect(packet.bytes.starts(with: start))
    #expect(Array(packet.bytes.suffix(16)) == hex("e221af44860018ab0856972e194cd934"))
    let line = try #require(try Reading("quic").json(packet.bytes))
    #expect(line.contains(#""tls":{"client":{"server_name":"example.com","quic_transport"#))
    #expect(line.contains(#""connection_info":"11000000","version":"00000001""#))
    #expect(line.contains(#""salt_string":"d33_v1","plaintext":"060040f1010000ed0303ebf8fa56"#))
    packet.version = 0x6b33_43cf
    packet.flags = 0xd0
    packet.keys = .version2
    // RFC 9369 appendix A.2.
    #expect(packet.bytes.starts(with: hex("d76b3343cf088394c8f03e5157080000449ea0c95e82")))
    #expect(try Reading("quic").json(packet.bytes)?.contains(#""salt_string":"v2""#) == true)
  }

  @Test(arguments: [
    (0xff00_0016, QUICPacket.Keys.draft22, "d22"), (0xface_b001, .draft22, "d22"),
    (0xff00_001d, .draft29, "d29_d32"), (0xff00_0020, .draft29, "d29_d32"),
    (0x0000_0001, .version1, "d33_v1"), (0xff00_0022, .version1, "d33_v1"),
    (0xd400_0400, .version1, "d33_v1"), (0x6b33_43cf, .version2, "v2"),
  ])
  func knowsVersions(_ version: UInt32, _ keys: QUICPacket.Keys, _ salt: String) throws {
    for number in [[7], [1, 7], [0, 1, 7], [9, 0, 1, 7]] as [[UInt8]] {
      let line = try json(crypto(0..<hello.count)) {
        $0.version = version
        $0.keys = keys
        $0.flags = keys == .version2 ? 0xd0 : 0xc0
        $0.packetNumber = number
      }
      #expect(line?.contains("\"salt_string\":\"\(salt)\"") == true)
      #expect(line?.contains("\"server_name\":\"example.com\"") == true)
    }
  }

  @Test func triesAllKeysWhereAsked() throws {
    let strange: (inout QUICPacket) -> Void = { $0.version = 0x1a2a_3a4a }
    let sealed = try json(crypto(0..<hello.count), change: strange)
    #expect(sealed?.contains("raw_packet_data") == true)
    let opened = try json(crypto(0..<hello.count), .quicTrialDecryption, change: strange)
    #expect(opened?.contains("quic/(1a2a3a4a)(0303)") == true)
    #expect(opened?.contains(#""salt_string":"d33_v1""#) == true)
    let other = try json(crypto(0..<hello.count), .quicTrialDecryption) { $0.keys = .version2 }
    #expect(other?.contains(#""salt_string":"v2""#) == true)
  }

  @Test func fingerprintsInTwoFormats() throws {
    func start(_ formats: String, isProtected: Bool = true) throws -> String? {
      try json(crypto(0..<hello.count), formats: formats) { $0.isProtected = isProtected }
        .map { String($0.dropFirst(#"{"fingerprints":{"quic":""#.count).prefix { $0 != "\"" }) }
    }
    #expect(try start("") == Self.fingerprint)
    #expect(try start("tls/2,quic/1") == "quic/1/(00000001)(0303)(1301)[(0000)(0017)]")
    #expect(try start("quic/1", isProtected: false) == Self.fingerprint)
  }

  /// What is found of a hello in these frames: its fingerprint's extensions, if any.
  private func extensions(_ frames: [UInt8]) throws -> String? {
    let line = try #require(try json(frames))
    #expect(line.contains("salt_string"))
    return line.firstRange(of: "(1301)[").map { range in
      String(line[range.upperBound...].prefix { $0 != "]" })
    }
  }

  @Test func putsFramesInTheirPlaces() throws {
    let end = hello.count, all = "(0000)(0017)"
    #expect(try extensions(crypto(70..<end) + [1] + crypto(0..<30) + crypto(30..<70)) == all)
    // A gap: the frame that begins the stream is all there is; the last of those that do.
    #expect(try extensions(crypto(0..<end - 4) + crypto(end - 2..<end)) == "(0000)")
    #expect(try extensions(crypto(0..<50) + crypto(0..<end)) == all)
    #expect(try extensions(crypto(0..<end) + crypto(0..<50)) == "")
    #expect(try extensions(crypto(30..<end)) == nil)
    #expect(try extensions(crypto(0..<6) + crypto(8..<end)) == nil)
    // Beyond the buffer, empty, or behind a frame that is not allowed: not there.
    #expect(try extensions(crypto(0..<end) + QUICPacket.crypto([1, 2], at: 8191)) == all)
    #expect(try extensions(crypto(0..<end) + QUICPacket.crypto([1, 2], at: 1 << 60)) == all)
    #expect(try extensions(crypto(0..<end) + QUICPacket.crypto([], at: 500)) == all)
    #expect(try extensions(crypto(0..<end) + [8] + crypto(0..<50)) == all)
    #expect(try extensions([8] + crypto(0..<end)) == nil)
  }

  @Test func takesAnyNumberOfFramesWithoutGaps() throws {
    var single: [UInt8] = []
    for i in 0..<40 { single += crypto(i..<i + 1) }
    #expect(try extensions(single + crypto(40..<hello.count)) == "(0000)(0017)")
    var gaps: [UInt8] = []
    for i in 0..<20 { gaps += QUICPacket.crypto([0], at: 200 + 2 * i) }
    #expect(try extensions(Array(gaps.dropFirst(5)) + crypto(0..<hello.count)) == "(0000)(0017)")
    #expect(try extensions(gaps + crypto(0..<hello.count)) == nil)
  }

  @Test(arguments: [
    (
      "02 05 06 00 02",
      #""ack":{"largest_acked":5,"ack_delay":6,"ack_range_count":0,"#
        + #""first_ack_range":2},"#
    ),
    (
      "03 05 06 00 02 07 08 09",
      #""ack_ecn":{"ect0":7,"ect1":8,"ecn_ce":9,"ack":{"#
        + #""largest_acked":5,"ack_delay":6,"ack_range_count":0,"first_ack_range":2}},"#
    ),
    (
      "1c 07 06 02 6f22",
      #""connection_close":{"error_code":7,"frame_type":6,"#
        + #""reason_phrase":"o\""},"#
    ),
    ("1c 07 06 00", ""), ("02 05 06 00 02 1c 07 06 00", ""), ("", ""),
    // A number of ranges that no packet has room for.
    ("02 05 06 c000010000000000 02", ""),
  ])
  func tellsOfTheLastFrame(_ frames: String, _ expected: String) throws {
    let line = try #require(try json(hex(frames)))
    #expect(line.contains(#""token":"",\#(expected)"salt_string""#))
  }

  @Test func leavesAloneWhatIsNoInitial() throws {
    #expect(try json([1]) { $0.flags = 0xe0 } == nil)
    #expect(try json([1]) { $0.flags = 0xd0 } == nil)
    #expect(try json([1]) { $0.flags = 0x80 } != nil)
    #expect(try json([1]) { $0.destinationID = [UInt8](repeating: 1, count: 20) } != nil)
    #expect(try json([1]) { $0.destinationID = [UInt8](repeating: 1, count: 21) } == nil)
    #expect(try json([1]) { $0.sourceID = [UInt8](repeating: 1, count: 21) } == nil)
    // 1184 bytes are enough, with a header of 18, a packet number of four and a tag of 16.
    #expect(try json([1]) { $0.length = 1184 - 18 - 4 - 16 } != nil)
    #expect(try json([1]) { $0.length = 1183 - 18 - 4 - 16 } == nil)
  }

  /// Reserved bits, and more than any Initial has: not decrypted, but told of.
  @Test func leavesStrangePacketsSealed() throws {
    for change in [
      { $0.flags = 0xc4 }, { $0.length = 2049 - 16 },
      { $0.token = [UInt8](repeating: 1, count: 1002) },
    ] as [(inout QUICPacket) -> Void] {
      #expect(try json([1], change: change)?.contains("raw_packet_data") == true)
    }
    for change in [
      { $0.length = 2048 - 16 }, { $0.token = [UInt8](repeating: 1, count: 1001) },
    ] as [(inout QUICPacket) -> Void] {
      #expect(try json([1], change: change)?.contains("salt_string") == true)
    }
  }

  @Test func readsWhatIsAlreadyDecrypted() throws {
    let line = try json(crypto(0..<hello.count)) { $0.isProtected = false }
    #expect(line?.contains(Self.fingerprint) == true)
    #expect(line?.contains(#""token":"","plaintext":"06"#) == true)
    let broken = try json(crypto(0..<hello.count) + [8]) { $0.isProtected = false }
    #expect(broken?.contains("raw_packet_data") == true)
  }

  @Test func survivesMutationsOfItsFrames() throws {
    let frames =
      hex("02 05 06 01 02 03 04 1c 07 06 02 6f22") + crypto(30..<hello.count) + crypto(0..<30)
    try frames.forEachDamage([], mutations: 300) { frames, _ in
      let line = try json(frames)
      #expect(line != nil)
    }
  }
}
