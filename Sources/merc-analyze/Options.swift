import ArgumentParser
import Stage

/// What merc-analyze is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Classification")
  var analysis: AnalysisSwitches

  @Flag(help: "Leave out the addresses that processes were seen to talk to, and IPv6 networks.")
  var minimizeRam = false

  @OptionGroup(title: "Place in the pipeline")
  var link: LinkOptions

  /// For all but the first of those that `merc` starts, which says the same.
  @Flag(help: .hidden)
  var quiet = false
}
