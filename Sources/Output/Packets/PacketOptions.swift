import ArgumentParser
import Files
import Wire

/// Where packets are written.
package struct PacketOptions: OutputOptions {
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

  package var destination: String? { write }

  /// Opens the capture file, where one is asked for.
  ///
  /// - Throws: `FileFailure` if it cannot be created.
  package func open(_ site: OutputSite) throws(FileFailure) -> (any Output)? {
    guard let write else { return nil }
    return PacketOutput(to: try site.series(write))
  }

  package var carried: [RunPlan.Setting] { [RunPlan.Setting("packets")] }

  package func complaint(about plan: RunPlan) -> String? {
    plan.carriesPackets
      ? nil
      : "--write needs packets, which this run does not send along: give merc-capture --packets"
  }

  package var wantsRecords: Bool { false }
}
