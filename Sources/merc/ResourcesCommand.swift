import ArgumentParser

/// `merc resources`: what is done with resource archives.
struct ResourcesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resources",
    abstract: "Make, look into and change the archives that connections are classified by.",
    subcommands: [ResourcesLoadCommand.self])
}
