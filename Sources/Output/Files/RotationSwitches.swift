import ArgumentParser

/// When output goes on in another file.
package struct RotationSwitches: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write this many records to each file.",
      discussion: """
        Files are named after the one that is given, its number from 0 on in hexadecimal and the time \
        it was begun, as in web.json-0-20250131120000. While it is written, a file has a name of its \
        own, .web.json-….part: what has its right name is complete. SIGHUP begins a new one early. \
        May be combined with --output-time.
        """, valueName: "records"))
  package var limit: UInt64?

  @Option(
    help: ArgumentHelp(
      "Write to each file for so long; one that nothing comes for is not made.",
      valueName: "seconds"))
  package var outputTime: UInt32?

  package init() {}

  /// Checks that limits are above 0.
  ///
  /// - Throws: `ValidationError` for the first that is not.
  package func validate() throws {
    for (name, value) in [("--limit", limit), ("--output-time", outputTime.map(UInt64.init))]
    where value == 0 {
      throw ValidationError("\(name) takes a number of 1 or more")
    }
  }

  /// Makes sure that there is a file to rotate, and none of them is standard output.
  ///
  /// - Throws: `ValidationError` if there is none, or one is standard output.
  package func check(files given: [String]) throws {
    guard limit != nil || outputTime != nil else { return }
    guard !given.isEmpty, !given.contains("-") else {
      throw ValidationError(
        "--limit and --output-time divide output into files, which standard output cannot be: "
          + "name one with --fingerprint")
    }
  }

  package var rotation: Rotation {
    Rotation(records: limit, time: outputTime.map { .seconds($0) })
  }
}
