import ArgumentParser
import Stage
import Wire

/// What merc-parse is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Place in the pipeline")
  var link: LinkOptions

  @OptionGroup
  var records: RecordSwitches

  /// For the tests of what happens when a packet ends a parser.
  @Option(help: .hidden)
  var poison: String?
}
