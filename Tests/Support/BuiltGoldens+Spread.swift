/// Messages that are spread over packets: with `--reassembly` each gives one record, without it
/// what one packet has of it.
extension BuiltGoldens {
  private static let streamHello =
    hex("16 0301") + UInt16(datagramHello.count).bigEndianBytes + datagramHello

  /// Ranges of a stream, in the order given, as segments of one connection.
  private static func segments(
    _ stream: [UInt8], _ ranges: [Range<Int>], from source: UInt16, to destination: UInt16 = 443,
    first sequence: UInt32 = 1000
  ) -> [Frame] {
    ranges.map { range in
      Frame.tcp(
        Array(stream[range]), from: source, to: destination,
        sequence: sequence &+ UInt32(range.lowerBound)
      ).ipv4().ethernet()
    }
  }

  static let spreadTLS: [Frame] = {
    let end = streamHello.count
    let inOrder = segments(streamHello, [0..<50, 50..<90, 90..<end], from: 50000)
    let other = segments(streamHello, [0..<60, 60..<end], from: 50001)
    return [
      // Two connections at once, and one whose sequence numbers begin anew.
      inOrder[0], other[0], inOrder[1], other[1], inOrder[2],
    ]
      + segments(streamHello, [0..<50, 50..<end], from: 50002, first: 0xffff_fff0)
      // Backwards, over each other, twice.
      + segments(streamHello, [0..<50, 90..<end, 50..<90], from: 50003)
      + segments(streamHello, [0..<50, 40..<end], from: 50004)
      + segments(streamHello, [0..<50, 0..<50, 50..<end], from: 50005)
      + segments(streamHello, [0..<50, 70..<80, 60..<100, 50..<end], from: 50006)
      + segments(streamHello, [0..<50, 80..<100, 60..<90, 50..<end], from: 50007)
      // More segments than are waited for.
      + segments(
        streamHello, [0..<75] + (75..<99).map { $0..<$0 + 1 }, from: 50008)
      // The end alone, before its beginning; a beginning that is too short; one without an end.
      + segments(streamHello, [50..<end, 0..<50], from: 50009)
      + segments(streamHello, [0..<8, 8..<end], from: 50010)
  }()

  static let spreadSSH: [Frame] = {
    let lists = ["curve25519-sha256", "ssh-ed25519", "aes128-ctr", "aes128-ctr", "hmac-sha2-256"]
    let names = (lists + ["hmac-sha2-256", "none", "none", "", ""]).flatMap {
      UInt32($0.utf8.count).bigEndianBytes + Array($0.utf8)
    }
    let payload = [20] + [UInt8](repeating: 7, count: 16) + names + [0, 0, 0, 0, 0]
    let exchange =
      UInt32(payload.count + 5).bigEndianBytes + [4] + payload + [UInt8](repeating: 0, count: 4)
    let stream = Array("SSH-2.0-merc_1 for tests\r\n".utf8) + exchange
    let end = stream.count
    // The banner alone, both cut, the exchange alone.
    return segments(stream, [0..<26, 26..<end], from: 50000, to: 22)
      + segments(stream, [0..<26, 26..<80, 80..<end], from: 50001, to: 22)
      + segments(stream, [0..<60, 60..<end], from: 50002, to: 22)
      + segments(exchange, [0..<60, 60..<exchange.count], from: 50003, to: 22)
      + segments(stream, [0..<26], from: 50004, to: 22)
  }()

  private static func pieces(_ ranges: [Range<Int>]) -> [UInt8] {
    ranges.flatMap { QUICPacket.crypto(datagramHello[$0], at: $0.lowerBound) }
  }

  private static func initial(
    _ ranges: [Range<Int>], from source: UInt16, _ change: (inout QUICPacket) -> Void = { _ in }
  ) -> Frame {
    var packet = QUICPacket(pieces(ranges))
    change(&packet)
    return Frame.udp(packet.bytes, from: source).ipv4().ethernet()
  }

  static let spreadQUIC: [Frame] = {
    let end = datagramHello.count
    return [
      initial([0..<60], from: 50000), initial([60..<end], from: 50000) { $0.packetNumber = [3] },
      // With gaps within packets, and over each other.
      initial([40..<60, 0..<20], from: 50001), initial([20..<45, 60..<end], from: 50001),
      initial([0..<60], from: 50002), initial([0..<60], from: 50002),
      initial([50..<end], from: 50002),
      // Out of order: the end comes before there is anything to wait for.
      initial([60..<end], from: 50003), initial([0..<60], from: 50003),
      initial([60..<end], from: 50003),
      // Another connection's packet between.
      initial([0..<60], from: 50004),
      initial([60..<end], from: 50004) { $0.destinationID = hex("0102030405060708") },
      initial([60..<end], from: 50004),
      // Repeated within one packet, and so short that more is looked at.
      initial([0..<end, 0..<60], from: 50005),
      initial([4..<end, 0..<4], from: 50006),
      initial([0..<4, 8..<end], from: 50007), initial([4..<8], from: 50007),
      // In the clear the last packet speaks for itself.
      initial([0..<60], from: 50008) { $0.isProtected = false },
      initial([60..<end], from: 50008) { $0.isProtected = false },
    ]
  }()

  private static func fragment(
    _ range: Range<Int>, from source: UInt16, message: UInt8 = 0
  ) -> Frame {
    let body = Array(dtlsHello[range])
    var bytes: [UInt8] = [1, 0]
    bytes += UInt16(dtlsHello.count).bigEndianBytes
    bytes += [0, message, 0]
    bytes += UInt16(range.lowerBound).bigEndianBytes
    bytes += [0]
    bytes += UInt16(body.count).bigEndianBytes
    bytes += body
    return Frame.udp(
      hex("16 fefd 0000 000000000000") + UInt16(bytes.count).bigEndianBytes + bytes, from: source
    ).ipv4().ethernet()
  }

  static let spreadDTLS: [Frame] = {
    let end = dtlsHello.count
    return [
      fragment(0..<60, from: 50000), fragment(60..<end, from: 50000),
      // So short that it says nothing by itself, in three, out of order.
      fragment(0..<20, from: 50001), fragment(40..<end, from: 50001),
      fragment(20..<40, from: 50001),
      // Another message's second half, then the right one.
      fragment(0..<60, from: 50002), fragment(60..<end, from: 50002, message: 1),
      fragment(60..<end, from: 50002),
      fragment(60..<end, from: 50003), fragment(0..<end, from: 50003),
    ]
  }()
}
