import FoundationEssentials
import Stage
import Subprocess
import Synchronization
import SystemPackage
import Transport
import Wire

/// The processes of one run: started, watched, replaced when a pool's member dies, and ended.
final class Crew: Sendable {
  /// How a process came to its end.
  struct End: Sendable {
    let stage: StageKind
    /// Which of the further sinks it was.
    let number: Int
    let status: TerminationStatus
  }

  /// What a process that runs is.
  private struct Member {
    let stage: StageKind
    let number: Int
  }

  private let programs: String
  private let running = Mutex<[Int32: Member]>([:])
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

  /// Runs one process to its end.
  ///
  /// Capture reads our standard input, sinks write our output.
  func run(_ stage: StageKind, number: Int = 0, _ arguments: [String]) async -> End {
    var platform = PlatformOptions()
    // What timeout(1) or a terminal signals to our group is for us alone to decide on: the stages
    // still have to let out what was read.
    platform.processGroupID = 0
    let member = Member(stage: stage, number: number)
    let program = "merc-\(stage == .follower ? StageKind.sink.name : stage.name)"
    let configuration = Configuration(
      executable: .path(FilePath("\(programs)/\(program)")),
      arguments: Arguments(arguments + ["--parent", "\(Surroundings.processID)"]),
      platformOptions: platform)
    do {
      switch stage {
      case .capture:
        return try await run(member, configuration, .currentStandardInput, .discarded)
      case .sink, .follower:
        return try await run(member, configuration, .none, .currentStandardOutput)
      default: return try await run(member, configuration, .none, .discarded)
      }
    } catch {
      begin(stage)
      Surroundings.report(
        "merc: cannot start \(program) as user \(Surroundings.userID): \(error)")
      return End(stage: stage, number: number, status: .exited(71))
    }
  }

  private func run<Input: InputProtocol, Output: OutputProtocol>(
    _ member: Member, _ configuration: Configuration, _ input: Input, _ output: Output
  ) async throws -> End {
    let result = try await Subprocess.run(
      configuration, input: input, output: output, error: .currentStandardError
    ) { execution in
      self.note(execution.processIdentifier, member)
    }
    forget(result.processIdentifier.value)
    return End(stage: member.stage, number: member.number, status: result.terminationStatus)
  }

  private func note(_ process: ProcessIdentifier, _ member: Member) {
    running.withLock { $0[process.value] = member }
    begin(member.stage)
  }

  private func begin(_ stage: StageKind) { begun.withLock { $0[stage, default: 0] += 1 } }

  /// Waits until so many processes of a stage are on their way, or could not be started.
  func hasBegun(_ stage: StageKind, _ count: Int) async {
    while begun.withLock({ $0[stage, default: 0] }) < count {
      try? await Task.sleep(for: .milliseconds(1))
    }
  }

  /// Sends a signal to the processes of a stage, or the one of this number, or to all.
  func signal(_ signal: Int32, _ stage: StageKind? = nil, number: Int? = nil) {
    let processes = running.withLock { $0 }
    for (process, member) in processes
    where (stage ?? member.stage) == member.stage && (number ?? member.number) == member.number {
      send(signal, to: process)
    }
  }

  /// Signals a process that may still be root's, though it is about to become our own.
  private func send(_ signal: Int32, to process: Int32) {
    let isThere = running.withLock { $0[process] != nil }
    guard isThere, !Surroundings.signal(signal, to: process) else { return }
    Task {
      try? await Task.sleep(for: .milliseconds(5))
      send(signal, to: process)
    }
  }

  /// A process has ended: its number may soon be somebody else's.
  private func forget(_ process: Int32) { running.withLock { _ = $0.removeValue(forKey: process) } }
}
