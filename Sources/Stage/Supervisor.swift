import Wire

/// Decides for one run which processes are started, replaced and signalled, and which exit status the
/// run has.
///
/// Events in, actions out: no processes, no sockets, no clock. So any order of deaths, exits and
/// signals can be tested. A pool is all parsers, or all analyzers: its members replace each other.
package struct Supervisor: Sendable {
  /// What the run consists of.
  package struct Setup: Sendable {
    /// How many processes there are of each pool, and how many captures.
    package var captures = 1
    package var parsers = 1
    package var analyzers = 0
    /// Whether an interface is captured: then an interruption is the orderly end.
    package var isLive = false
    package var secondarySinks: [SecondarySink] = []

    package init() {}
  }

  package struct SecondarySink: Sendable {
    /// What messages call it.
    let name: String
    let policy: Policy

    package init(name: String, policy: Policy) {
      self.name = name
      self.policy = policy
    }
  }

  /// One process by what it does.
  package struct Process: Hashable, Sendable {
    package let stage: StageKind
    /// Which of the captures or secondary sinks it is, counted from 1; 0 in a pool.
    package let number: Int

    package init(_ stage: StageKind, number: Int = 0) {
      self.stage = stage
      self.number = number
    }
  }

  /// How a process ended.
  package enum Ending: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  package enum Event: Sendable {
    /// The captures are on their way, and what only they need has been given up.
    case ready
    /// That has failed, which has been reported.
    case notReady
    case ended(Process, Ending)
    /// A signal asks the run to end: SIGINT or SIGTERM, by its number.
    case interrupted(Int32)
    /// SIGHUP: sinks begin new files.
    case hangup
    /// A sink has opened its sockets and so expects signals; the primary sink is 0.
    case sinkSeen(Int)
    /// So much time has passed since the run began.
    case time(Duration)
  }

  package enum Action: Equatable, Sendable {
    /// Start a process; a quiet one says nothing about its archive.
    case start(Process, isQuiet: Bool)
    case signal(Signal, to: Recipients)
    case report(String)
  }

  /// A signal by its number.
  package enum Signal: Int32, Sendable {
    case hangup = 1
    case kill = 9
    case terminate = 15
  }

  package enum Recipients: Equatable, Sendable {
    case everyProcess
    case stage(StageKind)
    case process(Process)

    package func include(_ process: Process) -> Bool {
      switch self {
      case .everyProcess: true
      case .stage(let stage): process.stage == stage
      case .process(let one): process == one
      }
    }
  }

  /// How often members of pools are replaced before that is given up.
  static let maxReplacements = 1000
  /// How long after the end of capture parsers and analyzers that came too late are told to leave.
  static let latecomersAfter = Duration.milliseconds(20)
  /// How long after the primary sink's end secondary sinks with the policy `drop` may go on writing.
  static let dropSinksAfter = Duration.seconds(10)
  /// How long a process that is told to end may take before it is killed.
  static let killAfter = Duration.seconds(1)
  /// The exit status of a process that a signal asked to leave.
  private static let left = 128 + Signal.terminate.rawValue

  private let setup: Setup
  private var actions: [Action] = []
  private var alive: [StageKind: Int] = [:]
  private var now = Duration.zero
  private var replacements = 0
  private var status: Int32 = 0
  /// Whether everything that the run begins with has been started.
  private var hasBegun = false
  /// Whether the run ends because it cannot go on.
  private var isEnding = false
  /// The signal that asked the run to end, and whether another one followed.
  private var interruption: Int32?
  private var isInterruptedTwice = false
  private var sinksSeen: Set<Int> = []
  private var isHangupPending = false
  private var latecomersAt: Duration?
  private var dropSinksAt: Duration?
  private var killAt: Duration?

  package init(_ setup: Setup) { self.setup = setup }

  /// The run's exit status, once all processes have ended.
  package var exitStatus: Int32? {
    guard hasBegun, alive.values.allSatisfy({ $0 == 0 }) else { return nil }
    // What ends a live capture in order is no interruption of it.
    if !setup.isLive, status == 0, let interruption { return 128 + interruption }
    return status
  }

  /// The beginning of the run: captures are started first and alone.
  package mutating func begin() -> [Action] {
    for number in 1...setup.captures { start(Process(.capture, number: number)) }
    return takeActions()
  }

  /// Takes note of what has happened; what to do about it, in this order.
  package mutating func take(_ event: Event) -> [Action] {
    switch event {
    case .ready: startOthers()
    case .notReady:
      hasBegun = true
      status = 1
      endAll()
    case .ended(let process, let ending): take(ending, of: process)
    case .interrupted(let signal): interrupt(signal)
    case .hangup:
      isHangupPending = true
      passHangup()
    case .sinkSeen(let number):
      sinksSeen.insert(number)
      passHangup()
    case .time(let time):
      now = max(now, time)
      actWhenDue()
    }
    return takeActions()
  }

  private mutating func takeActions() -> [Action] {
    defer { actions = [] }
    return actions
  }

  // MARK: Starting

  private mutating func start(_ process: Process) {
    // What is wrong with the archive is told once.
    let isQuiet = process.stage == .analyze && alive[.analyze, default: 0] > 0
    alive[process.stage, default: 0] += 1
    actions.append(.start(process, isQuiet: isQuiet))
  }

  private mutating func startOthers() {
    hasBegun = true
    guard !isEnding, !isInterruptedTwice else { return }
    start(Process(.sink))
    for number in setup.secondarySinks.indices {
      start(Process(.secondarySink, number: number + 1))
    }
    for _ in 0..<setup.parsers { start(Process(.parse)) }
    for _ in 0..<setup.analyzers { start(Process(.analyze)) }
  }

  /// Whether a member of a pool may be replaced now.
  private var mayReplace: Bool {
    !isEnding && !isInterruptedTwice && replacements < Self.maxReplacements
  }

  private mutating func replace(_ process: Process) {
    replacements += 1
    start(process)
  }

  // MARK: Ends

  private mutating func take(_ ending: Ending, of process: Process) {
    let stage = process.stage
    alive[stage, default: 1] -= 1
    let isReading = alive[.capture, default: 0] > 0
    if stage == .capture, !isReading { latecomersAt = now + Self.latecomersAfter }
    if stage == .sink { dropSinksAt = now + Self.dropSinksAfter }
    if stage == .secondarySink, !isEnding, goesOn(without: process, ending) { return }
    let isPool = stage == .parse || stage == .analyze
    switch ending {
    case .exited(0): break
    case .signalled where isPool && isReading && mayReplace: replace(process)
    // Capture ends when everything is acknowledged: nothing is lost with a worker after that.
    case .signalled where isPool && !isReading: break
    case .exited(Self.left) where isPool && !isReading: break
    // It was told to leave, and has finished its work; the last one of a pool is replaced.
    case .exited(Self.left) where isPool && interruption == nil && !isEnding:
      if alive[stage] == 0, mayReplace { replace(process) }
    // The supervisor had it killed.
    case .signalled where isEnding || isPool && isInterruptedTwice: break
    case .signalled(let signal):
      actions.append(.report("merc: \(name(of: process)) was ended by signal \(signal)"))
      if status == 0 { status = 70 }
      endAll()
    case .exited(let code):
      // The interruption is told by the run's own status.
      // A live capture that ends that way has left something out.
      let isLeftOut = stage == .capture && setup.isLive
      let isInterruption = interruption != nil && code == Self.left && !isLeftOut
      if status == 0, !isInterruption { status = code }
      // A capture that cannot be read to its end still ends the others in order.
      if stage != .capture || code != 1 && !isInterruption { endAll() }
    }
  }

  /// Whether the run goes on although a secondary sink has ended; the status says what came of it.
  private mutating func goesOn(without process: Process, _ ending: Ending) -> Bool {
    let isMissed = setup.secondarySinks[process.number - 1].policy == .wait
    switch ending {
    case .exited(0): return true
    case .exited(Self.left) where alive[.sink] == 0 && !isMissed:
      actions.append(
        .report(
          "merc: \(name(of: process)) was still writing when the pipeline had ended, "
            + "and has been ended too"))
      return true
    // A signal from outside has told it to leave: SIGTERM or SIGINT.
    case .exited(let code) where code == Self.left || code == 128 + 2:
      if status == 0 { status = code }
      return true
    // Its options, or its files, were wrong from the start.
    case .exited(64), .exited(71), .exited(73): return false
    case .exited: return !isMissed
    case .signalled(let signal):
      // Before it has been seen, the primary sink would wait for it.
      guard !isMissed, sinksSeen.contains(process.number) else { return false }
      actions.append(.report("merc: \(name(of: process)) was ended by signal \(signal)"))
      return true
    }
  }

  /// What a process is called in messages.
  private func name(of process: Process) -> String {
    process.stage == .secondarySink
      ? "merc-sink for \(setup.secondarySinks[process.number - 1].name)"
      : "merc-\(process.stage.name)"
  }

  /// Ends a run that cannot end in order: a process that does not leave in time is killed.
  private mutating func endAll() {
    isEnding = true
    signal(.terminate, .everyProcess)
    killAt = min(killAt ?? now + Self.killAfter, now + Self.killAfter)
  }

  // MARK: Signals and time

  private mutating func signal(_ signal: Signal, _ recipients: Recipients) {
    actions.append(.signal(signal, to: recipients))
  }

  /// The first signal ends the reading, and what was read still comes out; the second ends everything.
  private mutating func interrupt(_ number: Int32) {
    isInterruptedTwice = interruption != nil
    interruption = number
    guard isInterruptedTwice else { return signal(.terminate, .stage(.capture)) }
    signal(.terminate, .everyProcess)
    signal(.kill, .everyProcess)
    killAt = now + Self.killAfter
  }

  /// Passes SIGHUP on to sinks, as soon as the primary one expects it.
  private mutating func passHangup() {
    guard isHangupPending, sinksSeen.contains(0) else { return }
    isHangupPending = false
    signal(.hangup, .stage(.sink))
    for number in 1..<setup.secondarySinks.count + 1 where sinksSeen.contains(number) {
      signal(.hangup, .process(Process(.secondarySink, number: number)))
    }
  }

  private mutating func actWhenDue() {
    // Capture, which tells the others to leave, has ended. Most parsers and analyzers are gone by now;
    // one that is only being started gets it the next time.
    if let latecomersAt, now >= latecomersAt {
      signal(.terminate, .stage(.parse))
      signal(.terminate, .stage(.analyze))
    }
    if let dropSinksAt, now >= dropSinksAt {
      self.dropSinksAt = nil
      for number in setup.secondarySinks.indices
      where setup.secondarySinks[number].policy == .drop {
        signal(.terminate, .process(Process(.secondarySink, number: number + 1)))
      }
    }
    // Repeated for processes that were only being started.
    if let killAt, now >= killAt {
      self.killAt = now + Self.killAfter
      signal(.kill, .everyProcess)
    }
  }
}
