import Support

/// A capture of TLS messages in three segments each, which lie rounds apart.
enum SplitMessages {
  static let count = 6000
  /// How many packets lie between a segment and the next of its flow.
  private static let distance = 700

  static let made = Result { () throws -> ScratchFile in
    let hello = clientHello
    let third = hello.count / 3
    let pieces = [hello[..<third], hello[third..<2 * third], hello[(2 * third)...]]
    var packets: [CapturedPacket] = []
    for time in 0..<count + 2 * distance {
      for (i, piece) in pieces.enumerated() where (0..<count).contains(time - i * distance) {
        let flow = time - i * distance
        let segment = Frame.tcp(
          Array(piece), from: UInt16(50_000 + flow), to: 443, sequence: UInt32(1 + i * third))
        packets.append(
          CapturedPacket(
            time: 1_700_000_000_000_000_000 + UInt64(time) * 1_000_000,
            segment.ipv4().ethernet().bytes))
      }
    }
    let file = try ScratchFile(CaptureFile.pcap(packets), named: "split.pcap")
    file.removeAtExit()
    return file
  }

  /// With an extension of padding (RFC 7685) that makes it long; zeros would look like DNS.
  private static var clientHello: [UInt8] {
    let padding = [UInt8](repeating: 0x55, count: 2600)
    let extensions = (21 as UInt16).bigEndianBytes + counted(padding)
    let body =
      [3, 3] + [UInt8](repeating: 0x52, count: 32) + [0] + counted([0x13, 1]) + [1, 0]
      + counted(extensions)
    return [22, 3, 1] + counted([1, 0] + counted(body))
  }

  private static func counted(_ bytes: [UInt8]) -> [UInt8] {
    UInt16(bytes.count).bigEndianBytes + bytes
  }
}
