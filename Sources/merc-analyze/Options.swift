import ArgumentParser
import Stage

/// What merc-analyze is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Place in the pipeline")
  var link: LinkOptions
}
