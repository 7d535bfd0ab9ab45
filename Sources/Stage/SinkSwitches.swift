import ArgumentParser
import Wire

/// Where lines are written: for `merc` and `merc-sink` alike.
package struct LineSwitches: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write the JSON lines to this file, which is emptied first. Default: standard output.",
      valueName: "file"),
    completion: .file())
  package var fingerprint: String?

  package init() {}

  /// The same switch on another program's command line.
  package var arguments: [String] { fingerprint.map { ["--fingerprint", $0] } ?? [] }
}

/// What a sink writes, and where: for merc-sink, and for each further sink of `merc`.
package struct SinkSwitches: ParsableArguments {
  @Option(
    name: [.short, .customLong("select")],
    help: ArgumentHelp(
      "Of the records that the parsers make, write only those of these messages, and their packets; "
        + "with all-packets, all packets that there are. Default: everything.",
      valueName: "names"))
  package var select: String?

  @OptionGroup
  package var lines: LineSwitches

  @OptionGroup
  package var packets: PacketSwitches

  @OptionGroup(title: "A new file every so often")
  package var rotation: RotationSwitches

  @OptionGroup(title: "Statistics")
  package var statistics: StatisticsSwitches

  package init() {}

  package var fingerprint: String? { lines.fingerprint }

  package func validate() throws {
    try packets.check(besides: fingerprint)
    try rotation.check(files: [fingerprint, packets.write])
  }

  /// The same switches, but for `--select`, on another program's command line.
  package var arguments: [String] {
    lines.arguments + packets.arguments + rotation.arguments + statistics.arguments
  }
}

extension Policy: ExpressibleByArgument {
  package init?(argument: String) {
    switch argument {
    case "wait": self = .wait
    case "drop": self = .drop
    default: return nil
    }
  }

  package static var allValueStrings: [String] { ["wait", "drop"] }
  package var defaultValueDescription: String { "\(self)" }
}
