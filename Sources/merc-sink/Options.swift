import ArgumentParser
import Stage

/// What merc-sink is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Place in the pipeline")
  var link: LinkOptions

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp(
      "Where the JSON lines go. Default: standard output.", valueName: "file"))
  var fingerprint: String?

  @Flag(name: .shortAndLong, help: "Print the ledger on standard error at the end.")
  var verbose = false
}
