import ArgumentParser
import Stage

/// What merc-sink is told.
struct Options: ParsableArguments {
  @OptionGroup(title: "Place in the pipeline")
  var link: LinkOptions

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp(
      "Write the JSON lines to this file, which is emptied first. Default: standard output.",
      valueName: "file"))
  var fingerprint: String?

  @OptionGroup
  var packets: PacketSwitches

  @OptionGroup(title: "A new file every so often")
  var rotation: RotationSwitches

  @OptionGroup(title: "Statistics")
  var statistics: StatisticsSwitches

  @Flag(
    help: """
      Tell of hosts that pass on TLS client hellos from outside as their own; parsers need the same \
      switch.
      """)
  var networkBehavioralDetections = false

  @Flag(help: "Say once a second how much comes in, and is lost, on standard error.")
  var rates = false

  @Flag(
    name: .shortAndLong, help: "Print what became of every packet, on standard error at the end.")
  var verbose = false

  func validate() throws {
    try packets.check(besides: fingerprint)
    try rotation.check(files: [fingerprint, packets.write])
  }
}
