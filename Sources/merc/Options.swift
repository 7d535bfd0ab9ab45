import ArgumentParser
import Stage

/// What merc is told.
struct Options: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Read a capture file: pcap in either byte order, micro- or nanoseconds, or pcapng. "
        + "Default: standard input.",
      valueName: "file"))
  var read: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Write the JSON lines here. Default: standard output.", valueName: "file"))
  var fingerprint: String?

  @OptionGroup(title: "Records")
  var records: RecordSwitches

  @Option(
    help: ArgumentHelp(
      "How many parsers share the work. The output is the same for any number. "
        + "Default: what this machine has cores for.",
      valueName: "n"))
  var parsers: Int?

  @Option(
    help: ArgumentHelp("How many analyzers stand between parsers and sink.", valueName: "n"))
  var analyzers = 0

  @Flag(help: "Hand every packet to the parsers, not only those that may become records.")
  var noGate = false

  @Option(
    help: ArgumentHelp("Where packets go that ended two parsers each.", valueName: "file"))
  var quarantine = "quarantine.pcap"

  @Flag(name: .shortAndLong, help: "Print the account of every packet at the end.")
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
