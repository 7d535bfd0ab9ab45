import ArgumentParser
import Output
import Stage
import Wire

/// What merc-sink is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Place in the pipeline")
  var link: LinkOptions

  @Option(
    name: [.short, .customLong("select")],
    help: ArgumentHelp(
      "Of the records that the parsers make, write only those of these messages, and their packets; "
        + "with all-packets, all packets that there are. Default: everything.",
      valueName: "names"))
  var select: String?

  @OptionGroup
  var outputs: OutputSwitches

  /// Its place among several.
  struct Several: ParsableArguments {
    @Option(
      help: ArgumentHelp(
        "Be a secondary sink, to which the primary one passes all records on. With wait, the pipeline waits when "
          + "this sink is slow, and ends if it dies; with drop, what it has no room for is left out, and "
          + "counted, and the pipeline goes on without it.",
        valueName: "policy"))
    var policy: Policy?

    @Option(
      help: ArgumentHelp(
        "Print nothing before so many secondary sinks are there. One that comes later gets the records from "
          + "then on.", valueName: "n"))
    var secondarySinks = 0
  }

  /// The number of this sink among those that merc starts; the plan of the run has its selection.
  @Option(help: .hidden)
  var number = 0

  @OptionGroup(title: "Several sinks")
  var several: Several

  @Flag(help: "Say once a second how much comes in, and is lost, on standard error.")
  var rates = false

  @Flag(
    name: .shortAndLong, help: "Print what became of every packet, on standard error at the end.")
  var verbose = false

  var policy: Policy? { several.policy }
  var secondarySinks: Int { several.secondarySinks }

  func validate() throws {
    if secondarySinks < 0 { throw ValidationError("--secondary-sinks takes a number of 0 or more") }
    if policy != nil, secondarySinks > 0 {
      throw ValidationError(
        "--secondary-sinks is for the primary sink, --policy makes this a secondary one")
    }
  }

  var isSecondary: Bool { policy != nil }

  /// Where it writes to, for messages.
  var place: String {
    let place = outputs.destinations(isSecondary: isSecondary).first
    return place.map { $0 == "-" ? "standard output" : $0 } ?? "standard output"
  }
}
