import ArgumentParser
import Dissectors

struct DocsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "docs",
    _superCommandName: "merc",
    abstract: "Print documentation that is computed from the program.",
    subcommands: [Protocols.self, Manual.self])

  struct Protocols: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every protocol merc knows, as a Markdown table.")

    func run() { print(ProtocolTable.markdown) }
  }

  struct Manual: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print merc's manual page, for man(1).",
      discussion: """
        The programs of the stages have theirs by what they say of themselves.

          merc docs manual > merc.1
          merc-parse --experimental-dump-help | merc docs manual --stage > merc-parse.1
        """)

    @Flag(help: "Of the program that is described on standard input.")
    var stage = false

    func run() throws {
      var dump = Main._dumpHelp()
      if stage {
        dump = ""
        while let line = readLine(strippingNewline: false) { dump += line }
      }
      let program: CommandDescription
      do { program = try CommandDescription(dump: dump) } catch {
        throw ValidationError("standard input does not describe a program: \(error)")
      }
      let stages = ["merc-capture", "merc-parse", "merc-analyze", "merc-sink"]
      print(ManualPage(of: program, seeAlso: ["merc"] + stages).text, terminator: "")
    }
  }
}
