import Bytes
import Support
import Wire

@testable import Stage

/// A capture that a test makes up: packets with numbers, each with its place among its slot's.
struct Rounds: ~Copyable {
  var builder = RoundBuilder(source: 1, epoch: 9, linkType: 1)
  private(set) var packets: UInt64 = 0
  private(set) var slots: [UInt64: Int] = [:]
  private var places: [Int: UInt64] = [:]

  /// Makes a round of this many packets in few slots, and hands its parts to the outbox.
  mutating func submit(
    _ count: Int, to outbox: inout Outbox<Int>, random: inout SeededRandom,
    between: (inout Outbox<Int>) -> Void = { _ in }
  ) -> [PartName] {
    builder.begin(owners: outbox.assignSlots())
    for _ in 0..<count { add(slot: random.below(12) * 85, random.below(40), to: &outbox) }
    between(&outbox)
    if builder.needsPart { builder.supply(outbox.blank()) }
    let shares = builder.finish(isLast: false) { $0.append(tally: 1, .packets) }
    for share in shares { outbox.submit(share.part, name: share.name, to: share.owner) }
    return shares.map(\.name)
  }

  private mutating func add(slot: Int, _ padding: Int, to outbox: inout Outbox<Int>) {
    packets += 1
    let place = places[slot, default: 0]
    places[slot] = place + 1
    slots[packets] = slot
    let bytes = place.bigEndianBytes + [UInt8](repeating: 0, count: padding)
    let frame = FrameItem(
      packet: packets, time: packets, originalLength: 60, slot: UInt16(slot), bytes: bytes.span)
    if builder.needsPart { builder.supply(outbox.blank()) }
    builder.add(frame)
  }
}

/// A packet in a part, as a test looks at it.
struct Item: Hashable {
  let packet: UInt64
  let slot: Int
  /// Which of its slot's packets it is.
  let place: UInt64
}

/// A part as a worker gets it.
struct Message {
  let header: PartHeader
  let items: [Item]
  let tally: Tally
  let size: Int

  init?(_ bytes: Span<UInt8>) {
    var input = Reader(bytes, isBody: true)
    guard let header = try? PartHeader(&input) else { return nil }
    self.header = header
    size = bytes.count
    var items: [Item] = []
    PartHeader.forEachItem(in: bytes) { _, item in
      items.append(
        Item(
          packet: item.u64(at: 8).byteSwapped, slot: Int(item.u16(at: 24).byteSwapped),
          place: item.u64(at: 28)))
    }
    self.items = items
    var tally = Tally()
    guard (try? tally.add(reading: bytes.extracting(droppingFirst: Int(header.tally)))) != nil
    else { return nil }
    self.tally = tally
  }
}
