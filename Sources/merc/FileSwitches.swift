import ArgumentParser
import Stage

/// What merc reads.
struct FileSwitches: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Read a capture file: pcap in either byte order, micro- or nanoseconds, or pcapng. "
        + "Default, and -: standard input.",
      valueName: "file"),
    completion: .file())
  var read: String?

  @OptionGroup var repeats: RepeatSwitches
}
