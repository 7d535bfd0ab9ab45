import ArgumentParser
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

  @Option(
    help: ArgumentHelp(
      "How many analyzers stand between parsers and sink. They pass records on unchanged: there "
        + "is no classifier yet.", valueName: "n"))
  var analyzers = 0

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

  /// For the tests of what happens when a packet ends a parser.
  @Option(help: .hidden)
  var poison: String?

  func validate() throws {
    if let parsers, !(1...256).contains(parsers) {
      throw ValidationError("--parsers takes a number from 1 to 256")
    }
    guard (0...256).contains(analyzers) else {
      throw ValidationError("--analyzers takes a number from 0 to 256")
    }
  }
}
