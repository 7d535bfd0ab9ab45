import ArgumentParser
import Dissectors
import Output
import Stage
import Transport

struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc",
    abstract: "One JSON record per interesting packet: metadata and fingerprints.",
    discussion: """
      Reads a capture and prints, per packet that opens a conversation or identifies \
      a client or server, one line of JSON: what the protocol says of itself, fingerprints of client \
      and server, addresses and time.

        merc -r web.pcap                           all protocols
        merc -r web.pcap -s tls,http               only these
        zcat day.pcap.gz | merc --metadata         everything said, from standard input
        merc -r web.pcap -f web.json -v            to a file, with an account
        merc -r web.pcap -a                        with the process that probably sent it
        sudo merc -c eth0 -a -f now.json           what an interface sees, until Ctrl-C
        merc -r web.pcap -s tls -w tls.pcap        the packets, not what they say
        sudo merc -c eth0 -s all-packets -w a.pcap all of them, as a plain recorder
        merc --config merc.cfg                     with options from a file

      The work is shared by processes of its own: merc-capture, merc-parse, merc-sink. While they \
      run, 'merc tap' shows what flows between them. -s without a value means all protocols.

      Exit status:
        0         all went well, or the reader of the output wanted no more
        1         the capture cannot be read, or is cut off: what came before that is
                  written; an interface cannot be opened, or root not given up
        64        the command line, or the configuration file, is wrong
        69, 71    a stage is missing, or cannot be started
        70        a stage was killed that cannot be replaced: records are missing
        73, 74    the output cannot be created; it cannot be written to its end
        130, 143  interrupted (Ctrl-C, SIGTERM): what was read by then is written;
                  a live capture ends that way, with status 0
      """,
    version: Release.version,
    subcommands: [
      TapCommand.self, LearnCommand.self, ResourcesCommand.self, ClassifyCommand.self,
      ReclassifyCommand.self, KeygenCommand.self, ConfigCommand.self, DocsCommand.self,
      PlanCommand.self,
    ])

  @OptionGroup var options: Options

  @Flag(help: "Show the license.")
  var license = false

  static func start() async {
    let arguments = completingValues(Array(CommandLine.arguments.dropFirst()))
    // Parsed by themselves, or merc's own --select would take the one that is tap's.
    if arguments.first == LearnCommand.configuration.commandName {
      return await LearnCommand.main(Array(arguments.dropFirst()))
    }
    if arguments.starts(with: ["plan", "set"]) {
      return PlanCommand.Set.main(resetting: Array(arguments.dropFirst(2)))
    }
    if arguments.starts(with: ["config", "show"]) {
      return showConfiguration(arguments.dropFirst(2))
    }
    for command in configuration.subcommands
    where command.configuration.commandName == arguments.first {
      return command.main(Array(arguments.dropFirst()))
    }
    do {
      let settings = try Settings(arguments, of: CommandDescription(dump: _dumpHelp()))
      try settings.check(parsing: { _ = try parseAsRoot($0) }, message: message(for:))
      var command = try parseAsRoot(settings.arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      exit(withError: abbreviation(in: arguments) ?? error)
    }
  }

  /// What is told of a long option that is cut short, for which others have a name of their own.
  private static func abbreviation(in arguments: [String]) -> ValidationError? {
    let command = try? CommandDescription(dump: _dumpHelp())
    let names = (command?.arguments ?? []).compactMap(\.longName)
    for argument in arguments where argument.hasPrefix("--") {
      let name = argument.dropFirst(2).prefix { $0 != "=" }
      let meant = names.filter { !name.isEmpty && $0.hasPrefix(name) }
      if meant.isEmpty || meant.contains(String(name)) { continue }
      let list = meant.map { "--\($0)" }.joined(separator: ", ")
      return ValidationError("--\(name) is no option; write out what is meant: \(list)")
    }
    return nil
  }

  private static func showConfiguration(_ arguments: ArraySlice<String>) {
    typealias Show = ConfigCommand.Show
    do {
      let command = try CommandDescription(dump: Show._dumpHelp())
      let settings = try Settings(Array(arguments), of: command)
      try settings.check(parsing: { _ = try Show.parse($0) }, message: Show.message(for:))
      _ = try Show.parse(settings.arguments)
      print(ConfigCommand.listing(settings, of: command), terminator: "")
    } catch {
      Show.exit(withError: error)
    }
  }

  func validate() throws { _ = try options.selection() }

  mutating func run() async throws {
    if license { return print(Release.license) }
    let selection = try options.selection()
    let sinks = try options.furtherSinks()
    for warning in selection.warnings + sinks.flatMap(\.selection.warnings) {
      Host.report("merc: \(warning)")
    }
    if options.read == nil, options.live.capture == nil, Host.inputIsTerminal {
      throw ValidationError(
        "no capture: name one with -r, or give one on standard input (merc < web.pcap)")
    }
    if options.outputs.packets.destination == "-", Host.outputIsTerminal {
      throw ValidationError("a capture is nothing for a terminal: give --write a file, or a pipe")
    }
    if options.live.capture == nil, options.privileges.isAnyGiven {
      Host.report(
        "merc: --user and --directory are about live capture, and mean nothing to a file")
    }
    Interruption.install(interrupt: true, hangup: .caught)
    let status: Int32
    do throws(StageFailure) {
      status = try await Pipeline(options, selection, sinks).run()
    } catch {
      Host.report("\(error)")
      throw ExitCode(error.status)
    }
    if status != 0 { throw ExitCode(status) }
  }
}
