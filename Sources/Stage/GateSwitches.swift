import ArgumentParser

/// What capture holds back: for `merc` and `merc-capture` alike.
package struct GateSwitches: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Hand every packet to the parsers, not only those that may become records: slower, the "
        + "same records."))
  package var noGate = false

  @Option(
    help: ArgumentHelp(
      "Where packets go that ended every parser that tried them, as pcap; made when the first "
        + "one is found.", valueName: "file"),
    completion: .file())
  package var quarantine = "quarantine.pcap"

  package init() {}
}
