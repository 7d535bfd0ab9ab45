import Foundation
import Stage
import Subprocess
import Synchronization
import Transport
import Wire

/// The processes of one run: started, watched, replaced when a pool's member dies, and ended.
final class Crew: Sendable {
  /// How a process came to its end.
  struct End: Sendable {
    let stage: StageKind
    let status: TerminationStatus
  }

  private let programs: String
  private let running = Mutex<[Int32: StageKind]>([:])

  init() throws(StageFailure) {
    // The stages stand beside this program.
    guard let me = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      let slash = me.lastIndex(of: "/")
    else { throw StageFailure("cannot find the programs of the stages: /proc is not there") }
    programs = String(me[..<slash])
    for stage in [StageKind.capture, .parse, .analyze, .sink]
    where !FileManager.default.isExecutableFile(atPath: "\(programs)/merc-\(stage.name)") {
      throw StageFailure("merc-\(stage.name) is missing beside \(me)", status: 69)
    }
  }

  /// Runs one process to its end. Capture reads our standard input, the sink writes our output.
  func run(_ stage: StageKind, _ arguments: [String]) async -> End {
    let program = FilePath("\(programs)/merc-\(stage.name)")
    let configuration = Configuration(
      .path(program),
      arguments: Arguments(arguments + ["--parent", "\(Surroundings.processID)"]))
    let none = TerminationStatus.exited(71)
    do {
      let status =
        switch stage {
        case .capture:
          try await Subprocess.run(
            configuration, input: .currentStandardInput, output: .discarded,
            error: .currentStandardError) { self.note($0.processIdentifier, stage) }
            .terminationStatus
        case .sink:
          try await Subprocess.run(
            configuration, input: .none, output: .currentStandardOutput,
            error: .currentStandardError) { self.note($0.processIdentifier, stage) }
            .terminationStatus
        default:
          try await Subprocess.run(
            configuration, input: .none, output: .discarded, error: .currentStandardError
          ) { self.note($0.processIdentifier, stage) }
            .terminationStatus
        }
      return End(stage: stage, status: status)
    } catch {
      Surroundings.report("merc: cannot start merc-\(stage.name): \(error)")
      return End(stage: stage, status: none)
    }
  }

  private func note(_ process: ProcessIdentifier, _ stage: StageKind) {
    running.withLock { $0[process.value] = stage }
  }

  /// Sends a signal to the processes of a stage, or to all.
  func signal(_ signal: Int32, _ stage: StageKind? = nil) {
    let processes = running.withLock { $0 }
    for (process, kind) in processes where stage == nil || kind == stage {
      Surroundings.signal(signal, to: process)
    }
  }

  /// A process has ended: its number may soon be somebody else's.
  func forget(_ process: Int32) { running.withLock { _ = $0.removeValue(forKey: process) } }
}
