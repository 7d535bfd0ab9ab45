import Dissectors
import Glibc
import Output
import Stage
import Subprocess
import Transport
import Wire

/// One run: four kinds of processes from one command line, and their ends as one exit status.
struct Pipeline {
  private let options: Options
  private let crew: Crew
  private let directory: RuntimeDirectory
  /// What the first sink writes, and the others besides.
  private let selection: Selection
  private let sinks: [FurtherSink]
  /// The archive that records are scored by, and the copy of it that this run uses.
  private let archive: (path: String, copy: String)?
  /// Whom a live capture becomes.
  private let successor: Account?

  /// How often a parser or analyzer is replaced before that is given up.
  static let maxReplacements = 1000

  /// `selection` is what the first sink writes, and `sinks` are the others.
  init(_ options: Options, _ selection: Selection, _ sinks: [FurtherSink]) throws(StageFailure) {
    self.options = options
    self.selection = selection
    self.sinks = sinks
    crew = try Crew()
    do throws(Account.Failure) {
      successor = options.live.capture == nil ? nil : try options.privileges.successor()
      // What is to be used as another user belongs to that user from the start.
      if let successor { try Privileges.lend(to: successor) }
    } catch {
      throw StageFailure("merc: \(error)")
    }
    let isLent = successor != nil
    defer { if isLent { Privileges.takeBack() } }
    let directory = try RuntimeDirectory()
    self.directory = directory
    guard options.analysis else {
      archive = nil
      return
    }
    do throws(StageFailure) {
      let path = try options.archive.archive(for: "merc")
      archive = (path, try directory.copy(archive: path, for: "merc"))
    } catch {
      directory.remove()
      throw error
    }
  }

  /// Runs until all processes have ended; the exit status.
  func run() async -> Int32 {
    let watch = Task { [crew, directory, sinks] in
      await Self.passSignals(to: crew, in: directory, sinks: sinks.count)
    }
    let progress = Task { [directory, options] in
      let isMixed = options.usesStandardOutput && Surroundings.outputIsTerminal
      await Progress.show(
        directory, captures: options.live.captures,
        isWanted: Surroundings.hasTerminal && !isMixed)
    }
    let reload = Task { [directory, archive] in
      if let archive { await Self.reloadOnHangup(archive.path, in: directory) }
    }
    let status = await runProcesses()
    watch.cancel()
    reload.cancel()
    progress.cancel()
    await progress.value
    directory.remove()
    // What ends a live capture in order is no interruption of it.
    if options.live.capture == nil, Interruption.signalled != nil, status == 0 {
      return 128 + (Interruption.signalled ?? 0)
    }
    return status
  }

  private func runProcesses() async -> Int32 {
    await withTaskGroup(of: Crew.End.self) { group in
      var replacements = 0
      var status: Int32 = 0
      var isEnding = false
      var alive: [StageKind: Int] = [:]
      func start(_ stage: StageKind, _ more: [String] = []) {
        // What is wrong with the archive is told once.
        let isQuiet = stage == .analyze && alive[stage, default: 0] > 0
        alive[stage, default: 0] += 1
        let arguments = arguments(of: stage) + more + (isQuiet ? ["--quiet"] : [])
        group.addTask { [crew] in await crew.run(stage, arguments) }
      }
      for member in 1...options.live.captures { start(.capture, place(ofCapture: member)) }
      if await leavePrivileges(to: alive[.capture, default: 0]) {
        start(.sink)
        for number in sinks.indices {
          group.addTask { [crew] in
            await crew.run(.follower, number: number + 1, arguments(ofSink: number + 1))
          }
        }
        for _ in 0..<parsers { start(.parse) }
        for _ in 0..<analyzers { start(.analyze) }
      } else {
        status = 1
        isEnding = true
        endAll()
      }
      var latecomers: Task<Void, Never>?
      defer { latecomers?.cancel() }
      for await end in group {
        alive[end.stage, default: 1] -= 1
        if end.stage == .capture, alive[.capture] == 0 { latecomers = sendLatecomersHome() }
        if end.stage == .sink { endThoseLeftBehind() }
        if end.stage == .follower, !isEnding,
          goesOnWithout(end, isLineOver: alive[.sink] == 0, &status)
        {
          continue
        }
        let isPool = end.stage == .parse || end.stage == .analyze
        switch end.status {
        case .exited(0): break
        case .signaled where isPool && alive[.capture] != 0 && replacements < Self.maxReplacements:
          replacements += 1
          start(end.stage)
          continue
        // Capture ends when everything has been taken over: the death of who took it is no loss.
        case .signaled where isPool && alive[.capture] == 0: break
        case .exited(128 + SIGTERM) where isPool && alive[.capture] == 0: break
        // It was asked to leave, and has finished its work; somebody must do what is still to come.
        case .exited(128 + SIGTERM) where isPool && Interruption.signalled == nil && !isEnding:
          if alive[end.stage] == 0, replacements < Self.maxReplacements {
            replacements += 1
            start(end.stage)
          }
        // We have ended it ourselves.
        case .signaled where isEnding: break
        case .signaled(let signal):
          Surroundings.report("merc: \(name(of: end)) was ended by signal \(signal)")
          if status == 0 { status = 70 }
          isEnding = true
          endAll()
        case .exited(let code):
          // The interruption is told by our own status.
          // A live capture that ends that way has left something out.
          let isLeftOut = end.stage == .capture && options.live.capture != nil
          let isInterruption =
            Interruption.signalled != nil && code == 128 + SIGTERM && !isLeftOut
          if status == 0, !isInterruption { status = code }
          // A capture that cannot be read to its end still ends the others in order.
          if end.stage != .capture || code != 1 && !isInterruption {
            isEnding = true
            endAll()
          }
        }
      }
      return status
    }
  }

