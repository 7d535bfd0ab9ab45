import ArgumentParser

/// What mercury's command line has and merc's has not: taken without effect, or refused with a reason.
struct MercurySwitches: ParsableArguments {
  /// Output files are emptied with it and without it, here as there.
  @Flag(name: .customShort("o"), help: .hidden)
  var overwrites = false

  @Option(help: .hidden)
  var httpHeaders: String?

  @Option(help: .hidden)
  var httpBodyMax: String?

  @Option(help: .hidden)
  var threshold: String?

  @Option(name: .customShort("m"), help: .hidden)
  var mode: String?

  func validate() throws {
    if httpHeaders != nil || httpBodyMax != nil {
      throw ValidationError(
        "--http-headers and --http-body-max change no record, in mercury neither; leave them out. "
          + "--metadata reports all headers that merc knows of")
    }
    if threshold != nil {
      throw ValidationError("--threshold was a hidden name of --limit; give that")
    }
    if mode != nil {
      throw ValidationError("-m has no meaning, and mercury refuses it too; leave it out")
    }
  }
}
