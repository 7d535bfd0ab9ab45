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
}
