import ArgumentParser
import Classifier
import Stage

/// `merc resources`: what is done with resource archives.
struct ResourcesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resources",
    _superCommandName: "merc",
    abstract: "Make, look into and change the archives that connections are classified by.",
    subcommands: [
      ResourcesBuildCommand.self, ResourcesDiffCommand.self, ResourcesExtractCommand.self,
      ResourcesListCommand.self, ResourcesLoadCommand.self, ResourcesMergeCommand.self,
      ResourcesVerifyCommand.self,
    ])

  /// Runs a command about the archive at `path`; what is wrong with it is one sentence.
  static func run(_ command: String, _ path: String, _ body: () throws -> Void) throws {
    try Stage.run { () throws(StageFailure) in
      do { try body() } catch let failure as StageFailure {
        throw failure
      } catch let failure as ArchiveFailure {
        throw StageFailure("merc resources \(command): \(path): \(failure)")
      } catch {
        throw StageFailure("merc resources \(command): \(error)")
      }
    }
  }
}
