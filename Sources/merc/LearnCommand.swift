import ArgumentParser
import Bytes
import FoundationEssentials
import Learn
import Output
import Stage
import Subprocess
import SystemPackage
import Transport

/// `merc learn`: labels records with the process that sent them, and counts what was learnt.
struct LearnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    _superCommandName: "merc",
    abstract: "Watch this machine's traffic and note which process sends what.",
    discussion: """
      Finds for each record the process of this machine that has the socket which the message came \
      from, and writes the record with that beside it, as ground_truth; or counts it in a store, of \
      which 'merc resources build' makes an archive.

        sudo merc learn -c eth0 --store learnt.sqlite       until Ctrl-C
        merc -c eth0 --metadata | merc learn -r - -f labelled.json
        merc resources build -o my.tgz learnt.sqlite

      Records must come as the traffic does: whose socket it was can be told for a minute. Without \
      root, only processes of the same user are seen; and only those of the same network namespace. \
      Records of other machines' messages have no label, and are left out unless --include-unknown.
      """)

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Capture from this interface; any is all of them.", valueName: "interface"))
  var capture: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Take records that merc writes meanwhile, one JSON object a line; - is standard input.",
      valueName: "file"))
  var read: String?

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp(
      "Write the labelled records to this file, which is emptied first. Default: standard output, "
        + "unless there is a store.", valueName: "file"))
  var fingerprint: String?

  @Option(
    help: ArgumentHelp(
      "Count what was learnt in this SQLite file, which is made, or added to.", valueName: "file"))
  var store: String?

  @Option(help: ArgumentHelp("End after so many seconds.", valueName: "seconds"))
  var duration: Double?

  @Option(help: ArgumentHelp("End after so many records.", valueName: "n"))
  var limit: UInt64?

  @Flag(help: "Write also records whose process is not known.")
  var includeUnknown = false

  @Flag(
    name: .shortAndLong, help: "Print what became of every record, on standard error at the end.")
  var verbose = false

  func validate() throws {
    guard (capture == nil) != (read == nil) else {
      throw ValidationError("say where records come from: -c INTERFACE, or -r FILE (- for a pipe)")
    }
    if let duration, duration <= 0 { throw ValidationError("--duration takes seconds over 0") }
  }

  func run() async throws {
    Interruption.install(interrupt: true)
    do throws(StageFailure) { try await learn() } catch {
      if !error.description.isEmpty { Surroundings.report("merc learn: \(error)") }
      throw ExitCode(error.status)
    }
  }

  private func learn() async throws(StageFailure) {
    do {
      if let capture {
        try await learn(fromInterface: capture)
      } else {
        var lines =
          read == "-" ? LineSource(descriptor: 0) : try LineSource(path: read ?? "")
        try label(&lines) { false }
      }
    } catch let failure as StageFailure {
      throw failure
    } catch {
      throw StageFailure("\(error)")
    }
  }

  /// Runs merc on an interface and labels what it writes.
  private func learn(fromInterface interface: String) async throws {
    let (reading, writing) = try FileDescriptor.pipe()
    guard let me = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { throw StageFailure("cannot find merc itself: /proc is not there") }
    var platform = PlatformOptions()
    platform.processGroupID = 0
    platform.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(5))]
    let configuration = Configuration(
      executable: .path(FilePath(me)),
      arguments: Arguments(["-c", interface, "--metadata"] + user),
      platformOptions: platform)
    let result = try await Subprocess.run(
      configuration, input: .none,
      output: .fileDescriptor(writing, closeAfterSpawningProcess: true),
      error: .currentStandardError
    ) { execution in
      let id = execution.processIdentifier.value
      try await Task.detached {
        var lines = LineSource(descriptor: reading.rawValue, ownsDescriptor: true)
        try label(&lines) {
          Surroundings.terminate(id)
          return true
        }
      }.value
    }
    switch result.terminationStatus {
    case .exited(0): break
    case .exited(let status): throw StageFailure("", status: status)
    case .signaled(let signal): throw StageFailure("merc was ended by signal \(signal)", status: 70)
    }
  }

  /// Whom merc is to become: root stays root here, to see whose sockets are, but need not be root there.
  private var user: [String] {
    let isRootItself = Surroundings.userID == 0 && (try? Account(after: nil)) == nil
    return isRootItself ? ["--user", "nobody"] : []
  }

  // MARK: Labelling

  /// Labels lines until they end, or until a signal, time or number ends it; `stop` tells the source,
  /// and says whether the rest is to be waited for.
  private func label(_ lines: inout LineSource, stop: () -> Bool) throws {
    let watcher = try Watcher()
    watcher.start()
    defer { watcher.stop() }
    var labeller = Labeller(keepsUnknown: includeUnknown) { watcher.sender(of: $0) }
    var output = try self.output()
    let counts = try store.map { try LearnCounts(LearnStore(path: $0)) }
    let end = duration.map { ContinuousClock.now + .seconds($0) }
    var isStopping = false
    var flushed = ContinuousClock.now
    reading: while true {
      let event = lines.next(milliseconds: labeller.isWaiting ? 5 : 20)
      let now = ContinuousClock.now
      switch event {
      case .line: labeller.take(lines.line, at: now)
      case .nothing: break
      case .end: break reading
      }
      labeller.retry(at: now)
      if event == .nothing || labeller.output.count > 1 << 16 {
        try emit(&labeller, &output, counts)
      }
      if now - flushed > .seconds(2) {
        flushed = now
        try counts?.store.flush()
      }
      let isOver =
        Interruption.signalled != nil || end.map { now >= $0 } == true
        || limit.map { labeller.account.records >= $0 } == true
      if isOver, !isStopping {
        isStopping = true
        if !stop() { break }
      }
    }
    labeller.retry(at: .now, all: true)
    try emit(&labeller, &output, counts)
    try counts?.store.flush()
    try output.close()
    if verbose { Surroundings.report(labeller.account.text) }
  }

  private func emit(
    _ labeller: inout Labeller, _ output: inout LearnOutput, _ counts: LearnCounts?
  ) throws {
    try counts?.add(labeller.output.bytes)
    try output.write(labeller.output.bytes)
    labeller.output.removeAll()
  }

  private func output() throws -> LearnOutput {
    if store != nil, fingerprint == nil { return LearnOutput(nil) }
    do throws(OutputFailure) { return LearnOutput(try OutputFile(path: fingerprint)) } catch {
      throw StageFailure("\(error)", status: 73)
    }
  }
}
