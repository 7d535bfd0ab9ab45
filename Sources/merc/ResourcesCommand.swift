import ArgumentParser

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
}
