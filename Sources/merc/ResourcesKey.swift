import ArgumentParser
import Classifier
import Stage

/// The key of encrypted archives, for the commands that look into them.
struct ResourcesKey: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The key of an encrypted archive: a file of 32 hexadecimal digits, or of 16 bytes.",
      valueName: "file"))
  var resourcesKey: String?

  /// The key's bytes; none for plain archives.
  func bytes() throws(ArchiveFailure) -> [UInt8] {
    guard let resourcesKey else { return [] }
    return try LoadOptions.key(in: resourcesKey)
  }

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
