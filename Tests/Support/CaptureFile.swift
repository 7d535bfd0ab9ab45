import Crypto

/// A packet as a test captures it.
package struct CapturedPacket: Equatable, Sendable {
  package var time: UInt64
  package var bytes: [UInt8]
  package var originalLength: UInt32

  package init(time: UInt64 = 0, _ bytes: [UInt8], originalLength: UInt32? = nil) {
    self.time = time
    self.bytes = bytes
    self.originalLength = originalLength ?? UInt32(bytes.count)
  }
}

extension CapturedPacket {
  /// How the reference's lists of packets tell it: time, length, first digits of the SHA-1.
  package var referenceLine: String {
    let fraction = String(time % 1_000_000_000 / 1000 + 1_000_000).dropFirst()
    let digest = Insecure.SHA1.hash(data: bytes).prefix(8)
      .map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
    return "\(time / 1_000_000_000).\(fraction) \(bytes.count) \(digest)"
  }
}

/// The bytes of capture files of every kind, made from packets independently of what reads them.
package enum CaptureFile {
  package enum Order: CaseIterable, Sendable { case little, big }
  package enum Unit: CaseIterable, Sendable { case microseconds, nanoseconds }

  package static func pcap(
    _ packets: [CapturedPacket], linkType: UInt16 = 1, order: Order = .little,
    unit: Unit = .nanoseconds, snapshotLength: UInt32 = 262_144
  ) -> [UInt8] {
    var file = OrderedBytes(order)
    file.put(unit == .nanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4 as UInt32)
    file.put(2 as UInt16)
    file.put(4 as UInt16)
    file.put(0 as UInt64)
    file.put(snapshotLength)
    file.put(UInt32(linkType))
    for packet in packets {
      let fraction = packet.time % 1_000_000_000
      file.put(UInt32(packet.time / 1_000_000_000))
      file.put(UInt32(unit == .nanoseconds ? fraction : fraction / 1000))
      file.put(UInt32(packet.bytes.count))
      file.put(packet.originalLength)
      file.bytes += packet.bytes
    }
    return file.bytes
  }

  /// One interface per link type, packets on the last, a block no reader knows in between.
  ///
  /// `resolution` is `if_tsresol`: a power of ten, or of two with the top bit set; microseconds
  /// where it is left out.
  package static func pcapng(
    _ packets: [CapturedPacket], linkTypes: [UInt16] = [1], order: Order = .little,
    resolution: UInt8? = 9, snapshotLengths: [UInt32] = [262_144]
  ) -> [UInt8] {
    var file = OrderedBytes(order)
    file.block(0x0a0d_0d0a) { section in
      section.put(0x1a2b_3c4d as UInt32)
      section.put(1 as UInt16)
      section.put(0 as UInt16)
      section.put(UInt64.max)
    }
    for (i, linkType) in linkTypes.enumerated() {
      file.block(1) { interface in
        interface.put(linkType)
        interface.put(0 as UInt16)
        interface.put(snapshotLengths[i % snapshotLengths.count])
        if let resolution {
          interface.put(9 as UInt16)
          interface.put(1 as UInt16)
          interface.bytes += [resolution, 0, 0, 0]
          interface.put(0 as UInt32)
        }
      }
    }
    for packet in packets {
      file.block(0x0000_0bad) { $0.put(UInt32.max) }
      file.block(6) { enhanced in
        let ticks = ticks(packet.time, resolution ?? 6)
        enhanced.put(UInt32(linkTypes.count - 1))
        enhanced.put(UInt32(truncatingIfNeeded: ticks >> 32))
        enhanced.put(UInt32(truncatingIfNeeded: ticks))
        enhanced.put(UInt32(packet.bytes.count))
        enhanced.put(packet.originalLength)
        enhanced.bytes += packet.bytes
      }
    }
    return file.bytes
  }

  private static func ticks(_ time: UInt64, _ resolution: UInt8) -> UInt64 {
    var second: UInt64 = 1
    for _ in 0..<(resolution & 0x7f) { second *= resolution & 0x80 == 0 ? 10 : 2 }
    let fraction = (time % 1_000_000_000).multipliedFullWidth(by: second)
    return time / 1_000_000_000 * second
      + (1_000_000_000 as UInt64).dividingFullWidth(fraction).quotient
  }
}

private struct OrderedBytes {
  var bytes: [UInt8] = []
  let order: CaptureFile.Order

  init(_ order: CaptureFile.Order) { self.order = order }

  mutating func put<T: FixedWidthInteger>(_ value: T) {
    let places = stride(from: 0, to: T.bitWidth, by: 8)
    let little = places.map { UInt8(truncatingIfNeeded: value >> T($0)) }
    bytes += order == .little ? little : little.reversed()
  }

  /// A pcapng block: type, length, padded body, length again.
  mutating func block(_ type: UInt32, _ body: (inout OrderedBytes) -> Void) {
    var inner = OrderedBytes(order)
    body(&inner)
    while inner.bytes.count % 4 != 0 { inner.bytes.append(0) }
    put(type)
    put(UInt32(inner.bytes.count + 12))
    bytes += inner.bytes
    put(UInt32(inner.bytes.count + 12))
  }
}
