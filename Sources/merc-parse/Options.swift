import ArgumentParser
import Stage

/// What merc-parse is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Place in the pipeline")
  var link: LinkOptions

  /// merc-capture tells the parser all of this; what is given here has to agree.
  @OptionGroup
  var plan: PlanSwitches

  /// For the tests of what happens when a packet ends a parser.
  @Option(help: .hidden)
  var poison: String?
}
