import Dissectors
import Stage
import Transport
import Wire

/// One run: four kinds of processes from one command line, and their ends as one exit status.
struct Pipeline {
  let options: Options
  private let processes: ChildProcesses
  let directory: RuntimeDirectory
  /// What the primary sink writes, and the secondary sinks besides.
  let selection: Selection
  let sinks: [SecondarySinkOptions]
  /// The archive that records are scored by, and the copy of it that this run uses.
  let archive: (path: String, copy: String)?
  /// The user that a live capture becomes.
  private let successor: Account?

  /// `selection` is what the primary sink writes; `sinks` are the secondary ones.
  init(_ options: Options, _ selection: Selection, _ sinks: [SecondarySinkOptions])
    throws(StageFailure)
  {
    self.options = options
    self.selection = selection
    self.sinks = sinks
    processes = try ChildProcesses()
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
    let progress = Task { [directory, options] in
      let isMixed = options.usesStandardOutput && Host.outputIsTerminal
      await Progress.show(
        directory, captures: options.live.captures,
        isWanted: Host.hasTerminal && !isMixed)
    }
    let reload = Task { [directory, archive] in
      if let archive { await Self.reloadOnHangup(archive.path, in: directory) }
    }
    let status = await runProcesses()
    reload.cancel()
    progress.cancel()
    await progress.value
    directory.remove()
    return status
  }

  /// Tells the supervisor what happens and does what it says, until all processes have ended.
  private func runProcesses() async -> Int32 {
    var supervisor = Supervisor(setup)
    var outside = Outside(directory, sinks: sinks.count)
    return await withTaskGroup(of: Turn.self) { group in
      func perform(_ actions: [Supervisor.Action]) {
        for action in actions {
          switch action {
          case .start(let process, let isQuiet):
            let arguments = arguments(of: process) + (isQuiet ? ["--quiet"] : [])
            group.addTask { [processes] in
              .ended(process, await processes.run(process, arguments))
            }
          case .signal(let signal, let recipients): processes.signal(signal, recipients)
          case .report(let sentence): Host.report(sentence)
          }
        }
      }
      func wait() {
        group.addTask {
          try? await Task.sleep(for: .milliseconds(20))
          return .timeHasPassed
        }
      }
      perform(supervisor.begin())
      perform(supervisor.take(await leavePrivileges() ? .ready : .notReady))
      wait()
      while supervisor.exitStatus == nil, let turn = await group.next() {
        for event in outside.news() { perform(supervisor.take(event)) }
        switch turn {
        case .ended(let process, let ending): perform(supervisor.take(.ended(process, ending)))
        case .timeHasPassed: wait()
        }
      }
      group.cancelAll()
      return supervisor.exitStatus ?? 0
    }
  }

  /// What the loop over all processes wakes for.
  private enum Turn {
    case ended(Supervisor.Process, Supervisor.Ending)
    case timeHasPassed
  }

  private var setup: Supervisor.Setup {
    var setup = Supervisor.Setup()
    setup.captures = options.live.captures
    setup.parsers = parsers
    setup.analyzers = options.analysis ? options.pool.analyzers ?? 1 : 0
    setup.isLive = options.live.capture != nil
    setup.secondarySinks = sinks.map {
      Supervisor.SecondarySink(name: $0.files.joined(separator: ", "), policy: $0.policy)
    }
    return setup
  }

  private func arguments(of process: Supervisor.Process) -> [String] {
    switch process.stage {
    case .capture: arguments(of: .capture) + place(ofCapture: process.number)
    case .secondarySink: arguments(ofSink: process.number)
    default: arguments(of: process.stage)
    }
  }

  /// Gives up what only captures need, once all of them are started: a process started then has never
  /// had it.
  ///
  /// False if that failed, which has then been told.
  private func leavePrivileges() async -> Bool {
    guard options.live.capture != nil else { return true }
    await processes.hasBegun(.capture, options.live.captures)
    do throws(Account.Failure) {
      try options.privileges.giveUp(to: successor)
      return true
    } catch {
      Host.report("merc: \(error)")
      return false
    }
  }

  /// One parser for every core beyond those that capture and sink keep busy.
  private var parsers: Int {
    options.pool.parsers ?? max(1, min(16, Host.cores - 1))
  }

  /// SIGHUP puts the archive at the same path in force again.
  private static func reloadOnHangup(_ path: String, in directory: RuntimeDirectory) async {
    var served = 0
    while (try? await Task.sleep(for: .milliseconds(50))) != nil {
      guard Interruption.hangups > served else { continue }
      served = Interruption.hangups
      await Task.detached {
        do throws(StageFailure) {
          let copy = try directory.copy(archive: path, for: "merc")
          let notice = try ResourcesRequest(at: directory.endpoint, in: try context()).load(copy)
          Host.report("merc: \(path), version \(notice.version), is in force")
        } catch {
          Host.report("merc: \(path): \(error)")
        }
      }.value
    }
  }

  private static func context() throws(StageFailure) -> SocketContext {
    do throws(TransportFailure) { return try SocketContext() } catch {
      throw StageFailure("merc: \(error)", status: 71)
    }
  }
}

/// What the supervisor is to know that no process tells: signals, time, and which sinks are at work.
private struct Outside {
  private let directory: RuntimeDirectory
  private let start = ContinuousClock.now
  private var unseen: Set<Int>
  private var interruptions = 0
  private var hangups = 0

  /// Looks for the primary sink, number 0, and so many secondary ones.
  init(_ directory: RuntimeDirectory, sinks: Int) {
    self.directory = directory
    unseen = Set(0...sinks)
  }

  /// What has happened since it was last asked.
  mutating func news() -> [Supervisor.Event] {
    var news: [Supervisor.Event] = [.time(ContinuousClock.now - start)]
    for number in unseen where directory.hasSink(number) {
      unseen.remove(number)
      news.append(.sinkSeen(number))
    }
    if Interruption.hangups > hangups {
      hangups = Interruption.hangups
      news.append(.hangup)
    }
    while Interruption.count > interruptions, let signal = Interruption.signalled {
      interruptions += 1
      news.append(.interrupted(signal))
    }
    return news
  }
}
