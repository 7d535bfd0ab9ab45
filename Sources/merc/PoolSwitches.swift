import ArgumentParser
import Stage

/// How the work is shared, and what becomes of a packet that no parser survives.
struct PoolSwitches: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many parsers share the work, 1 to 256. The output is the same for any number. "
        + "Default: one less than there are cores, at least 1 and at most 16.",
      valueName: "n"))
  var parsers: Int?

  @Option(
    help: ArgumentHelp(
      "How many analyzers share the work of --analysis, 1 to 256, each with the archive in its "
        + "memory. The output is the same for any number. Default: 1.", valueName: "n"))
  var analyzers: Int?

  @OptionGroup var gate: GateSwitches

  func validate() throws {
    if let parsers, !(1...256).contains(parsers) {
      throw ValidationError("--parsers takes a number from 1 to 256")
    }
    if let analyzers, !(1...256).contains(analyzers) {
      throw ValidationError("--analyzers takes a number from 1 to 256")
    }
  }
}
