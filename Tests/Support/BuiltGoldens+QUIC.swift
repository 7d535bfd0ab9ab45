extension BuiltGoldens {
  /// A client hello with SNI, ALPN and transport parameters, cut or whole.
  static let datagramHello: [UInt8] = {
    let extensions =
      hex("0000 0010 000e 00 000b") + Array("example.com".utf8) + hex("0010 0005 0003 02 6833")
      + hex("0a0a 0000") + hex("0039 000b 01 01 1e 0f 00 3a 02 abcd 03 00")
    let body =
      hex("0303") + [UInt8](repeating: 0x5a, count: 32) + hex("00 0004 1301 1303 01 00")
      + UInt16(extensions.count).bigEndianBytes + extensions
    return hex("01 00") + UInt16(body.count).bigEndianBytes + body
  }()

  static func initial(
    _ frames: [UInt8], _ change: (inout QUICPacket) -> Void = { _ in }
  ) -> Frame {
    var packet = QUICPacket(frames)
    change(&packet)
    return Frame.udp(packet.bytes).ipv4().ethernet()
  }

  private static let whole = QUICPacket.crypto(datagramHello[...])
  private static let acknowledgement = hex("02 05 4006 01 02 03 04")
  private static let congestion = hex("03 05 06 00 02 07 08 09")
  private static let close = hex("1c 4128 06 04") + Array("oops".utf8)

  static let quic: [Frame] = [
    initial(whole),
    initial(whole) {
      $0.version = 0x6b33_43cf
      $0.flags = 0xd0
      $0.keys = .version2
      $0.packetNumber = [7]
    },
    initial(whole) {
      $0.version = 0xff00_001d
      $0.keys = .draft29
      $0.sourceID = [1, 2, 3]
      $0.token = Array("token".utf8)
      $0.packetNumber = [1, 2]
    },
    // In pieces, out of order, among other frames.
    initial(
      QUICPacket.crypto(datagramHello[60...], at: 60) + hex("01 00 00") + acknowledgement
        + QUICPacket.crypto(datagramHello[..<20])
        + QUICPacket.crypto(datagramHello[20..<60], at: 20)),
    // Nothing of a hello, but congestion counts, or why the connection ends.
    initial(congestion), initial(close),
    // Other keys leave only the header to tell of.
    initial(whole) { $0.keys = .version2 },
    // Whoever made the capture has decrypted it.
    initial(whole + acknowledgement) { $0.isProtected = false },
  ]

  static let truncatedQUIC: [Frame] = [
    // More of the hello is in the next packet: of its extensions, or of what comes before them.
    initial(QUICPacket.crypto(datagramHello[..<80])),
    initial(QUICPacket.crypto(datagramHello[..<45])),
    // Its middle is elsewhere; its start is.
    initial(
      QUICPacket.crypto(datagramHello[..<70]) + QUICPacket.crypto(datagramHello[80...], at: 80)),
  ]

  static let almostQUIC: [Frame] = [
    // One byte too few in all.
    initial(whole) { $0.length = 1183 - 18 - 4 - 16 },
    // A connection id of 21 bytes; a handshake packet; an Initial of another version's form.
    initial(whole) { $0.destinationID = [UInt8](repeating: 7, count: 21) },
    initial(whole) { $0.flags = 0xe0 },
    initial(whole) { $0.flags = 0xd0 },
    // A length that is longer than the datagram, and one that is shorter than any Initial's.
    Frame.udp(Array(QUICPacket(whole).bytes.dropLast())).ipv4().ethernet(),
    initial([1]) {
      $0.token = [UInt8](repeating: 7, count: 1200)
      $0.length = 43
    },
  ]

  // MARK: DTLS

  private static func datagram(
    _ type: UInt8, _ body: [UInt8], length: Int? = nil, offset: UInt8 = 0
  ) -> Frame {
    let message =
      [type, 0] + UInt16(length ?? body.count).bigEndianBytes + [0, 0, 0, 0, offset, 0]
      + UInt16(body.count).bigEndianBytes + body
    return Frame.udp(
      hex("16 fefd 0000 000000000000") + UInt16(message.count).bigEndianBytes + message
    ).ipv4().ethernet()
  }

  private static let dtlsBody =
    hex("fefd") + [UInt8](repeating: 0x5a, count: 32) + hex("00 02 c00c 0004 c02b c02f 01 00 001b")
    + hex("0000 0010 000e 00 000b") + Array("example.com".utf8) + hex("0017 0000 ff")
  static let dtlsHello = Array(dtlsBody.dropLast())
  private static let dtlsAnswer =
    hex("fefd") + [UInt8](repeating: 0x5b, count: 32) + hex("00 c02b 00 0004 0017 0000")

  static let dtls: [Frame] = [
    datagram(1, dtlsHello), datagram(3, hex("feff 04 01020304")), datagram(2, dtlsAnswer),
    // The second half is in another datagram.
    datagram(1, Array(dtlsHello.prefix(60)), length: dtlsHello.count),
  ]

  static let almostDTLS: [Frame] = [
    // The part without the start; a record that is cut off; no compression methods.
    datagram(1, Array(dtlsHello.dropFirst(60)), length: dtlsHello.count, offset: 60),
    Frame(Array(datagram(1, dtlsHello).bytes.dropLast())),
    datagram(1, Array(dtlsHello.prefix(44))),
    // A server hello of an unknown version, and one without a cipher suite.
    datagram(2, hex("fefb") + dtlsAnswer.dropFirst(2)), datagram(2, Array(dtlsAnswer.prefix(36))),
    // A cookie that is cut off.
    datagram(3, hex("feff 04 010203")),
  ]
}
