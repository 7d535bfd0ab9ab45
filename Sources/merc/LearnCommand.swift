import ArgumentParser
import Bytes
import FoundationEssentials
import Learn
import Output
import Stage
import Subprocess
import SystemPackage
import Transport
import Wire

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
        sudo merc learn --tap --store learnt.sqlite         from a merc that is running
        merc -c eth0 --metadata | merc learn -r - -f labelled.json
        merc resources build -o my.tgz learnt.sqlite

      With -c, options about records are those of the merc that it starts; --metadata is always on, \
      as user agents are learnt too. --tap takes what the parsers of a pipeline make, as \
      'merc tap parse' does; what it is too slow for is missed, and told on standard error.

      Records must come as the traffic does: a socket's owner is known for a minute. Without \
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

  @Flag(help: "Take the records of a pipeline that is running, from its parsers.")
  var tap = false

  @OptionGroup(title: "Which pipeline, with --tap")
  var which: PipelineChoice

  @OptionGroup
  var records: RecordSwitches

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
    guard [capture != nil, read != nil, tap].count(where: { $0 }) == 1 else {
      throw ValidationError(
        "say where records come from: -c INTERFACE, -r FILE (- for a pipe), or --tap")
    }
    if !tap, which.isAnyGiven {
      throw ValidationError("--connect, --pipeline and --key are about --tap: give that too")
    }
    if capture == nil, !records.statedSettings.isEmpty {
      throw ValidationError("options about records are for -c: others make them elsewhere")
    }
    if let duration, duration <= 0 { throw ValidationError("--duration takes seconds over 0") }
  }

  func run() async throws {
    Interruption.install(interrupt: true)
    do throws(StageFailure) { try await learn() } catch {
      if !error.description.isEmpty { Host.report("\(error)") }
      throw ExitCode(error.status)
    }
  }

  private func learn() async throws(StageFailure) {
    do {
      if let capture {
        try await learn(fromInterface: capture)
      } else if tap {
        try learnFromTap()
      } else {
        var lines =
          read == "-" ? LineSource(descriptor: 0) : try LineSource(path: read ?? "")
        var session = try LearnSession(self)
        try session.label(&lines) { false }
        try session.finish()
      }
    } catch let failure as StageFailure {
      throw failure
    } catch {
      throw StageFailure("merc learn: \(error)")
    }
  }

  /// Runs merc on an interface and labels what it writes.
  private func learn(fromInterface interface: String) async throws {
    let (reading, writing) = try FileDescriptor.pipe()
    guard let me = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { throw StageFailure("merc learn: cannot find merc itself: /proc is not there") }
    var plan = RunPlan(records.statedSettings)
    plan.set(RunPlan.Setting("metadata"))
    let arguments = ["-c", interface] + plan.settings.map(\.argument)
    var platform = PlatformOptions()
    platform.processGroupID = 0
    platform.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(5))]
    let configuration = Configuration(
      executable: .path(FilePath(me)), arguments: Arguments(arguments + user),
      platformOptions: platform)
    let result = try await Subprocess.run(
      configuration, input: .none,
      output: .fileDescriptor(writing, closeAfterSpawningProcess: true),
      error: .currentStandardError
    ) { execution in
      let id = execution.processIdentifier.value
      try await Task.detached {
        defer { try? reading.close() }
        var lines = LineSource(descriptor: reading.rawValue)
        var session = try LearnSession(self)
        try session.label(&lines) {
          Host.terminate(id)
          return true
        }
        try session.finish()
      }.value
    }
    switch result.terminationStatus {
    case .exited(0): break
    case .exited(let status): throw StageFailure("", status: status)
    case .signaled(let signal):
      throw StageFailure("merc learn: merc was ended by signal \(signal)", status: 70)
    }
  }

  /// The user that merc becomes: root stays root here, to find the owners of sockets, but need not be root there.
  private var user: [String] {
    let isRootItself = Host.userID == 0 && (try? Account(after: nil)) == nil
    return isRootItself ? ["--user", "nobody"] : []
  }

  /// Labels the records of a pipeline that another merc runs.
  private func learnFromTap() throws {
    let context = try Stage.context(key: which.key)
    let capture = try which.capture(for: "merc learn")
    var listener = try TapListener(
      .parse, at: capture.endpoint, of: capture.pid, for: "merc learn", in: context)
    var session = try LearnSession(self)
    try listener.run { message, _ throws(StageFailure) in
      try session.label(records: message)
    } pause: { () throws(StageFailure) in
      try session.tend(isIdle: true)
      return !session.isOver
    }
    try session.finish()
  }
}
