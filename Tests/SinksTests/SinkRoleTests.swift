import Glibc
import Output
import Sinks
import Stage
import Support
import Testing
import Wire

/// Which parts a sink acknowledges when, and how it ends, whatever comes first.
@Suite(.tags(.unit)) struct SinkRoleTests {
  private func part(_ round: UInt64, isLast: Bool) -> PartHeader {
    PartHeader(
      MessageHeader(.records, flags: isLast ? .last : [], source: 1, epoch: 1),
      name: PartName(epoch: 1, round: round, index: 0, count: 1))
  }

  private func roster(_ generations: [UInt16]) -> Roster {
    Roster(
      plans: PlansInForce(
        generations.map {
          var plan = RunPlan()
          plan.generation = $0
          return plan
        }))
  }

  /// Every part is acknowledged once; the ends of sources only after all secondary sinks have everything.
  @Test(arguments: 0..<100) func acknowledgesEachPartOnce(_ seed: Int) {
    var random = SeededRandom("sink role \(seed)")
    var role = SinkRole<Int>(isSecondary: false, isChild: true, place: "x")
    let isFollowed = random.below(2) == 0
    let sources = 1 + random.below(4)
    var acknowledged: [PartName] = []
    var ends: [PartName] = []
    for round in 1...UInt64(2 + random.below(50)) {
      for source in 0..<sources where random.below(4) > 0 {
        let isLast = random.below(20) == 0
        let part = part(round * 10 + UInt64(source), isLast: isLast)
        if isLast { ends.append(part.name) }
        if role.acknowledges(part, from: source, isFollowed: isFollowed) {
          acknowledged.append(part.name)
          #expect(!isLast || !isFollowed)
        }
      }
    }
    let withheld = role.takeWithheld().map(\.name)
    #expect(withheld == (isFollowed ? ends : []))
    #expect(Set(acknowledged).isDisjoint(with: withheld))
    #expect(role.takeWithheld().isEmpty)
  }

  @Test func takesNoPartsBeforeItKnowsThePlan() {
    var role = SinkRole<Int>(isSecondary: false, isChild: false, place: "x")
    #expect(!role.takesParts(isHeld: false))
    #expect(role.newPlans(of: roster([])).isEmpty)
    #expect(!role.takesParts(isHeld: false))
    #expect(role.newPlans(of: roster([1, 2])).map(\.generation) == [1, 2])
    #expect(role.newPlans(of: roster([2, 3])).map(\.generation) == [3])
    #expect(role.newPlans(of: roster([3])).isEmpty)
    #expect(role.takesParts(isHeld: false) && !role.takesParts(isHeld: true))
  }

  @Test func onlyASecondarySinkMissesItsEnd() {
    for isSecondary in [true, false] {
      var role = SinkRole<Int>(isSecondary: isSecondary, isChild: false, place: "out.json")
      #expect(role.earlyEnd == nil)
      role.dismiss()
      #expect(role.earlyEnd?.status == (isSecondary ? 70 : nil))
    }
  }

  @Test(
    arguments: [
      (EPIPE, CInt(0), MessageHeader.Flags([.failed, .enough])), (ENOSPC, 74, .failed),
      (EIO, 74, .failed),
    ] as [(CInt, CInt, MessageHeader.Flags)])
  func endsByWhatFailed(_ error: CInt, _ status: CInt, _ flags: MessageHeader.Flags) {
    let role = SinkRole<Int>(isSecondary: true, isChild: false, place: "x")
    let exit = role.exit(
      FileFailure("write", "x", errno: error), signal: nil, isJoined: true)
    #expect(exit.failure.status == status)
    #expect(exit.flags == flags)
    #expect(exit.retires == (error == EPIPE))
  }

  @Test func aSignalIsToldToCaptureOnlyWhereItKnowsTheSink() {
    let role = SinkRole<Int>(isSecondary: false, isChild: false, place: "x")
    #expect(role.exit(signal: 15, isJoined: true).flags == .failed)
    #expect(role.exit(signal: 15, isJoined: true).failure.status == 143)
    #expect(role.exit(signal: 15, isJoined: false).flags == nil)
    let child = SinkRole<Int>(isSecondary: false, isChild: true, place: "x")
    #expect(child.exit(signal: 2, isJoined: true).failure.description.isEmpty)
    let abandoned = child.exit(
      FileFailure("write", "x", errno: ECANCELED), signal: 15, isJoined: true)
    #expect(abandoned.failure.status == 143)
  }
}
