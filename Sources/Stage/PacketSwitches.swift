import ArgumentParser

/// Where packets are written: for `merc` and `merc-sink` alike.
package struct PacketSwitches: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write packets to this file, as pcap: those that gave a record, or have a piece of a message "
        + "that was put together. - is standard output.",
      discussion: """
        Link type, lengths and unit of time are the input's. With --select=all-packets, all packets \
        are written. Without --fingerprint, no JSON is printed.
        """, valueName: "file"))
  package var write: String?

  package init() {}

  /// Makes sure that nobody else, who writes to `fingerprint`, is given standard output.
  package func check(besides fingerprint: String?) throws {
    if write == "-", fingerprint == "-" {
      throw ValidationError(
        "--write and --fingerprint cannot both go to standard output; name a file for one")
    }
  }

  /// The same switch on another program's command line.
  package var arguments: [String] { write.map { ["--write", $0] } ?? [] }
}
