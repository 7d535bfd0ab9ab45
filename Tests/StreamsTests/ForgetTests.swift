import Bytes
import Streams
import Testing
import Wire

/// A worker that is given slots again knows nothing of them but what it is shown from then on.
@Suite struct ForgetTests {
  private let piece: [UInt8] = [1, 2, 3, 4]

  private func flow(_ port: UInt16) -> Flow {
    var flow = Flow()
    (flow.sourcePort, flow.destinationPort, flow.ipProtocol) = (port, 443, 6)
    return flow
  }

  private func slots(_ numbers: Int...) -> SlotSet {
    var slots = SlotSet()
    for number in numbers { slots.insert(number) }
    return slots
  }

  @Test func messagesOfTheSlotsOnly() {
    var reassembler = Reassembler(slots: SlotSet.count)
    for (port, slot) in [(1, 7), (2, 7), (3, 8)] {
      reassembler.begin(
        flow(UInt16(port)), slot: slot, second: 100, round: UInt64(port), base: 0,
        first: piece.span, need: .total(8))
    }
    #expect(reassembler.floor == 1)
    reassembler.forget(slots(7, 9))
    let isKept = [(1, 7), (2, 7), (3, 8)].map {
      reassembler.pending(in: flow($0), slot: $1, at: 100) != nil
    }
    #expect(isKept == [false, false, true])
    #expect(reassembler.floor == 3)
  }

  /// What is shown again is old, and is needed all the same.
  @Test func floorGoesBackInTime() {
    var reassembler = Reassembler(slots: SlotSet.count)
    reassembler.advance(to: 5000)
    reassembler.forget(slots(7))
    reassembler.advance(to: 100)
    reassembler.begin(
      flow(1), slot: 7, second: 100, round: 4, base: 0, first: piece.span, need: .total(8))
    #expect(reassembler.floor == 4)
  }

  @Test func connectionsBegun() {
    var data = FirstData(slots: SlotSet.count)
    data.open(flow(1), slot: 7, second: 100, sequence: 10, round: 3)
    data.open(flow(2), slot: 8, second: 100, sequence: 10, round: 3)
    data.forget(slots(7), since: 5)
    let first = data.isFirst(flow(1), slot: 7, second: 101, sequence: 11)
    let second = data.isFirst(flow(2), slot: 8, second: 101, sequence: 11)
    #expect(!first && second)
    data.open(flow(1), slot: 7, second: 100, sequence: 10, round: 5)
    let again = data.isFirst(flow(1), slot: 7, second: 101, sequence: 11)
    #expect(again)
  }

  /// Nobody shows again the packets of an hour; those of the last rounds come once more.
  @Test func datagramsFromThatRoundOn() {
    var data = FirstData(slots: SlotSet.count)
    func isNew(_ port: UInt16, _ slot: Int, _ second: UInt64, _ round: UInt64) -> Bool {
      data.isNew(datagramOf: flow(port), slot: slot, second: second, round: round)
    }
    let before = [isNew(1, 7, 100, 3), isNew(2, 7, 110, 5), isNew(3, 8, 110, 5)]
    #expect(before == [true, true, true])
    let repeated = isNew(1, 7, 120, 6)
    #expect(!repeated)
    data.forget(slots(7), since: 5)
    // The third packet of flow 1, seen already, does not make the second look late.
    let after = [
      isNew(1, 7, 112, 5), isNew(2, 7, 113, 5), isNew(2, 7, 113, 5), isNew(3, 8, 113, 5),
    ]
    #expect(after == [false, true, false, false])
  }
}
