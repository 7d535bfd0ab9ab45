import ArgumentParser
import Dissectors

struct DocsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "docs",
    _superCommandName: "merc",
    abstract: "Print documentation that is computed from the program.",
    subcommands: [Protocols.self])

  struct Protocols: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every protocol merc knows, as a Markdown table.")

    func run() { print(ProtocolTable.markdown) }
  }
}
