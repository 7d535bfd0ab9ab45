import ArgumentParser
import Stage
import Wire

/// What merc-analyze is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Classification")
  var archive: ArchiveSwitches

  @OptionGroup(title: "Place in the pipeline")
  var link: LinkOptions

  /// merc-capture tells the analyzer all of this; what is given here has to agree.
  @OptionGroup
  var plan: PlanSwitches

  /// For all but the first of those that `merc` starts, which says the same.
  @Flag(help: .hidden)
  var quiet = false
}
