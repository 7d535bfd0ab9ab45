import Bytes
import Support
import Testing
import Transport
import Wire

@testable import Stage

@Suite(.tags(.unit)) struct OutboxTests {
  /// What may happen in a history.
  struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    var keepsState = false
    var isDeadly = true
    var distribution = Outbox<Int>.Distribution.bySlot
    var testDescription: String { name }

    static let all = [
      Kind(name: "no deaths", isDeadly: false), Kind(name: "deaths"),
      Kind(name: "state, no deaths", keepsState: true, isDeadly: false),
      Kind(name: "state and deaths", keepsState: true),
      Kind(name: "to anybody", isDeadly: false, distribution: .byCredit),
      Kind(name: "to anybody, deaths", distribution: .byCredit),
    ]
  }

  @Test(.exhaustive, arguments: Kind.all)
  func anyHistoryDeliversEverything(_ kind: Kind) throws {
    var source = SeededRandom("outbox, \(kind.name)")
    for _ in 0..<60 {
      let seed = source.next()
      var pool = Pool(
        seed: seed, keepsState: kind.keepsState, distribution: kind.distribution, retention: 1 << 30
      )
      var rounds = Rounds()
      var names: [PartName] = []
      pool.join()
      for _ in 0..<400 { step(&pool, &rounds, &names, kind) }
      let isFinished = pool.finish()
      #expect(isFinished, "seed \(seed)")
      #expect(pool.wrong == [], "seed \(seed)")
      #expect(names.allSatisfy { pool.acknowledged[$0] == 1 }, "seed \(seed)")
      #expect(pool.acknowledged.count == names.count, "seed \(seed)")
      let packets = rounds.packets
      #expect((1...max(packets, 1)).allSatisfy { pool.delivered[$0] != nil }, "seed \(seed)")
      if !kind.isDeadly {
        #expect(pool.delivered.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        if kind.distribution == .bySlot { #expect(pool.reordered == 0, "seed \(seed)") }
      }
      #expect(pool.outbox.quarantined.isEmpty, "seed \(seed)")
      #expect(pool.unneeded == 0, "seed \(seed)")
      if pool.wrong != [] || !isFinished { return }
    }
  }

  private func step(
    _ pool: inout Pool, _ rounds: inout Rounds, _ names: inout [PartName], _ kind: Kind
  ) {
    switch pool.random.below(20) {
    case 0 where pool.members.count < 5: pool.join()
    case 1 where kind.isDeadly:
      if let id = pool.anybody, !pool.isProbing(id) { pool.kill(id) }
    case 2:
      if let id = pool.anybody, pool.outbox.active.count > 1 { pool.outbox.retire(id) }
    case 3...6:
      guard !pool.outbox.active.isEmpty else { return pool.join() }
      let count = pool.random.below(30)
      var random = pool.random
      var victim = kind.isDeadly && pool.random.below(5) == 0 ? pool.anybody : nil
      if let id = victim, pool.isProbing(id) { victim = nil }
      names += rounds.submit(count, to: &pool.outbox, random: &random) { [victim] outbox in
        if let victim { outbox.leave(victim) }
      }
      if let victim { pool.members[victim] = nil }
      pool.random = random
    case 7...10: pool.pump()
    case 11...15:
      if let id = pool.anybody { pool.work(id) }
    default:
      if let id = pool.anybody { pool.takeOver(id) }
    }
    pool.dismissFinished()
  }

  /// Exactly the packets that workers die of are taken out, whatever stands around them.
  @Test(arguments: [false, true]) func poison(_ keepsState: Bool) throws {
    var source = SeededRandom("poison")
    for _ in 0..<20 {
      let seed = source.next()
      var pool = Pool(seed: seed, keepsState: keepsState, retention: 1 << 30)
      var rounds = Rounds()
      var names: [PartName] = []
      pool.poison = Set(
        (0..<1 + pool.random.below(3)).map { _ in UInt64(1 + pool.random.below(80)) })
      pool.join()
      pool.join()
      for _ in 0..<4 {
        var random = pool.random
        names += rounds.submit(25, to: &pool.outbox, random: &random)
        pool.random = random
        pool.pump()
      }
      let isFinished = pool.finish()
      #expect(isFinished, "seed \(seed)")
      let taken = pool.outbox.quarantined.map { $0.span.u64(at: 8).byteSwapped }
      #expect(Set(taken) == pool.poison, "seed \(seed)")
      #expect(taken.count == pool.poison.count, "seed \(seed)")
      #expect(names.allSatisfy { pool.acknowledged[$0] == 1 }, "seed \(seed)")
      let rest = Set(1...rounds.packets).subtracting(pool.poison)
      #expect(Set(pool.delivered.keys) == rest, "seed \(seed)")
    }
  }

  /// The tally of a part says how many of its packets were taken out.
  @Test func quarantineIsCounted() throws {
    var outbox = Outbox<Int>(.bySlot)
    outbox.join(1, window: 1 << 20, keepsState: false)
    var rounds = Rounds()
    var random = SeededRandom(seed: 3)
    let names = rounds.submit(10, to: &outbox, random: &random)
    var id = 1
    var result: Message?
    for _ in 0..<60 where result == nil {
      var message: Message?
      _ = outbox.pump {
        message = Message($1)
        return .sent
      }
      guard let got = message else { continue }
      if got.items.contains(where: { $0.packet == 4 }) {
        outbox.leave(id)
        id += 1
        outbox.join(id, window: 1 << 20, keepsState: false)
      } else {
        let kind = got.header.message.flags
        _ = outbox.acknowledge(
          Acknowledgement(name: got.header.name, lowWaterMark: .max), kind: kind, by: id)
        if kind == [] { result = got }
      }
    }
    #expect(result?.items.map(\.packet) == [1, 2, 3, 5, 6, 7, 8, 9, 10])
    #expect(result?.tally[.quarantined] == 1)
    #expect(result?.tally[.forwarded] == 10)
    #expect(result?.header.name == names[0])
    let isDrained = outbox.isEmpty
    #expect(isDrained)
    // Two with the whole part, the halvings, and twice the packet alone.
    #expect(id == 9)
  }

  @Test func slotsAreSharedAndMoveLittle() throws {
    var outbox = Outbox<Int>(.bySlot)
    var random = SeededRandom("slots")
    var owners = outbox.assignSlots()
    #expect(owners.allSatisfy { $0 == nil })
    var members: Set<Int> = []
    for id in 1...60 {
      let gone =
        members.count > 1 && random.below(3) == 0 ? members.randomElement(using: &random) : nil
      if let gone {
        members.remove(gone)
        if random.below(2) == 0 {
          outbox.retire(gone)
        } else {
          outbox.leave(gone)
        }
      } else {
        members.insert(id)
        outbox.join(id, window: 1000, keepsState: false)
      }
      let before = owners
      owners = outbox.assignSlots()
      var counts: [Int: Int] = [:]
      for owner in owners { counts[owner ?? 0, default: 0] += 1 }
      #expect(Set(counts.keys) == members)
      #expect((counts.values.max() ?? 0) - (counts.values.min() ?? 0) <= 1)
      let moved = zip(before, owners).count { $0 != $1 }
      // What the newcomer gets, or what the other one had and its heir passes on; and one each
      // for an even share.
      let share = SlotSet.count / members.count + 1
      #expect(moved <= share * 2 + members.count, "\(moved) for \(members.count)")
    }
  }

  /// State that is never finished does not keep packets for ever.
  @Test func retentionIsBounded() throws {
    var outbox = Outbox<Int>(.bySlot, retention: 4000)
    outbox.join(1, window: 1 << 20, keepsState: true)
    var rounds = Rounds()
    var random = SeededRandom(seed: 5)
    for _ in 0..<50 {
      for name in rounds.submit(10, to: &outbox, random: &random) {
        _ = outbox.pump { _, _ in .sent }
        _ = outbox.acknowledge(Acknowledgement(name: name, lowWaterMark: 1), kind: [], by: 1)
      }
    }
    let kept = outbox.held.reduce(0) { $0 + $1.builder.buffer.count }
    #expect(kept <= 4000 && kept > 2000)
    #expect(outbox.forgotten == 50 - UInt64(outbox.held.count))
    let isDrained = outbox.isEmpty
    #expect(isDrained)
  }
}
