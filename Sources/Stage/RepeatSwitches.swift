import ArgumentParser

/// How often a file is read: for `merc` and `merc-capture` alike.
package struct RepeatSwitches: ParsableArguments {
  @Option(
    name: [.customShort("p"), .long],
    help: ArgumentHelp(
      "Read the file this many times, one after the other, and tell how fast that was. Default: 1.",
      valueName: "n"))
  package var loop: UInt32?

  package init() {}

  /// How often it is read.
  package var count: UInt32 { loop ?? 1 }

  /// Checks that only a file is read several times.
  ///
  /// - Throws: `ValidationError` if `--loop` is below 1, or above 1 for standard input or a live capture.
  package func check(reading file: String?, isLive: Bool) throws {
    guard let loop else { return }
    if loop < 1 { throw ValidationError("--loop takes a number from 1 on") }
    if loop > 1, isLive || file == nil || file == "-" {
      throw ValidationError("--loop reads a file several times: give --read a file too")
    }
  }
}
