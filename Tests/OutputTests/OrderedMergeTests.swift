import Bytes
import Support
import Testing
import Wire

@testable import Output

@Suite(.tags(.unit)) struct OrderedMergeTests {
  /// One part: its name and the packet numbers in it.
  private struct TestPart {
    var name: PartName
    var packets: [UInt64]

    /// Each packet number as two bytes.
    var bytes: [UInt8] { packets.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] } }
  }

  private static func item(_ bytes: Span<UInt8>, _ offset: Int) -> ReorderBuffer.Item? {
    guard offset + 2 <= bytes.count else { return nil }
    return ReorderBuffer.Item(
      packet: UInt64(bytes.u16(at: offset)), range: offset..<offset + 2)
  }

  /// Takes out every round that is complete.
  private func drain(_ merge: inout ReorderBuffer) -> [UInt64] {
    var packets: [UInt64] = []
    while merge.takeRound(item: Self.item, { packets.append(UInt64($0.u16(at: 0))) }) {}
    return packets
  }

  private func name(_ round: UInt64, _ index: UInt16 = 0, of count: UInt16 = 1) -> PartName {
    PartName(epoch: 1, round: round, index: index, count: count)
  }

  private func accept(
    _ merge: inout ReorderBuffer, _ name: PartName, _ bytes: [UInt8] = []
  ) -> ReorderBuffer.Acceptance {
    merge.accept(name, bytes.span)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func anyArrivalOfAnySplitGivesTheSameSequence(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var parts: [TestPart] = []
    var packet: UInt64 = 0
    let rounds = UInt64.random(in: 1...20, using: &random)
    for round in 0..<rounds {
      let count = UInt16.random(in: 1...9, using: &random)
      var split = (0..<count).map { TestPart(name: name(round, $0, of: count), packets: []) }
      for _ in 0..<Int.random(in: 0...30, using: &random) {
        packet += UInt64.random(in: 1...3, using: &random)
        split[Int.random(in: 0..<split.count, using: &random)].packets.append(packet)
      }
      parts += split
    }
    let expected = parts.flatMap(\.packets).sorted()
    let window = 20
    var arrivals = parts + parts.filter { _ in Bool.random(using: &random) }
    arrivals.shuffle(using: &random)

    var merge = ReorderBuffer(epoch: 1, window: window)
    var got: [UInt64] = []
    var seen: Set<PartName> = []
    for part in arrivals {
      let acceptance = accept(&merge, part.name, part.bytes)
      #expect(acceptance == (seen.insert(part.name).inserted ? .accepted : .duplicate))
      if Bool.random(using: &random) { got += drain(&merge) }
    }
    got += drain(&merge)
    #expect(got == expected)
    let (next, isEmpty, held) = (merge.round, merge.isEmpty, merge.heldBytes)
    #expect(next == rounds)
    #expect(isEmpty)
    #expect(held == 0)
  }

  @Test func waitsForEveryPartOfTheNextRound() throws {
    var merge = ReorderBuffer(epoch: 1)
    #expect(accept(&merge, name(1), [0, 9]) == .accepted)
    #expect(accept(&merge, name(0, 1, of: 3), [0, 2]) == .accepted)
    #expect(accept(&merge, name(0, 0, of: 3)) == .accepted)
    #expect(drain(&merge) == [])
    let missing = merge.missing
    #expect(missing == [name(0, 2, of: 3)])
    #expect(accept(&merge, name(0, 2, of: 3), [0, 1, 0, 3]) == .accepted)
    #expect(drain(&merge) == [1, 2, 3, 9])
    let none = merge.missing
    #expect(none.isEmpty)
  }

  @Test func itemsOfOnePacketKeepTheOrderOfTheirParts() throws {
    var merge = ReorderBuffer(epoch: 1)
    var sources: [Int] = []
    // The second byte of each two is the packet; the first tells where it came from.
    _ = accept(&merge, name(0, 1, of: 2), [3, 5, 4, 5])
    _ = accept(&merge, name(0, 0, of: 2), [1, 5, 2, 5])
    let isGiven = merge.takeRound { bytes, offset in
      offset < bytes.count
        ? ReorderBuffer.Item(packet: UInt64(bytes[offset + 1]), range: offset..<offset + 2) : nil
    } _: {
      sources.append(Int($0[0]))
    }
    #expect(isGiven)
    #expect(sources == [1, 2, 3, 4])
  }

  @Test func recognisesWhatIsNotWanted() throws {
    var merge = ReorderBuffer(epoch: 1, from: 10, window: 4)
    #expect(accept(&merge, name(9)) == .duplicate)
    #expect(accept(&merge, name(0, 1, of: 2)) == .duplicate)
    #expect(accept(&merge, name(14)) == .tooFarAhead)
    #expect(accept(&merge, name(.max)) == .tooFarAhead)
    #expect(accept(&merge, name(10, 0, of: 0)) == .otherCount)
    #expect(accept(&merge, name(10, 2, of: 2)) == .otherCount)
    #expect(accept(&merge, PartName(epoch: 2, round: 10, index: 0, count: 1)) == .otherEpoch)
    #expect(accept(&merge, name(10, 0, of: 2)) == .accepted)
    #expect(accept(&merge, name(10, 0, of: 2)) == .duplicate)
    #expect(accept(&merge, name(10, 1, of: 3)) == .otherCount)
    #expect(accept(&merge, name(10, 1, of: 2)) == .accepted)
    #expect(accept(&merge, name(13)) == .accepted)
    #expect(drain(&merge) == [])
    #expect(accept(&merge, name(10, 1, of: 2)) == .duplicate)
    #expect(accept(&merge, name(14)) == .accepted)
    #expect(accept(&merge, name(15)) == .tooFarAhead)
  }

  @Test func neverLeavesAPartWhateverTheItemsSay() throws {
    for range in [0..<0, 0..<3, 5..<9, 2..<2] {
      var merge = ReorderBuffer(epoch: 1)
      _ = accept(&merge, name(0), [1, 2])
      var count = 0
      let isGiven = merge.takeRound { _, _ in
        ReorderBuffer.Item(packet: 1, range: range)
      } _: { _ in
        count += 1
      }
      #expect(isGiven)
      #expect(count == 0)
    }
  }

  @Test func aFailingBodyEndsItsRound() throws {
    struct Stop: Error {}
    var merge = ReorderBuffer(epoch: 1)
    _ = accept(&merge, name(0), [0, 1])
    _ = accept(&merge, name(1), [0, 2])
    #expect(throws: Stop.self) {
      _ = try merge.takeRound(item: Self.item) { _ in throw Stop() }
    }
    #expect(drain(&merge) == [2])
  }

  @Test func mergesPartsOfRecords() throws {
    var merge = ReorderBuffer(epoch: 7)
    for (index, packets) in [[1, 4, 5], [], [2, 3]].enumerated() {
      let message = try part(index, packets)
      try ReorderBuffer.check(records: message.span)
      var input = Reader(message.span)
      let header = try PartHeader(&input)
      #expect(merge.accept(header.name, message.span) == .accepted)
      for cut in [0, 15, 55, message.count - 1] where !packets.isEmpty {
        let short = Array(message[..<cut])
        #expect(throws: MessageHeader.Refusal.self) {
          try ReorderBuffer.check(records: short.span)
        }
      }
    }
    var times: [UInt64] = []
    _ = try merge.takeRound(item: ReorderBuffer.record) { (bytes) throws(Malformed) in
      var input = Reader(bytes)
      times.append(try RecordItem(&input).time)
    }
    #expect(times == [10, 20, 30, 40, 50])
  }

  private func part(_ index: Int, _ packets: [Int]) throws -> [UInt8] {
    var builder = PartBuilder()
    let name = PartName(epoch: 7, round: 0, index: UInt16(index), count: 3)
    builder.begin(PartHeader(MessageHeader(.records, epoch: 7), name: name))
    let none: [UInt8] = []
    for packet in packets {
      builder.countItem(packet: UInt64(packet))
      let item = RecordItem(
        packet: UInt64(packet), time: UInt64(packet * 10), flow: nil, facts: Facts(),
        message: none.span, head: none.span, notes: none.span, analysis: none.span, tail: none.span)
      item.write(to: &builder.buffer)
    }
    builder.finish(name: name)
    let bytes = builder.buffer.bytes
    return bytes.indices.map { bytes[$0] }
  }
}
