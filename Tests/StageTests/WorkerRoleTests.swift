import Support
import Testing
import Wire

@testable import Stage

/// Workers that a test makes up: parts from several captures or peers, results acknowledged in any
/// order, and told to leave at any moment.
@Suite(.tags(.unit)) struct WorkerRoleTests {
  typealias Role = WorkerRole<Int>

  /// A worker's surroundings, and what is expected of it.
  struct History {
    /// A part whose result is not acknowledged, with the low-water mark before it.
    struct Held {
      let name: PartName
      let sender: Int?
      let before: UInt64
    }

    var random: SeededRandom
    let servesOthers: Bool
    var role: Role
    var wrong: [String] = []
    var retired = 0
    /// The last action, when the worker has ended.
    var end: Role.Action?
    private(set) var held: [Held] = []
    /// The oldest round that a run's unfinished messages began in.
    private var begun: [UInt32: UInt64] = [:]
    private var round: UInt64 = 0

    init(seed: UInt64, servesOthers: Bool, isChild: Bool = true) {
      random = SeededRandom(seed: seed)
      self.servesOthers = servesOthers
      role = Role(servesOthers: servesOthers, isChild: isChild)
    }

    private func mark(_ epoch: UInt32) -> UInt64 { begun[epoch] ?? .max }

    /// No mark may be above what a pending part needs, nor below without cause.
    private func expectedMark(_ epoch: UInt32) -> UInt64 {
      held.filter { $0.name.epoch == epoch }.map(\.before).reduce(mark(epoch), min)
    }

    /// A part arrives and is processed; it may begin a message, or finish the ones before.
    mutating func process(_ flags: MessageHeader.Flags = []) {
      round += 1
      let epoch = UInt32(1 + random.below(3))
      let name = PartName(epoch: epoch, round: round, index: 0, count: 1)
      let sender = servesOthers ? random.below(4) : nil
      let before = mark(epoch)
      if flags != .probe {
        switch random.below(3) {
        case 0: begun[epoch] = min(before, round)
        case 1: begun[epoch] = nil
        default: break
        }
      }
      let actions = role.take(
        .processed(name, flags, from: sender, before: before, after: mark(epoch)))
      if flags.isEmpty {
        held.append(Held(name: name, sender: sender, before: before))
        if actions != [.submit(name)] { wrong.append("\(name) is not submitted: \(actions)") }
      } else {
        expect(actions, name, flags, sender)
      }
    }

    /// The next stage acknowledges one of the results, any of them.
    mutating func acknowledge() {
      guard !held.isEmpty else { return }
      let part = held.remove(at: random.below(held.count))
      let name = part.name
      expect(take(name), name, [], part.sender)
      let again = take(name)
      if again != [] { wrong.append("\(name) is acknowledged again: \(again)") }
    }

    private mutating func take(_ name: PartName) -> [Role.Action] {
      role.take(.resultAcknowledged(name, lowWaterMark: mark(name.epoch)))
    }

    mutating func forget() {
      let epoch = UInt32(1 + random.below(3))
      begun[epoch] = nil
      let actions = role.take(.forgot(epoch: epoch, lowWaterMark: .max))
      expect(actions, PartName(epoch: epoch, round: 0, index: 0, count: 1), .replay, nil)
    }

    private mutating func expect(
      _ actions: [Role.Action], _ name: PartName, _ flags: MessageHeader.Flags, _ peer: Int?
    ) {
      let ack = Acknowledgement(name: name, lowWaterMark: expectedMark(name.epoch))
      if actions != [.acknowledge(ack, flags, to: peer)] {
        wrong.append("\(actions), not \(ack) to \(String(describing: peer))")
      }
    }

    mutating func tell(_ event: Role.Event) {
      for action in role.take(event) {
        switch action {
        case .retire: retired += 1
        case .close, .dropUnsent: end = action
        case .submit, .acknowledge: wrong.append("\(action) without a part")
        }
      }
    }

    mutating func idle(isDeserted: Bool = false, areCapturesOver: Bool = true) {
      tell(
        .idle(
          isDrained: held.isEmpty, isDeserted: isDeserted, areCapturesOver: areCapturesOver))
    }
  }

  /// Each part is acknowledged once, when its result is, with the mark that pending parts need; and
  /// the worker ends only when it is drained, and dismissed or deserted.
  @Test(arguments: [false, true]) func anyHistory(_ servesOthers: Bool) {
    var source = SeededRandom("worker role")
    for _ in 0..<Thoroughness.rounds(2000) {
      let seed = source.next()
      var history = History(seed: seed, servesOthers: servesOthers)
      history.tell(.welcome)
      var isLeaving = false
      var isDismissed = false
      for _ in 0..<100 where history.role.exitStatus == nil {
        switch history.random.below(40) {
        case 0 where history.random.below(3) == 0:
          isLeaving = true
          history.tell(.interrupted(15, count: 1))
        case 1 where history.random.below(3) == 0:
          isDismissed = true
          history.tell(.bye(failed: false))
        case 2...4:
          let isDeserted = servesOthers && history.random.below(2) == 0
          let areCapturesOver = history.random.below(2) == 0
          history.idle(isDeserted: isDeserted, areCapturesOver: areCapturesOver)
          let isFree =
            isDismissed && (areCapturesOver || !isLeaving) || isLeaving && isDeserted
          #expect(
            (history.role.exitStatus != nil) == (history.held.isEmpty && isFree), "seed \(seed)")
        case 5...6: history.forget()
        case 7...10: history.process([.replay, .probe].randomElement(using: &history.random) ?? [])
        case 11...22: history.process()
        default: history.acknowledge()
        }
        #expect(history.wrong == [], "seed \(seed)")
        if history.wrong != [] { return }
      }
      // Once all is acknowledged and nothing keeps it, it goes.
      while !history.held.isEmpty { history.acknowledge() }
      if history.role.exitStatus == nil {
        history.tell(.bye(failed: false))
        history.idle()
      }
      #expect(history.wrong == [], "seed \(seed)")
      #expect(history.role.exitStatus == (isLeaving ? 143 : 0), "seed \(seed)")
      #expect(history.end != nil, "seed \(seed)")
    }
  }

  /// A part that comes again, from another sender, is acknowledged to that one.
  @Test func partThatComesAgainIsAcknowledgedToItsLastSender() {
    var role = Role(servesOthers: true, isChild: false)
    let name = PartName(epoch: 1, round: 1, index: 0, count: 1)
    for sender in 1...2 {
      _ = role.take(.processed(name, [], from: sender, before: .max, after: .max))
    }
    let event = Role.Event.resultAcknowledged(name, lowWaterMark: .max)
    #expect(
      role.take(event) == [.acknowledge(Acknowledgement(name: name, lowWaterMark: .max), [], to: 2)]
    )
    #expect(role.take(event) == [])
  }

  @Test func failedRunEndsAtOnce() {
    var history = History(seed: 1, servesOthers: false)
    history.process()
    history.tell(.bye(failed: true))
    #expect(history.role.exitStatus == 0)
    #expect(history.end == nil)
  }

  /// Without a capture, or asked twice, it does not wait for what it holds.
  @Test(arguments: [false, true]) func leavesAtOnce(_ isWelcome: Bool) {
    var history = History(seed: 2, servesOthers: false, isChild: false)
    if isWelcome { history.tell(.welcome) }
    history.process()
    history.tell(.interrupted(2, count: 1))
    #expect((history.role.exitStatus == nil) == isWelcome)
    history.tell(.interrupted(2, count: 2))
    #expect(history.role.exitStatus == 130)
  }

  /// One that serves others says again and again that it leaves; one that capture serves says it once.
  @Test(arguments: [false, true]) func leavingIsSaid(_ servesOthers: Bool) {
    var history = History(seed: 3, servesOthers: servesOthers)
    history.tell(.welcome)
    history.idle()
    #expect(history.retired == 0)
    for _ in 0..<3 {
      history.tell(.interrupted(15, count: 1))
      history.idle()
    }
    #expect(history.retired == (servesOthers ? 4 : 1))
  }

  /// Only a child's status says that it was told to leave; by hand it has done what was asked.
  @Test(arguments: [false, true]) func statusOfOneThatLeft(_ isChild: Bool) {
    var history = History(seed: 4, servesOthers: true, isChild: isChild)
    history.tell(.welcome)
    history.tell(.interrupted(15, count: 1))
    history.idle(isDeserted: true)
    #expect(history.role.exitStatus == (isChild ? 143 : 0))
    #expect(history.end == .close)
  }

  @Test func dismissedWorkerDropsWhatIsUnsent() {
    var history = History(seed: 5, servesOthers: true)
    history.tell(.bye(failed: false))
    history.process()
    history.idle()
    #expect(history.end == nil)
    history.acknowledge()
    history.idle()
    #expect(history.end == .dropUnsent)
    #expect(history.wrong == [])
  }
}
