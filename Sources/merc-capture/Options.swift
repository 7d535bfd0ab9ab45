import ArgumentParser
import Stage

/// What merc-capture is told.
struct Options: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The capture to read: pcap in either byte order, micro- or nanoseconds, or pcapng; - is "
        + "standard input.", valueName: "file"))
  var read: String?

  @OptionGroup var repeats: RepeatSwitches

  @OptionGroup(title: "Live capture")
  var live: LiveSwitches

  @OptionGroup(title: "Who captures")
  var privileges: PrivilegeSwitches

  @Option(
    help: ArgumentHelp(
      "Where the other stages reach capture, their --connect: ipc://PATH on this host, "
        + "tcp://ADDRESS:PORT or tcp://*:PORT for others.",
      valueName: "endpoint"))
  var bind: String

  @Option(
    help: ArgumentHelp(
      "Where 'merc tap' reaches this process. Default: beside --bind, or any free "
        + "TCP port.",
      valueName: "endpoint"))
  var tap: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Forward only packets that may become records of these protocols: what the parsers "
        + "select, or more.", valueName: "names"))
  var select = "all"

  @Flag(
    help: "Forward every packet, not only those that may become records: slower, the same records.")
  var noGate = false

  @Flag(help: "Forward also what may continue a message that several segments make.")
  var reassembly = false

  @Flag(
    help: "Forward also the first payload of connections that no selected protocol is found in.")
  var nonselectedTcpData = false

  @Flag(help: "Forward also the first payload of UDP flows that no selected protocol is found in.")
  var nonselectedUdpData = false

  @Flag(help: "Send records through merc-analyze on their way to the sink, and wait for one.")
  var analyze = false

  @Option(
    help: ArgumentHelp(
      "Where packets go that ended every parser that tried them, as pcap; made when the first "
        + "one is found.", valueName: "file"))
  var quarantine = "quarantine.pcap"

  @Option(
    help: ArgumentHelp(
      "A key file made by 'merc keygen', the same for every process; without one, whoever "
        + "reaches a tcp:// endpoint can take part.", valueName: "file"))
  var key: String?

  @Option(help: .hidden)
  var parent: UInt32?

  func validate() throws {
    try repeats.check(reading: read, isLive: live.capture != nil)
  }
}
