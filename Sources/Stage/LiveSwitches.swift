import ArgumentParser
import Transport

/// How an interface is watched: for `merc` and `merc-capture` alike.
package struct LiveSwitches: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Capture from this interface until Ctrl-C or SIGTERM; any is all of them.",
      valueName: "interface"))
  package var capture: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "How much of the machine's memory may hold packets that wait to be read, 0 to 1. Default: "
        + "0.1, of which the ring gets at most 512 MB.", valueName: "fraction"))
  package var buffer: Double?

  @Option(
    help: ArgumentHelp("How many bytes of each packet are kept. Default: 65535.", valueName: "n"))
  package var snaplen: Int?

  @Flag(help: "See only packets from and to this machine.")
  package var noPromiscuous = false

  package init() {}

  package func validate() throws {
    if let buffer, !(0.0...1.0).contains(buffer) {
      throw ValidationError("--buffer takes a number from 0 to 1")
    }
    if let snaplen, !(64...262_144).contains(snaplen) {
      throw ValidationError("--snaplen takes a number from 64 to 262144")
    }
    if capture == nil, buffer != nil || snaplen != nil || noPromiscuous {
      throw ValidationError(
        "--buffer, --snaplen and --no-promiscuous are about live capture: give --capture too")
    }
  }

  /// How large the ring is to be, in bytes.
  package var ringSize: Int {
    let share = Double(Surroundings.memory) * (buffer ?? 0.1) * 0.8
    return max(1 << 20, min(512 << 20, Int(share)))
  }

  /// The same switches on another program's command line.
  package var arguments: [String] {
    guard let capture else { return [] }
    return ["--capture", capture] + (buffer.map { ["--buffer", "\($0)"] } ?? [])
      + (snaplen.map { ["--snaplen", "\($0)"] } ?? [])
      + (noPromiscuous ? ["--no-promiscuous"] : [])
  }
}
