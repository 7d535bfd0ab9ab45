import ArgumentParser
import Dissectors
import Stage
import Transport
import Wire

/// `merc tap`: shows what flows through a stage of a pipeline that is running.
struct TapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tap",
    _superCommandName: "merc",
    abstract: "Show what flows through a stage of a running pipeline.",
    discussion: """
      Listens to all processes of a stage, those that join later too, from now until the pipeline \
      ends or Ctrl-C. Nothing is slowed by it: a reader that is too slow misses some, and is told on \
      standard error how much.

        merc tap parse                         records, as they leave the parsers
        merc tap parse -s tls,dns              only records of these protocols
        merc tap capture -s http --format pcap > http.pcap
        merc tap ledger                        what each process has counted, a line a report

      capture   packets that were passed on to the parsers (merc --no-gate passes all on)
      parse     records, in the order they are made; the sink puts them in that of the packets
      analyze   the same after merc-analyze
      ledger    the counts of every process, a few times a second

      --select with capture keeps the packets that would give a record if merc were told to \
      select these names; with parse and analyze, the records of these messages.

      Without --connect and --pipeline, it is the one pipeline that this user's merc is running.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, cbor, pcap
  }

  enum Point: String, ExpressibleByArgument, CaseIterable {
    case capture, parse, analyze, ledger
  }

  @Argument(help: "What to listen to: capture, parse, analyze or ledger.")
  var point: Point

  @OptionGroup(title: "Which pipeline")
  var which: PipelineChoice

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Show only what belongs to these protocols.", valueName: "names"))
  var select = "all"

  @Option(
    help: """
      json: a line each. cbor: a sequence of CBOR maps (RFC 8742). pcap: a capture file, of \
      packets only.
      """)
  var format = Format.json

  func validate() throws {
    if format == .pcap, point != .capture {
      throw ValidationError(
        "--format pcap is for packets: 'merc tap capture'; \(point.rawValue) has json and cbor")
    }
  }

  func run() throws {
    let selection: Selection
    do { selection = try Selection(parsing: select) } catch { throw ValidationError("\(error)") }
    if selection.keepsAllPackets {
      throw ValidationError(
        "all-packets is for 'merc --write'; without --select, 'merc tap capture' shows all packets "
          + "that there are")
    }
    for warning in selection.warnings { Host.report("merc: \(warning)") }
    let context = try Stage.context(key: which.key)
    Interruption.install(interrupt: true)
    try Stage.run { () throws(StageFailure) in
      var printer = TapPrinter(format, selection)
      let capture = try which.capture(for: "merc tap")
      var listener = try TapListener(
        point, at: capture.endpoint, of: capture.pid, for: "merc tap", in: context)
      try listener.run { message, header throws(StageFailure) in
        try printer.show(message, header)
      } pause: { () throws(StageFailure) in
        try printer.flush()
        return true
      }
      try printer.end()
    }
  }
}
