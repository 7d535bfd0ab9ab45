import Support
import Testing
import Wire

@testable import Stage

/// Runs that a test makes up: processes that die, exit and ignore signals, in any order.
@Suite(.tags(.unit)) struct SupervisorTests {
  /// The processes of a run, and what the supervisor does about them.
  struct Run {
    var random: SeededRandom
    let setup: Supervisor.Setup
    var supervisor: Supervisor
    var alive: [Supervisor.Process] = []
    /// Those that were told to end, each with the signal.
    var told: [(process: Supervisor.Process, signal: Supervisor.Signal)] = []
    var reports: [String] = []
    var started = 0
    var signals: [Supervisor.Action] = []
    private var time = Duration.zero

    init(seed: UInt64, isReady: Bool = true, _ change: (inout Supervisor.Setup) -> Void = { _ in })
    {
      var random = SeededRandom(seed: seed)
      var setup = Supervisor.Setup()
      setup.captures = 1 + random.below(3)
      setup.parsers = 1 + random.below(4)
      setup.analyzers = random.below(3)
      setup.isLive = random.below(2) == 0
      setup.secondarySinks = (0..<random.below(3)).map {
        Supervisor.SecondarySink(
          name: "file-\($0)", policy: [Policy.wait, .drop].randomElement(using: &random) ?? .wait)
      }
      change(&setup)
      self.random = random
      self.setup = setup
      supervisor = Supervisor(setup)
      perform(supervisor.begin())
      take(isReady ? .ready : .notReady)
    }

    mutating func take(_ event: Supervisor.Event) { perform(supervisor.take(event)) }

    private mutating func perform(_ actions: [Supervisor.Action]) {
      for action in actions {
        switch action {
        case .start(let process, _):
          alive.append(process)
          started += 1
        case .signal(let signal, let recipients):
          signals.append(action)
          guard signal != .hangup else { continue }
          told += alive.filter(recipients.include).map { ($0, signal) }
        case .report(let sentence): reports.append(sentence)
        }
      }
    }

    mutating func end(_ process: Supervisor.Process, _ ending: Supervisor.Ending) {
      guard let i = alive.firstIndex(of: process) else { return }
      alive.remove(at: i)
      if !alive.contains(process) { told.removeAll { $0.process == process } }
      take(.ended(process, ending))
    }

    mutating func pass(_ duration: Duration) {
      time += duration
      take(.time(time))
    }

    func first(_ stage: StageKind) -> Supervisor.Process? { alive.first { $0.stage == stage } }

    /// Lets the processes obey: a killed one ends, and one told to leave does or does not.
    mutating func obey(stubborn: Bool) {
      guard let (process, signal) = told.randomElement(using: &random) else { return }
      switch signal {
      case .kill: end(process, .signalled(9))
      default: if !stubborn { end(process, .exited([143, 0].randomElement(using: &random) ?? 0)) }
      }
    }

    /// All processes end as they do after the end of the input.
    mutating func endInOrder() {
      while let capture = first(.capture) { end(capture, .exited(0)) }
      while let process = alive.randomElement(using: &random) {
        if random.below(3) == 0 { pass(.milliseconds(20)) }
        let isPool = process.stage == .parse || process.stage == .analyze
        end(process, .exited(isPool && random.below(3) == 0 ? 143 : 0))
      }
    }
  }

  /// Whatever happens, the run has a status exactly when no process is left, starts nothing once its
  /// end has begun, and gets rid of processes that do not leave.
  @Test func anyHistoryEnds() {
    var source = SeededRandom("supervisor")
    for _ in 0..<Thoroughness.rounds(3000) {
      let seed = source.next()
      var run = Run(seed: seed, isReady: source.below(20) != 0)
      var startedAtEnd: Int?
      for _ in 0..<60 {
        step(&run)
        #expect((run.supervisor.exitStatus != nil) == run.alive.isEmpty, "seed \(seed)")
        let isEnding = run.signals.contains(.signal(.terminate, to: .everyProcess))
        if isEnding, startedAtEnd == nil { startedAtEnd = run.started }
        if let startedAtEnd { #expect(run.started == startedAtEnd, "seed \(seed)") }
      }
      run.take(.interrupted(15))
      run.take(.interrupted(15))
      for _ in 0..<1000 where !run.alive.isEmpty {
        run.pass(.milliseconds(20))
        run.obey(stubborn: true)
      }
      #expect(run.alive.isEmpty, "seed \(seed)")
      #expect(run.supervisor.exitStatus != nil, "seed \(seed)")
    }
  }

  private func step(_ run: inout Run) {
    switch run.random.below(12) {
    case 0:
      if let process = run.alive.randomElement(using: &run.random) {
        run.end(process, .signalled([6, 9, 11].randomElement(using: &run.random) ?? 9))
      }
    case 1, 2:
      if let process = run.alive.randomElement(using: &run.random) {
        let codes: [Int32] = [0, 0, 0, 1, 64, 70, 71, 73, 76, 130, 143]
        let status = codes.randomElement(using: &run.random)
        run.end(process, .exited(status ?? 0))
      }
    case 3 where run.random.below(4) == 0: run.take(.interrupted(2))
    case 4: run.take(.hangup)
    case 5: run.take(.sinkSeen(run.random.below(run.setup.secondarySinks.count + 1)))
    case 6...8: run.pass(.milliseconds(run.random.below(1500)))
    default: run.obey(stubborn: run.random.below(2) == 0)
    }
  }

  /// When the input ends and no process dies, the status is 0 and nothing is reported.
  @Test func orderlyEndsGiveZero() {
    var source = SeededRandom("orderly ends")
    for _ in 0..<500 {
      let seed = source.next()
      var run = Run(seed: seed)
      run.endInOrder()
      #expect(run.supervisor.exitStatus == 0, "seed \(seed)")
      #expect(run.reports == [], "seed \(seed)")
      #expect(!run.signals.contains(.signal(.terminate, to: .everyProcess)), "seed \(seed)")
    }
  }

  /// An interruption ends the reading only; its number is the status, but for a live capture.
  @Test(arguments: [2, 15] as [Int32]) func interruptionEndsTheReading(_ signal: Int32) {
    var source = SeededRandom("interruption")
    for _ in 0..<200 {
      let seed = source.next()
      var run = Run(seed: seed)
      run.take(.interrupted(signal))
      #expect(run.signals == [.signal(.terminate, to: .stage(.capture))], "seed \(seed)")
      run.endInOrder()
      #expect(
        run.supervisor.exitStatus == (run.setup.isLive ? 0 : 128 + signal), "seed \(seed)")
      #expect(run.reports == [], "seed \(seed)")
    }
  }

  @Test func secondInterruptionKillsEverything() {
    var run = Run(seed: 1)
    run.take(.interrupted(15))
    run.take(.interrupted(15))
    #expect(run.signals.suffix(1) == [.signal(.kill, to: .everyProcess)])
    let started = run.started
    // Also one that was only being started then.
    run.signals = []
    run.pass(.seconds(2))
    #expect(run.signals == [.signal(.kill, to: .everyProcess)])
    while let process = run.first(.parse) { run.end(process, .signalled(9)) }
    while let process = run.alive.first { run.end(process, .signalled(9)) }
    #expect(run.started == started)
    #expect(run.supervisor.exitStatus == 70)
  }

  /// Members of a pool that die while capture reads are replaced, however many die.
  @Test func deadWorkersAreReplaced() {
    var source = SeededRandom("deaths")
    for _ in 0..<100 {
      let seed = source.next()
      var run = Run(seed: seed)
      for _ in 0..<50 {
        let pool = run.alive.filter { $0.stage == .parse || $0.stage == .analyze }
        guard let victim = pool.randomElement(using: &run.random) else { break }
        let before = run.alive.count { $0 == victim }
        run.end(victim, .signalled(9))
        #expect(run.alive.count { $0 == victim } == before, "seed \(seed)")
      }
      run.endInOrder()
      #expect(run.supervisor.exitStatus == 0, "seed \(seed)")
      #expect(run.reports == [], "seed \(seed)")
    }
  }

  /// A worker that dies of everything it gets is not replaced without end.
  @Test func replacementsAreLimited() {
    var run = Run(seed: 2)
    while run.started < 5000, let victim = run.first(.parse) { run.end(victim, .signalled(11)) }
    #expect(run.started < 1100)
    #expect(run.reports == ["merc: merc-parse was ended by signal 11"])
    #expect(run.signals.contains(.signal(.terminate, to: .everyProcess)))
  }

  /// A worker that was told to leave is replaced only when it was the last of its pool.
  @Test func lastWorkerThatLeavesIsReplaced() {
    var run = Run(seed: 3) { $0.parsers = 3 }
    for left in [2, 1, 1, 1] {
      if let parser = run.first(.parse) { run.end(parser, .exited(143)) }
      #expect(run.alive.count { $0.stage == .parse } == left)
    }
    run.endInOrder()
    #expect(run.supervisor.exitStatus == 0)
  }

  @Test(arguments: [StageKind.capture, .sink]) func deathOfOneOfAKindEndsTheRun(_ stage: StageKind)
  {
    var source = SeededRandom("death of \(stage)")
    for _ in 0..<100 {
      let seed = source.next()
      var run = Run(seed: seed)
      let started = run.started
      if let victim = run.first(stage) { run.end(victim, .signalled(9)) }
      #expect(run.reports == ["merc: merc-\(stage) was ended by signal 9"], "seed \(seed)")
      #expect(run.signals.contains(.signal(.terminate, to: .everyProcess)), "seed \(seed)")
      for _ in 0..<1000 where !run.alive.isEmpty {
        run.pass(.milliseconds(20))
        run.obey(stubborn: seed % 2 == 0)
      }
      #expect(run.started == started, "seed \(seed)")
      #expect(run.supervisor.exitStatus == 70, "seed \(seed)")
    }
  }

  /// The first failure is the run's status, whatever comes of ending the others.
  @Test(arguments: [1, 64, 71, 75, 76] as [Int32]) func firstFailureIsTheStatus(_ code: Int32) {
    var run = Run(seed: 4)
    if let parser = run.first(.parse) { run.end(parser, .exited(code)) }
    #expect(run.told.contains { $0.process.stage == .capture })
    while let process = run.alive.first { run.end(process, .exited(70)) }
    #expect(run.supervisor.exitStatus == code)
  }

  /// A capture file that cannot be read to its end fails the run, which still ends in order.
  @Test func unreadableInputEndsInOrder() {
    var run = Run(seed: 5) { $0.captures = 1 }
    if let capture = run.first(.capture) { run.end(capture, .exited(1)) }
    #expect(run.signals == [])
    run.endInOrder()
    #expect(run.supervisor.exitStatus == 1)
  }

  @Test func failureBeforeTheStartEndsTheCaptures() {
    var run = Run(seed: 6, isReady: false)
    #expect(run.alive.allSatisfy { $0.stage == .capture })
    while let capture = run.first(.capture) { run.end(capture, .exited(143)) }
    #expect(run.supervisor.exitStatus == 1)
  }

  /// Parsers that come when capture has gone are told to leave, again and again.
  @Test func latecomersAreDismissed() {
    var run = Run(seed: 7)
    run.pass(.milliseconds(100))
    while let capture = run.first(.capture) { run.end(capture, .exited(0)) }
    run.pass(.milliseconds(10))
    #expect(run.signals == [])
    let word = [StageKind.parse, .analyze].map {
      Supervisor.Action.signal(.terminate, to: .stage($0))
    }
    run.pass(.milliseconds(10))
    run.pass(.milliseconds(20))
    #expect(run.signals == word + word)
  }

  // MARK: Sinks

  /// A run with one secondary sink.
  private func runWithSink(_ policy: Policy) -> (Run, Supervisor.Process) {
    let run = Run(seed: 8) {
      $0.isLive = false
      $0.secondarySinks = [Supervisor.SecondarySink(name: "a, b", policy: policy)]
    }
    return (run, Supervisor.Process(.secondarySink, number: 1))
  }

  /// The run goes on without a sink that is not waited for, once it has been at work.
  @Test(arguments: [Policy.wait, .drop], [false, true])
  func deathOfASecondarySink(_ policy: Policy, _ isSeen: Bool) {
    var (run, sink) = runWithSink(policy)
    if isSeen { run.take(.sinkSeen(1)) }
    run.end(sink, .signalled(9))
    #expect(run.reports == ["merc: merc-sink for a, b was ended by signal 9"])
    let goesOn = policy == .drop && isSeen
    #expect(run.signals.isEmpty == goesOn)
    if goesOn { run.endInOrder() }
    while let process = run.alive.first { run.end(process, .exited(143)) }
    #expect(run.supervisor.exitStatus == (goesOn ? 0 : 70))
  }

  @Test(arguments: [64, 71, 73] as [Int32]) func wrongOptionsOfASecondarySinkEndTheRun(
    _ code: Int32
  ) {
    var (run, sink) = runWithSink(.drop)
    run.end(sink, .exited(code))
    #expect(run.signals == [.signal(.terminate, to: .everyProcess)])
    while let process = run.alive.first { run.end(process, .exited(143)) }
    #expect(run.supervisor.exitStatus == code)
  }

  @Test(arguments: [130, 143] as [Int32]) func secondarySinkThatIsToldToLeave(_ code: Int32) {
    var (run, sink) = runWithSink(.wait)
    run.end(sink, .exited(code))
    #expect(run.signals == [])
    run.endInOrder()
    #expect(run.supervisor.exitStatus == code)
  }

  /// Ten seconds after the primary sink's end, a sink that nothing waits for is ended.
  @Test func slowSecondarySinkIsEnded() {
    var (run, sink) = runWithSink(.drop)
    while let process = run.alive.first(where: { $0 != sink }) { run.end(process, .exited(0)) }
    run.pass(.seconds(9))
    #expect(!run.told.contains { $0.process == sink })
    run.pass(.seconds(1))
    #expect(run.told.contains { $0.process == sink })
    run.end(sink, .exited(143))
    #expect(run.supervisor.exitStatus == 0)
    #expect(
      run.reports == [
        "merc: merc-sink for a, b was still writing when the pipeline had ended, and has been ended too"
      ])
  }

  /// SIGHUP goes to sinks, and waits for the primary one to expect it.
  @Test func hangupGoesToSinksAtWork() {
    var (run, sink) = runWithSink(.drop)
    run.take(.hangup)
    #expect(run.signals == [])
    run.take(.sinkSeen(0))
    #expect(run.signals == [.signal(.hangup, to: .stage(.sink))])
    run.take(.sinkSeen(1))
    run.take(.hangup)
    #expect(
      run.signals.suffix(2) == [
        .signal(.hangup, to: .stage(.sink)), .signal(.hangup, to: .process(sink)),
      ])
  }

  @Test func onlyTheFirstAnalyzerSpeaksOfItsArchive() {
    var setup = Supervisor.Setup()
    setup.analyzers = 3
    var supervisor = Supervisor(setup)
    _ = supervisor.begin()
    let quiet = supervisor.take(.ready).compactMap { action -> Bool? in
      guard case .start(let process, let isQuiet) = action, process.stage == .analyze else {
        return nil
      }
      return isQuiet
    }
    #expect(quiet == [false, true, true])
  }
}
