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
      "How many captures share the interface, both directions of a flow at the same one: 1 to 64, "
        + "or cpu for one on each. The kernel drops less with more, where there are cores for them. "
        + "Default: 1. A file has one reader.", valueName: "n"))
  package var threads: Sharing?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "How much of the machine's memory may hold packets that wait to be read, 0 to 1, for all "
        + "captures together. Default: 0.1, of which a ring gets at most 512 MB.",
      valueName: "fraction"))
  package var buffer: Double?

  @Option(
    help: ArgumentHelp("How many bytes of each packet are kept. Default: 65535.", valueName: "n"))
  package var snaplen: Int?

  @Flag(help: "See only packets from and to this machine.")
  package var noPromiscuous = false

  package init() {}

  /// Checks values and combinations before anything is opened.
  ///
  /// - Throws: `ValidationError` if a value is out of range, or an option of live capture stands without
  ///   `--capture`.
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

  /// How many captures there are; one that reads a file is alone.
  package var captures: Int { capture == nil ? 1 : threads?.count ?? 1 }

  /// How large each capture's ring is to be, in bytes.
  package var ringSize: Int {
    let share = Double(Host.memory) * (buffer ?? 0.1) * 0.8 / Double(captures)
    return max(1 << 20, min(512 << 20, Int(share)))
  }

  /// How many share an interface.
  package struct Sharing: ExpressibleByArgument, LosslessStringConvertible, Sendable {
    let count: Int
    package var description: String { "\(count)" }
    package init?(_ description: String) { self.init(argument: description) }

    package init?(argument: String) {
      let count = argument == "cpu" ? min(Host.cores, 64) : Int(argument) ?? 0
      guard (1...64).contains(count) else { return nil }
      self.count = count
    }
  }
}
