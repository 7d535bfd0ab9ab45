import Output
import Sinks
import Support
import Testing
import Wire

/// What the primary sink gives to secondary sinks that come, go, die and are slow at any time.
@Suite(.tags(.unit)) struct FanOutTests {
  /// A secondary sink, as the fan-out sees it.
  private struct Sink {
    let place: String
    let policy: Policy
    /// Records that had been given before it came.
    let before: UInt64
    var rounds: UInt64 = 0
    var taken: UInt64 = 0
    var leftOut: UInt64 = 0
    /// The parts that it has not acknowledged, in bytes.
    var queue: [Int] = []
    var held: Int { queue.reduce(0, +) }
  }

  private struct World {
    var fanOut: FanOut
    var sinks: [Sink] = []
    var tally = Tally()
    var given: UInt64 = 0
    var now = ContinuousClock.now
    var joined = 0

    init(expecting count: Int) { fanOut = FanOut(expecting: count) }

    mutating func join(_ policy: Policy) {
      joined += 1
      let place = "sink-\(joined)"
      fanOut.join(place, name: place, policy: policy, after: tally, given: given, at: now)
      sinks.append(Sink(place: place, policy: policy, before: given))
      hear(sinks.count - 1, hasAcknowledged: false)
    }

    mutating func hear(_ i: Int, hasAcknowledged: Bool) {
      fanOut.hear(
        sinks[i].place, hasJoined: true, hasAcknowledged: hasAcknowledged, heldBytes: sinks[i].held,
        at: now)
    }

    mutating func pass(records: UInt64, bytes: Int, isLast: Bool = false) {
      given += records
      tally.add(records, .records)
      tally.add(records, .packets)
      tally.add(records, .forwarded)
      for delivery in fanOut.pass(
        records: records, packets: 0, after: tally, isLast: isLast, at: now)
      {
        guard let i = sinks.firstIndex(where: { $0.place == delivery.place }) else {
          Issue.record("a part for a sink that is gone: \(delivery.place)")
          continue
        }
        #expect(delivery.round == sinks[i].rounds + 1)
        sinks[i].rounds = delivery.round
        if delivery.hasRecords { sinks[i].taken += records }
        sinks[i].leftOut += delivery.news[.dropped, SecondaryAccount.reason]
        sinks[i].queue.append(bytes)
        hear(i, hasAcknowledged: false)
      }
    }
  }

  @Test(arguments: 0..<200) func everySinkGetsWhatItIsDue(_ seed: Int) {
    var random = SeededRandom("fan-out \(seed)")
    let expected = random.below(3)
    var world = World(expecting: expected)
    for _ in 0..<expected {
      #expect(world.fanOut.isHolding)
      world.join(random.below(2) == 0 ? .wait : .drop)
    }
    for _ in 0..<400 {
      world.now += .milliseconds(random.below(400))
      switch random.below(12) {
      case 0 where world.sinks.count < 5: world.join(random.below(2) == 0 ? .wait : .drop)
      case 1 where !world.sinks.isEmpty:
        let sink = world.sinks.remove(at: random.below(world.sinks.count))
        let inOrder = random.below(2) == 0
        let departure = world.fanOut.leave(sink.place, inOrder: inOrder)
        if case .fatal = departure {
          #expect(!inOrder && sink.policy == .wait)
        } else {
          #expect(inOrder || sink.policy == .drop)
        }
        #expect(!world.fanOut.has(sink.place))
      case 2...6:
        for i in world.sinks.indices where !world.sinks[i].queue.isEmpty && random.below(3) > 0 {
          world.sinks[i].queue.removeFirst()
          world.hear(i, hasAcknowledged: true)
        }
      default:
        let isSlow = world.sinks.contains { $0.policy == .wait && $0.held >= FanOut.waitLimit }
        #expect(world.fanOut.isHolding == isSlow)
        if !isSlow {
          world.pass(records: UInt64(random.below(1000)), bytes: 1 + random.below(5 << 20))
        }
      }
      // One part may be over the limit, not two.
      for sink in world.sinks where sink.policy == .wait {
        #expect(sink.held < FanOut.waitLimit + (5 << 20) + 1)
      }
    }
    world.pass(records: 0, bytes: 1, isLast: true)
    for i in world.sinks.indices {
      let sink = world.sinks[i]
      #expect(sink.taken + sink.leftOut == world.given - sink.before)
      if sink.policy == .wait { #expect(sink.leftOut == 0) }
      #expect(!world.fanOut.areDone || sink.queue.isEmpty)
      world.sinks[i].queue = []
      world.hear(i, hasAcknowledged: true)
    }
    #expect(world.fanOut.areDone)
  }

  @Test func aSinkThatNeverAnsweredMayComeAgain() {
    var fanOut = FanOut(expecting: 1)
    fanOut.join("a", name: "a", policy: .wait, after: Tally(), given: 0, at: .now)
    #expect(fanOut.isHolding)
    #expect(fanOut.leave("a", inOrder: false) == .unnoticed)
    #expect(fanOut.isHolding && fanOut.areExpected)
    fanOut.join("b", name: "b", policy: .wait, after: Tally(), given: 0, at: .now)
    fanOut.hear("b", hasJoined: true, hasAcknowledged: false, heldBytes: 0, at: .now)
    #expect(!fanOut.isHolding && fanOut.areExpected)
  }

  @Test func complainsOnceAndGivesUpOnDropOnly() {
    let start = ContinuousClock.now
    var fanOut = FanOut(expecting: 1)
    #expect(fanOut.complaint(at: start) == nil)
    #expect(fanOut.complaint(at: start + .seconds(4)) == nil)
    #expect(
      fanOut.complaint(at: start + .seconds(6)) == "the pipeline waits for 1 secondary sinks")
    #expect(fanOut.complaint(at: start + .seconds(20)) == nil)
    for (place, policy) in [("w", Policy.wait), ("d", .drop)] {
      fanOut.join(place, name: place, policy: policy, after: Tally(), given: 0, at: start)
      fanOut.hear(place, hasJoined: true, hasAcknowledged: false, heldBytes: 0, at: start)
    }
    _ = fanOut.pass(records: 0, packets: 0, after: Tally(), isLast: true, at: start)
    #expect(fanOut.giveUp(at: start + .seconds(5)).isEmpty)
    let given = fanOut.giveUp(at: start + .seconds(6))
    #expect(given.map(\.place) == ["d"])
    #expect(fanOut.places == ["w"])
  }
}
