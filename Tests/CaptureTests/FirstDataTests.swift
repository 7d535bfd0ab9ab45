import Support
import Testing
import Wire

@testable import Capture

/// Which payloads are reported as the first of their flow.
@Suite(.tags(.unit)) struct FirstDataTests {
  private static func flow(_ port: UInt16) -> Flow {
    var flow = Flow()
    flow.sourcePort = port
    return flow
  }
  private let flow = Self.flow(1), other = Self.flow(2)

  private func everything() throws -> FirstData {
    try #require(FirstData(ofTCP: true, ofUDP: true))
  }

  @Test func wantsWhatFollowsTheSYN() throws {
    var first = try everything()
    first.open(flow, second: 100, sequence: 0)
    let answers = [
      first.isFirst(flow, second: 101, sequence: 5), first.isFirst(flow, second: 101, sequence: 0),
      first.isFirst(flow, second: 101, sequence: 0), first.isFirst(other, second: 101, sequence: 0),
    ]
    #expect(answers == [false, true, false, false])
  }

  @Test func takesAnythingAfterHalfAMinute() throws {
    var first = try everything()
    first.open(flow, second: 100, sequence: 7)
    let isFirst = first.isFirst(flow, second: 130, sequence: 99)
    #expect(isFirst)
  }

  /// Data that is nobody's first makes the table give up on who has waited too long.
  @Test func givesUpOnOthers() throws {
    var first = try everything()
    first.open(flow, second: 100, sequence: 7)
    let answers = [
      first.isFirst(other, second: 130, sequence: 0), first.isFirst(flow, second: 130, sequence: 8),
    ]
    #expect(answers == [false, false])
  }

  /// A UDP flow that was silent for an hour is new from then on, and with every datagram.
  @Test func findsNewDatagrams() throws {
    var first = try everything()
    let answers = [100, 3699, 3700, 7300, 7301, 99].map { first.isNew(flow, second: $0) }
    #expect(answers == [true, false, false, true, true, true])
    let isOtherNew = first.isNew(other, second: 99)
    #expect(isOtherNew)
  }

  /// Once there are many flows, the silent ones are forgotten, and new only once more.
  @Test func forgetsDatagrams() throws {
    var first = try everything()
    for port in 0..<FirstData.manyFlows {
      _ = first.isNew(Self.flow(UInt16(port)), second: 100)
    }
    for port in 0..<FirstData.manyFlows {
      _ = first.isNew(Self.flow(UInt16(port + 10_000)), second: 4000)
    }
    let answers = [4000, 4000].map { first.isNew(flow, second: $0) }
    #expect(answers == [true, false])
  }

  /// A table finds what was put in and not taken out, whatever was swept between.
  @Test func tableKeepsWhatIsYoung() {
    var random = SeededRandom("flow table")
    var table = FlowTable(limit: 50, patience: 10)
    var model: [Flow: UInt64] = [:]
    var second: UInt64 = 0
    for _ in 0..<5000 {
      let flow = Self.flow(UInt16(random.below(40)))
      switch random.below(4) {
      case 0: second += 1
      case 1:
        table.remove(flow)
        model[flow] = nil
      case 2: table.sweep(second)
      default:
        guard table[flow] == nil else { continue }
        table.add(flow, second: second)
        model[flow] = second
      }
      for (flow, then) in model where second - then < 10 {
        let found = table[flow]?.second
        #expect(found == then)
      }
    }
  }

  /// A full table makes room, whatever it holds.
  @Test func tableIsBounded() {
    var table = FlowTable(limit: 8, patience: 1000)
    for port in 0..<100 {
      table.sweep(5)
      table.add(Self.flow(UInt16(port)), second: 5)
      #expect(table.count <= 8)
    }
  }
}