  /// Whether the run goes on although a further sink has ended; `status` says what came of it.
  private func goesOnWithout(_ end: Crew.End, isLineOver: Bool, _ status: inout Int32) -> Bool {
    let isMissed = sinks[end.number - 1].policy == .wait
    switch end.status {
    case .exited(0): return true
    case .exited(128 + SIGTERM) where isLineOver && !isMissed:
      Surroundings.report(
        "merc: \(name(of: end)) was still writing when the line had ended, and has been ended too")
      return true
    // Somebody has told it to leave.
    case .exited(let code) where code == 128 + SIGTERM || code == 128 + SIGINT:
      if status == 0 { status = code }
      return true
    // Its options, or its files, were wrong from the start.
    case .exited(64), .exited(71), .exited(73): return false
    case .exited: return !isMissed
    case .signaled(let signal):
      // Before it has been seen, the first sink would wait for it.
      guard !isMissed, directory.hasSink(end.number) else { return false }
      Surroundings.report("merc: \(name(of: end)) was ended by signal \(signal)")
      return true
    }
  }

  /// What a process is called in messages.
  private func name(of end: Crew.End) -> String {
    end.stage == .follower
      ? "merc-sink for \(sinks[end.number - 1].files.joined(separator: ", "))"
      : "merc-\(end.stage.name)"
  }

  /// Ends further sinks that nobody waits for and that do not come to their end.
  private func endThoseLeftBehind() {
    Task { [crew, sinks] in
      try? await Task.sleep(for: .seconds(10))
      for number in sinks.indices where sinks[number].policy == .drop {
        crew.signal(SIGTERM, .follower, number: number + 1)
      }
    }
  }

  /// Gives up what only captures need, once all of them are started: whoever is started then has never
  /// had it.
  ///
  /// False if that failed, which has then been told.
  private func leavePrivileges(to captures: Int) async -> Bool {
    guard options.live.capture != nil else { return true }
    await crew.hasBegun(.capture, captures)
    do throws(Account.Failure) {
      try options.privileges.giveUp(to: successor)
      return true
    } catch {
      Surroundings.report("merc: \(error)")
      return false
    }
  }

  /// Ends parsers and analyzers that came when capture, which tells the others, had gone.
  private func sendLatecomersHome() -> Task<Void, Never> {
    Task { [crew] in
      // Nothing is left to do once capture has ended. Whoever has been told is mostly gone before this;
      // whoever is only being started hears it the next time.
      while (try? await Task.sleep(for: .milliseconds(20))) != nil {
        crew.signal(SIGTERM, .parse)
        crew.signal(SIGTERM, .analyze)
      }
    }
  }

  /// Ends a run that cannot end in order: whoever does not leave in time is killed.
  private func endAll() {
    crew.signal(SIGTERM)
    Task { [crew] in
      try? await Task.sleep(for: .seconds(1))
      crew.signal(SIGKILL)
    }
  }

