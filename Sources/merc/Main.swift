import ArgumentParser
import Dissectors
import Stage
import Transport

@main struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc",
    abstract: "One JSON record per interesting packet: metadata and fingerprints.",
    discussion: """
      Reads a capture and prints, per packet that opens a conversation or says something about \
      who is talking, one line of JSON: what the protocol says of itself, fingerprints of client \
      and server, addresses and time.

        merc -r web.pcap                       all protocols
        merc -r web.pcap -s tls,http           only these
        zcat day.pcap.gz | merc --metadata     everything said, from standard input
        merc -r web.pcap -f web.json -v        to a file, with an account
        merc -r web.pcap -a                    with the process that most likely sent it
        merc -c eth0 -a -f now.json            what an interface sees, until Ctrl-C
        merc -r web.pcap -s tls -w tls.pcap    the packets, not what they say
        merc -c eth0 -s all-packets -w a.pcap  all of them, as a plain recorder

      The work is shared by processes of its own: merc-capture, merc-parse, merc-sink. While they \
      run, 'merc tap' shows what flows between them. -s without a value means all protocols.

      Exit status:
        0        all went well, or whoever read the output wanted no more of it
        1        the capture cannot be read, or is cut off: the records before that are written
        64       the command line is wrong
        69, 71   a stage is missing, or cannot be started
        70       a stage was killed that cannot be replaced; the output is not complete
        73, 74   the output cannot be created; it cannot be written to its end
        130, 143 interrupted (Ctrl-C, SIGTERM): what was read by then is written; a live capture \
                 ends that way, with status 0
      """,
    version: Release.version,
    subcommands: [
      TapCommand.self, LearnCommand.self, ResourcesCommand.self, ClassifyCommand.self,
      ReclassifyCommand.self, KeygenCommand.self, DocsCommand.self,
    ])

  @OptionGroup var options: Options

  static func main() async {
    let arguments = completingValues(Array(CommandLine.arguments.dropFirst()))
    // Parsed by themselves, or merc's own --select would take the one that is tap's.
    if arguments.first == LearnCommand.configuration.commandName {
      return await LearnCommand.main(Array(arguments.dropFirst()))
    }
    for command in configuration.subcommands
    where command.configuration.commandName == arguments.first {
      return command.main(Array(arguments.dropFirst()))
    }
    do {
      var command = try parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      exit(withError: error)
    }
  }

  mutating func run() async throws {
    let selection: Selection
    do { selection = try Selection(parsing: options.records.select) } catch {
      throw ValidationError("\(error)")
    }
    try choosePackets(selection)
    for warning in selection.warnings { Surroundings.report("merc: \(warning)") }
    if options.read == nil, options.live.capture == nil, Surroundings.inputIsTerminal {
      throw ValidationError(
        "no capture: name one with -r, or give one on standard input (merc < web.pcap)")
    }
    Interruption.install(interrupt: true, hangup: .caught)
    let status: Int32
    do throws(StageFailure) {
      status = try await Pipeline(options).run()
    } catch {
      Surroundings.report("merc: \(error)")
      throw ExitCode(error.status)
    }
    if status != 0 { throw ExitCode(status) }
  }

  /// Makes sure that packets have somewhere to go, and reads none where only they are wanted.
  private mutating func choosePackets(_ selection: Selection) throws {
    if selection.keepsAllPackets, options.packets.write == nil {
      throw ValidationError("all-packets says which packets are written: give --write too")
    }
    if options.packets.write == "-", Surroundings.outputIsTerminal {
      throw ValidationError("a capture is nothing for a terminal: give --write a file, or a pipe")
    }
    if selection.namesNoProtocols, !options.printsRecords, options.statistics.stats == nil {
      options.records.choice.selections = [Selection.packetsWithoutRecords]
    }
  }
}
