import Bytes
import Support
import Testing
import Wire

@testable import Output

@Suite(.tags(.unit)) struct SourceMergeTests {
  private static let start = ContinuousClock.now

  /// A round of a source in one part: its records' times, and how far the source has come.
  private static func part(
    _ source: UInt32, _ round: UInt64, _ times: [UInt64], upTo time: UInt64, isLast: Bool = false
  ) throws -> [UInt8] {
    var builder = PartBuilder()
    let name = PartName(epoch: 10 + source, round: round, index: 0, count: 1)
    builder.begin(
      PartHeader(MessageHeader(.records, source: source, epoch: 10 + source), name: name))
    let none: [UInt8] = []
    for (i, time) in times.enumerated() {
      let packet = round * 1000 + UInt64(i)
      builder.countItem(packet: packet)
      let item = RecordItem(
        packet: packet, time: time, flow: nil, facts: Facts(), message: none.span, head: none.span,
        notes: none.span, analysis: none.span, tail: none.span)
      item.write(to: &builder.buffer)
    }
    builder.finish(name: name, flags: isLast ? .last : [], time: time)
    return [UInt8](copying: builder.buffer.bytes)
  }

  private func accept(_ merge: inout KWayMerge, _ part: [UInt8]) throws -> Bool {
    var input = Reader(part.span)
    return try merge.accept(try PartHeader(&input), part.span)
  }

  /// The times of the records whose turn it is, so long after the start.
  private func given(_ merge: inout KWayMerge, after delay: Duration = .zero) throws -> [UInt64] {
    var times: [UInt64] = []
    try merge.give(at: Self.start + delay) { (bytes, _) throws(Malformed) in
      var input = Reader(bytes)
      times.append(try RecordItem(&input).time)
      return true
    }
    return times
  }

  @Test func aRecordWaitsUntilTheOthersHaveComeAsFar() throws {
    var merge = KWayMerge()
    merge.expect(sources: 2)
    #expect(try accept(&merge, Self.part(1, 1, [10, 40], upTo: 45)))
    #expect(try given(&merge) == [])
    #expect(try accept(&merge, Self.part(2, 1, [20, 30], upTo: 35)))
    #expect(try given(&merge) == [10, 20, 30])
    // Nothing but the word that there is nothing.
    #expect(try accept(&merge, Self.part(2, 2, [], upTo: 39)))
    #expect(try given(&merge) == [])
    #expect(try accept(&merge, Self.part(2, 3, [], upTo: 40)))
    #expect(try given(&merge) == [40])
  }

  @Test func oneThatHasEndedIsNotWaitedFor() throws {
    var merge = KWayMerge()
    merge.expect(sources: 2)
    #expect(try accept(&merge, Self.part(1, 1, [10], upTo: .max, isLast: true)))
    #expect(try accept(&merge, Self.part(2, 1, [20, 30], upTo: 35)))
    #expect(try given(&merge) == [10, 20, 30])
    var isComplete = merge.isComplete
    #expect(!isComplete)
    #expect(try accept(&merge, Self.part(2, 2, [], upTo: .max, isLast: true)))
    #expect(try given(&merge) == [])
    isComplete = merge.isComplete
    #expect(isComplete)
  }

  @Test func oneThatIsSlowIsWaitedForOnlySoLong() throws {
    var merge = KWayMerge()
    merge.expect(sources: 2)
    #expect(try accept(&merge, Self.part(1, 1, [10, 20], upTo: 25)))
    #expect(try given(&merge) == [])
    #expect(try given(&merge, after: KWayMerge.lateness - .milliseconds(1)) == [])
    #expect(try given(&merge, after: KWayMerge.lateness) == [10, 20])
    // What it brings then is late, and not lost.
    #expect(try accept(&merge, Self.part(2, 1, [5, 15], upTo: 18)))
    #expect(try given(&merge, after: KWayMerge.lateness) == [5, 15])
  }

  @Test func roomIsMadeBeforeThereIsNone() throws {
    var merge = KWayMerge()
    merge.expect(sources: 2)
    var times: [UInt64] = []
    for round in 1...UInt64(KWayMerge.window * 2) {
      #expect(try accept(&merge, Self.part(1, round, [round], upTo: round)))
      times += try given(&merge)
    }
    #expect(times.count >= KWayMerge.window)
    #expect(times == Array(1...UInt64(times.count)))
  }

  @Test func knowsWhoIsExpected() throws {
    var merge = KWayMerge()
    #expect(try accept(&merge, Self.part(4, 1, [1], upTo: 2)))
    let second = try Self.part(5, 1, [1], upTo: 2)
    #expect(throws: RecordPrinter.Refusal.otherSource) { try accept(&merge, second) }
    merge.expect(sources: 2)
    merge.expect(sources: 1)
    #expect(try accept(&merge, second))
    #expect(try !accept(&merge, second))
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func anyArrivalGivesTheOrderOfTime(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let sources = UInt32(1 + random.below(4))
    var queues: [[(part: [UInt8], isLast: Bool)]] = []
    var expected: [UInt64] = []
    for source in 1...sources {
      var queue: [(part: [UInt8], isLast: Bool)] = []
      var time: UInt64 = 0
      let rounds = 1 + random.below(20)
      for round in 1...rounds {
        var times: [UInt64] = []
        for _ in 0..<random.below(6) {
          // No two alike, so that there is one order.
          time += UInt64(1 + random.below(50))
          times.append(time * 8 + UInt64(source))
        }
        expected += times
        let isLast = round == rounds
        queue.append(
          (
            try Self.part(
              source, UInt64(round), times, upTo: isLast ? .max : time * 8 + 8, isLast: isLast),
            isLast
          ))
      }
      queues.append(queue)
    }
    var merge = KWayMerge()
    merge.expect(sources: Int(sources))
    var got: [UInt64] = []
    while queues.contains(where: { !$0.isEmpty }) {
      let i = random.below(queues.count)
      if queues[i].isEmpty { continue }
      #expect(try accept(&merge, queues[i].removeFirst().part))
      got += try given(&merge)
    }
    let isComplete = merge.isComplete
    #expect(isComplete)
    #expect(got == expected.sorted())
  }
}

extension SeededRandom {
  fileprivate mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