  /// Where a stage is and what resources it has; the plan of the run is stated to capture alone.
  private func arguments(of stage: StageKind) -> [String] {
    let connect = ["--connect", directory.line]
    switch stage {
    case .capture:
      return planArguments + options.crew.gate.arguments
        + (options.live.capture == nil
          ? ["--read", options.read ?? "-"] + options.files.repeats.arguments
          : options.live.arguments + options.privileges.arguments)
        + (options.verbose ? ["--verbose"] : [])
    case .parse: return connect + (options.poison.map { ["--poison", $0] } ?? [])
    case .sink:
      return connect + ["--tap", directory.tap(ofSink: 0)]
        + (sinks.isEmpty ? [] : ["--followers", "\(sinks.count)"])
        + options.outputs.statedSettings.map(\.argument)
        + (options.verbose ? ["--verbose"] : [])
        + (options.verbose && options.live.capture != nil ? ["--rates"] : [])
    default: return connect + options.archive.arguments(archive: archive?.copy ?? "")
    }
  }

  /// The plan of the run, as merc-capture's arguments.
  private var planArguments: [String] {
    var plan = options.plan.plan
    plan.set(RunPlan.Setting("select", selection.list))
    for setting in options.allOutputs.flatMap(\.carried) { plan.set(setting) }
    return plan.settings.map(\.argument)
      + sinks.map { "--sink-select=\($0.selection.sinkList())" }
  }

  /// The arguments of a further sink, counted from 1.
  private func arguments(ofSink number: Int) -> [String] {
    ["--connect", directory.line, "--tap", directory.tap(ofSink: number), "--number", "\(number)"]
      + sinks[number - 1].arguments + (options.verbose ? ["--verbose"] : [])
  }

  /// What tells one of several captures from the others.
  private func place(ofCapture member: Int) -> [String] {
    let others = options.live.captures > 1
    // Any number would do that no other program has in use.
    let group = 1 + Surroundings.processID % UInt32(UInt16.max)
    return ["--bind", directory.line(ofCapture: member)]
      + ["--tap", directory.tap(ofCapture: member), "--member", "\(member)"]
      + (others ? ["--group", "\(group)"] : [])
      + (member > 1 ? ["--join", directory.line] : [])
  }

  private var analyzers: Int { options.analysis ? options.crew.analyzers ?? 1 : 0 }

  /// One parser for every core beyond those that capture and sink keep busy.
  private var parsers: Int {
    options.crew.parsers ?? max(1, min(16, Surroundings.cores - 1))
  }

  /// SIGHUP puts the archive at the same path in force anew.
  private static func reloadOnHangup(_ path: String, in directory: RuntimeDirectory) async {
    var served = 0
    while (try? await Task.sleep(for: .milliseconds(50))) != nil {
      guard Interruption.hangups > served else { continue }
      served = Interruption.hangups
      await Task.detached {
        do throws(StageFailure) {
          let copy = try directory.copy(archive: path, for: "merc")
          let notice = try ResourcesRequest(at: directory.line, in: try context()).load(copy)
          Surroundings.report("merc: \(path), version \(notice.version), is in force")
        } catch {
          Surroundings.report("merc: \(path): \(error)")
        }
      }.value
    }
  }

  private static func context() throws(StageFailure) -> SocketContext {
    do throws(TransportFailure) { return try SocketContext() } catch {
      throw StageFailure("merc: \(error)", status: 71)
    }
  }

  /// Ctrl-C or SIGTERM ends the reading; what was read still comes out.
  ///
  /// A second one ends all. SIGHUP has sinks begin new files.
  private static func passSignals(
    to crew: Crew, in directory: RuntimeDirectory, sinks: Int
  ) async {
    var passed = 0
    var passedHangups = 0
    while !Task.isCancelled {
      // A sink that is only being started might not expect it; it has its tap once it does.
      if Interruption.hangups > passedHangups, directory.hasSink() {
        passedHangups = Interruption.hangups
        crew.signal(SIGHUP, .sink)
        for number in 1..<sinks + 1 where directory.hasSink(number) {
          crew.signal(SIGHUP, .follower, number: number)
        }
      }
      let count = Interruption.count
      if count > passed {
        crew.signal(SIGTERM, passed == 0 ? .capture : nil)
        if passed > 0 { crew.signal(SIGKILL) }
        passed = count
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
  }
}
