import Bytes
import Support
import Testing
import Wire

@testable import Stage

@Suite(.tags(.unit)) struct RoundBuilderTests {
  /// Every packet is in the part of its slot's owner, in order, and the parts say so.
  @Test(arguments: [1, 2, 3, 7]) func partsHoldAllPackets(_ workers: Int) throws {
    var random = SeededRandom("rounds")
    for isLast in [false, true] {
      var builder = RoundBuilder(source: 3, epoch: 9, linkType: 113)
      var packet: UInt64 = 0
      for round in 1...20 as ClosedRange<UInt64> {
        let owners = (0..<SlotSet.count).map { _ in random.below(workers) as Int? }
        builder.begin(owners: owners)
        var expected: [Int: [UInt64]] = [:]
        for _ in 0..<random.below(40) {
          packet += 1 + UInt64(random.below(3))
          let slot = random.below(1024)
          let bytes = random.bytes(8 + random.below(100))
          let frame = FrameItem(
            packet: packet, time: 1, originalLength: 200, slot: UInt16(slot), bytes: bytes.span)
          builder.add(frame, capacity: 64)
          expected[owners[slot] ?? 0, default: []].append(packet)
        }
        var parts: [(message: Message, name: PartName, owner: Int)] = []
        let shares = builder.finish(isLast: isLast, capacity: 64) {
          $0.append(tally: 99, .packets)
        }
        for share in shares {
          let message = share.part.builder.buffer.withBytes { Message($0) }
          if let message { parts.append((message, share.name, share.owner ?? 0)) }
        }
        #expect(
          parts.map { $0.name }
            == (0..<max(1, expected.count)).map {
              PartName(
                epoch: 9, round: round, index: UInt16($0), count: UInt16(max(1, expected.count)))
            })
        #expect(parts.reduce(0) { $0 + $1.message.tally[.packets] } == 99)
        for (message, name, owner) in parts {
          let packets = expected[owner] ?? []
          #expect(message.items.map(\.packet) == packets)
          #expect(message.header.name == name)
          #expect(message.header.message.flags == (isLast ? .last : []))
          #expect(message.header.linkType == 113 && message.header.message.source == 3)
          #expect(message.header.items == packets.count)
          #expect(message.header.firstPacket == packets.first ?? 0)
          #expect(message.header.lastPacket == packets.last ?? 0)
          #expect(message.tally[.forwarded] == UInt64(packets.count))
        }
      }
    }
  }

  @Test func isFullWhenEverybodyHasEnough() {
    var builder = RoundBuilder(source: 1, epoch: 1, linkType: 1)
    builder.begin(owners: (0..<SlotSet.count).map { $0 % 2 })
    let bytes = [UInt8](repeating: 0, count: 60_000)
    var count = 0
    while !builder.isFull {
      count += 1
      let frame = FrameItem(
        packet: UInt64(count), time: 1, originalLength: 60_000, slot: UInt16(count % 2),
        bytes: bytes.span)
      builder.add(frame, capacity: 64)
    }
    #expect(count == 9)
  }
}
