import Bytes
import Streams
import Support
import Testing
import Wire

/// A worker that is given slots again knows nothing of them but what it is shown from then on.
@Suite(.tags(.unit)) struct ForgetTests {
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
    #expect(reassembler.lowWaterMark == 1)
    reassembler.forget(slots(7, 9))
    let isKept = [(1, 7), (2, 7), (3, 8)].map {
      reassembler.pending(in: flow($0), slot: $1, at: 100) != nil
    }
    #expect(isKept == [false, false, true])
    #expect(reassembler.lowWaterMark == 3)
  }

  /// What is shown again is old, and is needed all the same.
  @Test func floorGoesBackInTime() {
    var reassembler = Reassembler(slots: SlotSet.count)
    reassembler.advance(to: 5000)
    reassembler.forget(slots(7))
    reassembler.advance(to: 100)
    reassembler.begin(
      flow(1), slot: 7, second: 100, round: 4, base: 0, first: piece.span, need: .total(8))
    #expect(reassembler.lowWaterMark == 4)
  }
}
