import ArgumentParser
import Stage
import Wire

/// What merc-parse is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Place in the pipeline")
  var link: LinkOptions

  @OptionGroup
  var records: RecordSwitches

  @Flag(
    help: """
      Send packets along that gave a record or have a piece of a reassembled message: for a sink \
      with --write. With all-packets among the selected names, all packets are sent.
      """)
  var packets = false

  @Flag(
    help: "Note the names that devices give themselves, which merc-sink --stats counts.")
  var labels = false

  /// For the tests of what happens when a packet ends a parser.
  @Option(help: .hidden)
  var poison: String?
}
