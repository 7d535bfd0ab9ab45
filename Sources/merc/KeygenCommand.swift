import ArgumentParser
import FoundationEssentials
import Stage
import Transport

struct KeygenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keygen",
    _superCommandName: "merc",
    abstract: "Make the key file that guards a pipeline's tcp:// endpoints.",
    discussion: """
      Copy the file to every host that takes part and give it to every stage with --key. Any process \
      that has the file may take part and look on; traffic between hosts is encrypted (CurveZMQ).
      """)

  @Argument(help: ArgumentHelp("The file to make; it must not exist.", valueName: "file"))
  var path: String

  func run() throws {
    let keys = try CurveKeys.generate()
    guard !FileManager.default.fileExists(atPath: path),
      FileManager.default.createFile(
        atPath: path, contents: Data(keys.text.utf8), attributes: [.posixPermissions: 0o600])
    else {
      Host.report("merc keygen: \(path) exists already or cannot be made")
      throw ExitCode(73)
    }
  }
}
