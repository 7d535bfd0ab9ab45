import ArgumentParser
import Dissectors
import Stage

/// What merc is told.
struct Options: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Read a capture file: pcap in either byte order, micro- or nanoseconds, or pcapng. "
        + "Default, and -: standard input.",
      valueName: "file"))
  var read: String?

  @OptionGroup(title: "Live capture")
  var live: LiveSwitches

  @OptionGroup(title: "Who captures")
  var privileges: PrivilegeSwitches

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write the JSON lines to this file, which is emptied first. Default: standard output.",
      valueName: "file"))
  var fingerprint: String?

  @OptionGroup
  var records: RecordSwitches

  @Option(
    help: ArgumentHelp(
      "How many parsers share the work, 1 to 256. The output is the same for any number. "
        + "Default: one less than there are cores, at least 1 and at most 16.",
      valueName: "n"))
  var parsers: Int?

  @Flag(
    name: [.customShort("a"), .long],
    help: ArgumentHelp(
      "Tell which process most likely sent a message that has a fingerprint of a client, and what "
        + "is suspicious about it."))
  var analysis = false

  @OptionGroup(title: "Which process sent it, with --analysis")
  var classification: AnalysisSwitches

  @Option(
    help: ArgumentHelp(
      "How many analyzers share that work, 1 to 256, each with the archive in its memory. The output "
        + "is the same for any number. Default: 1.", valueName: "n"))
  var analyzers: Int?

  @Flag(
    help: ArgumentHelp(
      "Hand every packet to the parsers, not only those that may become records: slower, the "
        + "same records."))
  var noGate = false

  @Option(
    help: ArgumentHelp(
      "Where packets go that ended every parser that tried them, as pcap; made when the first "
        + "one is found.", valueName: "file"))
  var quarantine = "quarantine.pcap"

  @Flag(
    name: .shortAndLong, help: "Print what became of every packet, on standard error at the end.")
  var verbose = false

  /// Read before all others, by `Settings`.
  @Option(
    help: ArgumentHelp(
      "Take options from this file too, one a line: name=value. What is given here counts more; "
        + "'merc config show' prints what is in force.", valueName: "file"),
    completion: .file())
  var config: String?

  /// For the tests of what happens when a packet ends a parser.
  @Option(help: .hidden)
  var poison: String?

  func validate() throws {
    if read != nil, live.capture != nil {
      throw ValidationError("--read and --capture both say where packets come from; give one")
    }
    if let parsers, !(1...256).contains(parsers) {
      throw ValidationError("--parsers takes a number from 1 to 256")
    }
    if let analyzers, !(1...256).contains(analyzers) {
      throw ValidationError("--analyzers takes a number from 1 to 256")
    }
    if !analysis, analyzers != nil || classification.isAnyGiven {
      throw ValidationError(
        "--resources, --resources-key, --report-os, --explain, --resources-version and --analyzers "
          + "are about --analysis: give that too")
    }
  }

  /// The protocols that records are wanted of.
  func selection() throws -> Selection {
    do { return try Selection(parsing: records.select) } catch { throw ValidationError("\(error)") }
  }
}
