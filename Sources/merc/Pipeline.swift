import Glibc
import Stage
import Subprocess
import Transport
import Wire

/// One run: four kinds of processes from one command line, and their ends as one exit status.
struct Pipeline {
  private let options: Options
  private let crew: Crew
  private let directory: RuntimeDirectory
  /// The archive that records are scored by, and the copy of it that this run uses.
  private let archive: (path: String, copy: String)?
  /// Whom a live capture becomes.
  private let successor: Account?

  /// How often a parser or analyzer is replaced before that is given up.
  static let maxReplacements = 1000

  init(_ options: Options) throws(StageFailure) {
    self.options = options
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
      let path = try options.classification.archive(for: "merc")
      archive = (path, try directory.copy(archive: path, for: "merc"))
    } catch {
      directory.remove()
      throw error
    }
  }

  /// Runs until all processes have ended; the exit status.
  func run() async -> Int32 {
    let watch = Task { [crew, directory] in await Self.passSignals(to: crew, in: directory) }
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
          Surroundings.report("merc: merc-\(end.stage.name) was ended by signal \(signal)")
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

  private func arguments(of stage: StageKind) -> [String] {
    let connect = ["--connect", directory.line]
    switch stage {
    case .capture:
      return [
        "--select=\(options.records.select)", "--quarantine", options.crew.quarantine,
      ]
        + (options.live.capture == nil
          ? ["--read", options.read ?? "-"] + options.files.repeats.arguments
          : options.live.arguments + options.privileges.arguments)
        + (options.crew.noGate ? ["--no-gate"] : [])
        + (options.records.choice.reassembly ? ["--reassembly"] : [])
        + (options.records.choice.nonselectedTcpData ? ["--nonselected-tcp-data"] : [])
        + (options.records.choice.nonselectedUdpData ? ["--nonselected-udp-data"] : [])
        + (options.analysis ? ["--analyze"] : [])
        + (options.verbose ? ["--verbose"] : [])
    case .parse:
      return connect + options.records.arguments
        + (options.packets.write == nil ? [] : ["--packets"])
        + (options.statistics.stats == nil ? [] : ["--labels"])
        + (options.poison.map { ["--poison", $0] } ?? [])
    case .sink:
      return connect + ["--tap", directory.sinkTap]
        + (options.fingerprint.map { ["--fingerprint", $0] } ?? []) + options.packets.arguments
        + options.rotation.arguments + options.statistics.arguments
        + (options.records.findings.networkBehavioralDetections
          ? ["--network-behavioral-detections"] : [])
        + (options.verbose ? ["--verbose"] : [])
        + (options.verbose && options.live.capture != nil ? ["--rates"] : [])
    default:
      return connect + options.classification.arguments(archive: archive?.copy ?? "")
        + (options.records.choice.minimizeRam ? ["--minimize-ram"] : [])
    }
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
  /// A second one ends all. SIGHUP has the sink begin a new file.
  private static func passSignals(to crew: Crew, in directory: RuntimeDirectory) async {
    var passed = 0
    var passedHangups = 0
    while !Task.isCancelled {
      // A sink that is only being started might not expect it; it has its tap once it does.
      if Interruption.hangups > passedHangups, directory.hasSink {
        passedHangups = Interruption.hangups
        crew.signal(SIGHUP, .sink)
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
