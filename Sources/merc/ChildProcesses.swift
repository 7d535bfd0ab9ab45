import FoundationEssentials
import Stage
import Subprocess
import Synchronization
import SystemPackage
import Transport
import Wire

/// The child processes of one run: starts them, signals them and waits for their ends.
final class ChildProcesses: Sendable {
  private let programs: String
  private let running = Mutex<[Int32: Supervisor.Process]>([:])
  /// How many processes of each stage have been started, or could not be.
  private let begun = Mutex<[StageKind: Int]>([:])

  init() throws(StageFailure) {
    // The stages stand beside this program.
    guard let me = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let slash = me.lastIndex(of: "/")
    else { throw StageFailure("merc: cannot find the programs of the stages: /proc is not there") }
    programs = String(me[..<slash])
    for stage in [StageKind.capture, .parse, .analyze, .sink]
    where !FileManager.default.isExecutableFile(atPath: "\(programs)/merc-\(stage.name)") {
      throw StageFailure("merc: merc-\(stage.name) is missing beside \(me)", status: 69)
    }
  }

  /// Runs one process to its end; one that cannot be started ends with status 71.
  ///
  /// Capture reads merc's standard input, sinks write merc's standard output.
  func run(_ process: Supervisor.Process, _ arguments: [String]) async -> Supervisor.Ending {
    let stage = process.stage
    var platform = PlatformOptions()
    // What timeout(1) or a terminal signals to merc's group is for merc alone to decide on: the stages
    // still have to let out what was read.
    platform.processGroupID = 0
    let program = "merc-\(stage == .secondarySink ? StageKind.sink.name : stage.name)"
    let configuration = Configuration(
      executable: .path(FilePath("\(programs)/\(program)")),
      arguments: Arguments(arguments + ["--parent", "\(Host.processID)"]),
      platformOptions: platform)
    do {
      switch stage {
      case .capture:
        return try await run(process, configuration, .currentStandardInput, .discarded)
      case .sink, .secondarySink:
        return try await run(process, configuration, .none, .currentStandardOutput)
      default: return try await run(process, configuration, .none, .discarded)
      }
    } catch {
      begin(stage)
      Host.report(
        "merc: cannot start \(program) as user \(Host.userID): \(error)")
      return .exited(71)
    }
  }

  private func run<Input: InputProtocol, Output: OutputProtocol>(
    _ process: Supervisor.Process, _ configuration: Configuration, _ input: Input, _ output: Output
  ) async throws -> Supervisor.Ending {
    let result = try await Subprocess.run(
      configuration, input: input, output: output, error: .currentStandardError
    ) { execution in
      self.note(execution.processIdentifier, process)
    }
    forget(result.processIdentifier.value)
    switch result.terminationStatus {
    case .exited(let code): return .exited(code)
    case .signaled(let signal): return .signalled(signal)
    }
  }

  private func note(_ identifier: ProcessIdentifier, _ process: Supervisor.Process) {
    running.withLock { $0[identifier.value] = process }
    begin(process.stage)
  }

  private func begin(_ stage: StageKind) { begun.withLock { $0[stage, default: 0] += 1 } }

  /// Waits until so many processes of a stage are on their way, or could not be started.
  func hasBegun(_ stage: StageKind, _ count: Int) async {
    while begun.withLock({ $0[stage, default: 0] }) < count {
      try? await Task.sleep(for: .milliseconds(1))
    }
  }

  func signal(_ signal: Supervisor.Signal, _ recipients: Supervisor.Recipients) {
    for (identifier, process) in running.withLock({ $0 }) where recipients.include(process) {
      send(signal.rawValue, to: identifier)
    }
  }

  /// Signals a process that may still be root's, though it is about to become this user's.
  private func send(_ signal: Int32, to process: Int32) {
    let isThere = running.withLock { $0[process] != nil }
    guard isThere, !Host.signal(signal, to: process) else { return }
    Task {
      try? await Task.sleep(for: .milliseconds(5))
      send(signal, to: process)
    }
  }

  /// A process has ended: its number may soon be that of another.
  private func forget(_ process: Int32) { running.withLock { _ = $0.removeValue(forKey: process) } }
}
