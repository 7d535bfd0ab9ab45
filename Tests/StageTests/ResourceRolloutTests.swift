import Support
import Testing
import Wire

@testable import Stage

/// How archives come into force: what each is told, and who may be given parts when.
@Suite(.tags(.unit)) struct ResourceRolloutTests {
  private static func loaded(_ digest: String, _ generation: UInt16 = 0) -> ResourcesNotice {
    var notice = ResourcesNotice(.loaded, ResourcesInForce(generation: generation))
    (notice.digest, notice.version, notice.path) = (digest, "v \(digest)", "/\(digest)")
    return notice
  }

  private static func load(_ path: String) -> ResourcesNotice {
    var notice = ResourcesNotice(.load)
    notice.path = path
    return notice
  }

  /// Two analyzers with the archive `a`, and round 1 under way.
  private static func running() -> ResourceRollout<String> {
    var rollout = ResourceRollout<String>()
    for id in ["one", "two"] {
      for generation in 0...1 as ClosedRange<UInt16> {
        _ = rollout.take(loaded("a", generation), from: id, isAnalyzer: true)
      }
    }
    _ = rollout.begin(round: 1)
    return rollout
  }

  @Test func putsTheFirstArchiveInForce() {
    var rollout = ResourceRollout<String>()
    #expect(rollout.inForce.generation == 0)
    let answers = rollout.take(Self.loaded("a"), from: "one", isAnalyzer: true)
    #expect(answers.map(\.to) == ["one"])
    #expect(answers.map(\.notice.word) == [.number])
    // A part from a parser may overtake that answer.
    #expect(!rollout.isReady("one"))
    _ = rollout.take(Self.loaded("a", 1), from: "one", isAnalyzer: true)
    #expect(rollout.isReady("one"))
    #expect(rollout.inForce.generation == 1)
  }

  @Test func makesOneWithAnotherArchiveLoadTheOneInForce() {
    var rollout = Self.running()
    let answers = rollout.take(Self.loaded("b"), from: "late", isAnalyzer: true)
    #expect(answers.map(\.notice.word) == [.load])
    #expect(answers.map(\.notice.digest) == ["a"])
    #expect(answers.map(\.notice.path) == ["/a"])
    #expect(!rollout.isReady("late"))
    _ = rollout.take(Self.loaded("a", 1), from: "late", isAnalyzer: true)
    #expect(rollout.isReady("late"))
  }

  @Test func waitsForEveryAnalyzer() {
    var rollout = Self.running()
    let told = rollout.take(Self.load("/b"), from: "user", isAnalyzer: false)
    #expect(Set(told.map(\.to)) == ["one", "two"])
    #expect(told.allSatisfy { $0.notice.word == .load && $0.notice.resources.generation == 2 })
    #expect(rollout.take(Self.loaded("b", 2), from: "one", isAnalyzer: true).isEmpty)
    #expect(rollout.begin(round: 2).generation == 1)
    let done = rollout.take(Self.loaded("b", 2), from: "two", isAnalyzer: true)
    #expect(done.map(\.to) == ["user"])
    #expect(done.map(\.notice.word) == [.inForce])
    #expect(done.map(\.notice.version) == ["v b"])
    #expect(rollout.begin(round: 3).generation == 2)
  }

  @Test func keepsTheOldArchiveUntilNoOpenRoundNeedsIt() {
    var rollout = Self.running()
    _ = rollout.take(Self.load("/b"), from: "user", isAnalyzer: false)
    for id in ["one", "two"] { _ = rollout.take(Self.loaded("b", 2), from: id, isAnalyzer: true) }
    #expect(rollout.settle(oldestOpenRound: 1).isEmpty)
    _ = rollout.begin(round: 5)
    #expect(rollout.settle(oldestOpenRound: 4).isEmpty)
    // Who comes now may be given parts of round 4, and needs both.
    let answers = rollout.take(Self.loaded("a"), from: "late", isAnalyzer: true)
    #expect(answers.map(\.notice.word) == [.number, .load])
    #expect(!rollout.isReady("late"))
    let told = rollout.settle(oldestOpenRound: 5)
    #expect(Set(told.map(\.to)) == ["one", "two", "late"])
    #expect(told.allSatisfy { $0.notice.word == .inForce && $0.notice.resources.generation == 2 })
    #expect(rollout.settle(oldestOpenRound: 6).isEmpty)
    #expect(!rollout.isReady("late"))
    _ = rollout.take(Self.loaded("b", 2), from: "late", isAnalyzer: true)
    #expect(rollout.isReady("late"))
  }

  /// Old archives are let go of while the next one is being loaded: who holds that still does.
  @Test func whatComesNextStaysHeld() {
    var rollout = Self.running()
    for (path, generation) in [("b", 2), ("c", 3)] as [(String, UInt16)] {
      _ = rollout.take(Self.load("/\(path)"), from: "user", isAnalyzer: false)
      _ = rollout.take(Self.loaded(path, generation), from: "one", isAnalyzer: true)
      if generation == 3 { #expect(!rollout.settle(oldestOpenRound: 2).isEmpty) }
      let done = rollout.take(Self.loaded(path, generation), from: "two", isAnalyzer: true)
      #expect(done.map(\.notice.word) == [.inForce])
      _ = rollout.begin(round: UInt64(generation))
    }
    #expect(rollout.inForce.generation == 3)
    #expect(rollout.isReady("one") && rollout.isReady("two"))
  }

  @Test func aBadArchiveLeavesTheOldOneInForce() {
    var rollout = Self.running()
    _ = rollout.take(Self.load("/bad"), from: "user", isAnalyzer: false)
    _ = rollout.take(Self.loaded("bad", 2), from: "one", isAnalyzer: true)
    var failed = ResourcesNotice(.failed, ResourcesInForce(generation: 2))
    failed.reason = "VERSION: missing"
    let answers = rollout.take(failed, from: "two", isAnalyzer: true)
    #expect(answers.filter { $0.notice.word == .drop }.count == 2)
    #expect(answers.last?.to == "user")
    #expect(answers.last?.notice.reason == "VERSION: missing")
    #expect(rollout.begin(round: 2).generation == 1)
    #expect(rollout.isReady("one") && rollout.isReady("two"))
    #expect(rollout.takeReleased() == ["/bad"])
    // And another may follow.
    #expect(rollout.take(Self.load("/c"), from: "user", isAnalyzer: false).count == 2)
  }

  @Test func refusesFilesThatDiffer() {
    var rollout = Self.running()
    _ = rollout.take(Self.load("/b"), from: "user", isAnalyzer: false)
    _ = rollout.take(Self.loaded("b", 2), from: "one", isAnalyzer: true)
    let answers = rollout.take(Self.loaded("B", 2), from: "two", isAnalyzer: true)
    #expect(answers.last?.notice.word == .failed)
    #expect(rollout.inForce.generation == 1)
  }

  @Test func refusesASecondRequestMeanwhile() {
    var rollout = Self.running()
    _ = rollout.take(Self.load("/b"), from: "user", isAnalyzer: false)
    let answers = rollout.take(Self.load("/c"), from: "other", isAnalyzer: false)
    #expect(answers.map(\.to) == ["other"])
    #expect(answers.map(\.notice.word) == [.failed])
  }

  @Test func refusesWhereNobodyClassifies() {
    var rollout = ResourceRollout<String>()
    let answers = rollout.take(Self.load("/b"), from: "user", isAnalyzer: false)
    #expect(answers.map(\.notice.word) == [.failed])
  }

  /// Whoever dies is not waited for; whoever comes meanwhile is.
  @Test func goesOnWithoutTheDead() {
    var rollout = Self.running()
    _ = rollout.take(Self.load("/b"), from: "user", isAnalyzer: false)
    _ = rollout.take(Self.loaded("b", 2), from: "one", isAnalyzer: true)
    let late = rollout.take(Self.loaded("a"), from: "late", isAnalyzer: true)
    #expect(late.map(\.notice.word) == [.number, .load])
    _ = rollout.take(Self.loaded("a", 1), from: "late", isAnalyzer: true)
    #expect(rollout.isReady("late"))
    #expect(rollout.leave("two").isEmpty)
    let done = rollout.take(Self.loaded("b", 2), from: "late", isAnalyzer: true)
    #expect(done.map(\.notice.word) == [.inForce])
  }

  @Test func whenAllHaveDiedTheNextOneLoadsIt() {
    var rollout = Self.running()
    _ = rollout.take(Self.load("/b"), from: "user", isAnalyzer: false)
    #expect(rollout.leave("one").isEmpty)
    #expect(rollout.leave("two").isEmpty)
    _ = rollout.take(Self.loaded("a"), from: "heir", isAnalyzer: true)
    let done = rollout.take(Self.loaded("b", 2), from: "heir", isAnalyzer: true)
    #expect(done.map(\.notice.word) == [.inForce])
  }

  /// Whatever is said by whom in whichever order, a round's archive is one that every analyzer holds
  /// that may be given its parts.
  @Test(arguments: 0..<20) func everyRoundCanBeScored(_ run: Int) {
    var random = SeededRandom("rollout \(run)")
    var rollout = ResourceRollout<Int>()
    var held: [Int: Set<UInt16>] = [:]
    var open: [(round: UInt64, generation: UInt16)] = []
    var waiting: [(id: Int, notice: ResourcesNotice)] = []
    var round: UInt64 = 0
    func hear(_ answers: [ResourceRollout<Int>.Answer]) {
      for (id, notice) in answers where held[id] != nil {
        let generation = notice.resources.generation
        switch notice.word {
        case .number, .load: waiting.append((id, notice))
        case .drop: held[id]?.remove(generation)
        case .inForce: held[id] = held[id]?.filter { $0 >= generation }
        case .loaded, .failed: break
        }
      }
    }
    for _ in 0..<400 {
      switch random.below(8) {
      case 0:
        let id = random.below(100)
        guard held[id] == nil else { break }
        held[id] = []
        hear(rollout.take(Self.loaded("a"), from: id, isAnalyzer: true))
      case 1:
        guard let id = held.keys.min(), held.count > 1 else { break }
        held[id] = nil
        waiting.removeAll { $0.id == id }
        hear(rollout.leave(id))
      case 2: hear(rollout.take(Self.load("/x\(round)"), from: -1, isAnalyzer: false))
      case 3, 4:
        guard !waiting.isEmpty else { break }
        let (id, notice) = waiting.remove(at: random.below(waiting.count))
        var answer = notice
        answer.digest = notice.digest.isEmpty ? "d\(notice.resources.generation)" : notice.digest
        answer.word = random.below(4) == 0 && notice.digest.isEmpty ? .failed : .loaded
        if answer.word == .loaded { held[id]?.insert(notice.resources.generation) }
        hear(rollout.take(answer, from: id, isAnalyzer: true))
      case 5:
        if !open.isEmpty { open.removeFirst() }
        hear(rollout.settle(oldestOpenRound: open.first?.round ?? .max))
      default:
        round += 1
        let resources = rollout.begin(round: round)
        if resources.generation > 0 { open.append((round, resources.generation)) }
      }
      for (id, generations) in held where rollout.isReady(id) {
        #expect(open.allSatisfy { generations.contains($0.generation) })
      }
    }
    #expect(round > 50)
  }
}
