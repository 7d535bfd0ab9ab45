import Foundation
import Support
import Testing

/// The programs as a user runs them: real processes, one test at a time.
@Suite(.tags(.process), .serialized) struct PipelineTests {}

/// One test's surroundings: a runtime directory of its own, which must be empty in the end.
struct Scene {
  let directory: ScratchDirectory
  let environment: [String: String]

  init() throws {
    directory = try ScratchDirectory()
    environment = ["XDG_RUNTIME_DIR": directory.path]
  }

  var quarantine: String { directory.path + "/quarantine.pcap" }

  /// Starts merc.
  func merc(
    _ arguments: [String], input: Program.Input = .none, output: FileHandle? = nil
  ) throws -> Program {
    try Program(
      "merc", arguments + ["--quarantine", quarantine], input: input, output: output,
      environment: environment)
  }

  /// Runs merc to its end.
  func run(
    _ arguments: [String], input: Program.Input = .none, output: FileHandle? = nil,
    seconds: Double = 60
  ) throws -> Program.Result {
    try merc(arguments, input: input, output: output).wait(seconds: seconds)
  }

  /// Whether all processes of runs here are gone in time, and their endpoints too.
  func isLeftClean(within seconds: Double = 2) -> Bool {
    eventually(within: seconds) {
      ProcessTable.mentioning(directory.path).isEmpty && endpoints.isEmpty
    }
  }

  /// What lies under the runtime directory of running pipelines.
  var endpoints: [String] { directory.contents.filter { $0.hasPrefix("merc/") } }
}

/// The sample often enough for things to happen while merc reads it, and what is to come of it.
enum Large {
  static let copies = 400

  private static let made = Result {
    let file = try Sample.repeated(copies)
    file.removeAtExit()
    return (file: file, output: try InProcess.run(file.path).output)
  }

  private static let analyzed = Result {
    try InProcess.run(path, archive: TestArchive.usual.get().load()).output
  }

  /// With the analysis of the usual archive.
  static var analyzedOutput: Data { get throws { try analyzed.get() } }

  static var path: String { get throws { try made.get().file.path } }
  static var output: Data { get throws { try made.get().output } }
}

extension Program.Result {
  /// Whether the output is whole lines, each a JSON object.
  var isWellFormed: Bool {
    guard lines.last == "" else { return false }
    return lines.dropLast().allSatisfy {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8))) is [String: Any]
    }
  }
}
