import ArgumentParser
import Stage

/// `merc config show`: prints what is in force.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    _superCommandName: "merc",
    abstract: "Show what a configuration file and a command line come to.",
    subcommands: [Show.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      _superCommandName: "merc config",
      abstract: "Print every option's value that would be in force, as a configuration file.",
      discussion: """
        Takes what merc itself takes, and runs nothing. Options that are not set stand behind a #, \
        with their default where they have one, so that the output is a file to begin with.

          merc config show > merc.cfg
          merc config show --config merc.cfg --select tls

        In a file, an option is its long name, with =VALUE if it takes one: select=tls,http or \
        metadata. metadata=0 is as good as no line. A line that begins with # is a comment. What is \
        on the command line counts more than what is in the file; --metadata=0 takes back a \
        metadata of the file. A name or value that is wrong is an error which tells the line.
        """)

    @OptionGroup var options: Options

    func validate() throws { _ = try options.selection() }
  }

  /// What `show` prints.
  static func listing(_ settings: Settings, of command: CommandDescription) -> String {
    var text = ""
    for section in command.sections {
      let parameters = section.parameters.filter(ConfigurationFile.holds)
      if parameters.isEmpty { continue }
      text += "\(text.isEmpty ? "" : "\n")# \(section.title ?? "More")\n"
      for parameter in parameters { text += lines(parameter, settings, command) }
    }
    return text
  }

  private static func lines(
    _ parameter: CommandDescription.Parameter, _ settings: Settings, _ command: CommandDescription
  ) -> String {
    let name = parameter.longName ?? ""
    let values = settings.values(of: parameter, in: command)
    if values.isEmpty {
      return parameter.kind == .flag ? "#\(name)\n" : "#\(name)=\(parameter.defaultValue ?? "")\n"
    }
    var text = ""
    for (value, origin) in values {
      switch origin {
      case .commandLine: text += "# from the command line:\n"
      case .file(let line): text += "# from \(settings.file?.path ?? ""), line \(line):\n"
      }
      text += value.map { "\(name)=\($0)\n" } ?? "\(name)\n"
    }
    return text
  }
}
