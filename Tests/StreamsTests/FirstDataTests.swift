import Streams
import Testing
import Wire

/// Which payloads are reported as the first of their flow.
@Suite struct FirstDataTests {
  private static func flow(_ port: UInt16) -> Flow {
    var flow = Flow()
    flow.sourcePort = port
    return flow
  }
  private let flow = Self.flow(1), other = Self.flow(2)

  @Test func wantsWhatFollowsTheSYN() {
    var first = FirstData(slots: 1)
    first.open(flow, slot: 0, second: 100, sequence: .max, round: 0)
    let answers = [
      first.isFirst(flow, slot: 0, second: 101, sequence: 5),
      first.isFirst(flow, slot: 0, second: 101, sequence: 0),
      first.isFirst(flow, slot: 0, second: 101, sequence: 0),
      first.isFirst(other, slot: 0, second: 101, sequence: 0),
    ]
    #expect(answers == [false, true, false, false])
  }

  @Test func takesAnythingAfterHalfAMinute() {
    var first = FirstData(slots: 1)
    first.open(flow, slot: 0, second: 100, sequence: 7, round: 0)
    let isFirst = first.isFirst(flow, slot: 0, second: 130, sequence: 99)
    #expect(isFirst)
  }

  /// Data that is nobody's first makes the slot give up on who has waited too long.
  @Test func givesUpOnOthers() {
    var first = FirstData(slots: 1)
    first.open(flow, slot: 0, second: 100, sequence: 7, round: 0)
    let answers = [
      first.isFirst(other, slot: 0, second: 130, sequence: 0),
      first.isFirst(flow, slot: 0, second: 130, sequence: 8),
    ]
    #expect(answers == [false, false])
  }

  /// Which of the datagrams of a flow, each at its second, are new.
  private func new(_ first: inout FirstData, _ flow: Flow, at seconds: [UInt64]) -> [Bool] {
    var answers: [Bool] = []
    for second in seconds {
      answers.append(first.isNew(datagramOf: flow, slot: 0, second: second, round: 0))
    }
    return answers
  }

  /// A UDP flow that was silent for an hour is new from then on, and with every datagram.
  @Test func findsNewDatagrams() {
    var first = FirstData(slots: 1)
    let answers = new(&first, flow, at: [100, 3699, 3700, 7300, 7301, 99])
    #expect(answers == [true, false, false, true, true, true])
    let others = new(&first, other, at: [99])
    #expect(others == [true])
  }

  /// Once a slot has many flows, the silent ones are forgotten, and new only once more.
  @Test func forgetsDatagrams() {
    var first = FirstData(slots: 2)
    for port in 0..<24 as Range<UInt16> { _ = new(&first, Self.flow(port), at: [100]) }
    for port in 24..<48 as Range<UInt16> { _ = new(&first, Self.flow(port), at: [4000]) }
    let answers = new(&first, flow, at: [4000, 4000])
    #expect(answers == [true, false])
  }
}
