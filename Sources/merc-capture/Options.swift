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
      "Which of the captures that share the interface this is: 1, which the other stages connect "
        + "to, or another one up to --threads. Default: 1.", valueName: "n"))
  var member = 1

  @Option(
    help: ArgumentHelp(
      "Where member 1 is, its --bind, for the others.", valueName: "endpoint"))
  var join: String?

  @Option(
    help: ArgumentHelp(
      "A number that the captures of an interface have in common, and no other program's (the "
        + "kernel's PACKET_FANOUT group), 1 to 65535.", valueName: "n"))
  var group: UInt16?

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

  @OptionGroup var gate: GateSwitches

  @Flag(help: "Forward also what may continue a message that several segments make.")
  var reassembly = false

  @Flag(
    help: "Forward also the first payload of connections that no selected protocol is found in.")
  var nonselectedTcpData = false

  @Flag(help: "Forward also the first payload of UDP flows that no selected protocol is found in.")
  var nonselectedUdpData = false

  var readsNonselected: Bool { nonselectedTcpData || nonselectedUdpData }

  @Flag(help: "Send records through merc-analyze on their way to the sink, and wait for one.")
  var analyze = false

  @Option(
    help: ArgumentHelp(
      "A key file made by 'merc keygen', the same for every process; without one, whoever "
        + "reaches a tcp:// endpoint can take part.", valueName: "file"))
  var key: String?

  @Flag(
    name: .shortAndLong, help: "Say when packets are captured, on standard error.")
  var verbose = false

  @Option(help: .hidden)
  var parent: UInt32?

  func validate() throws {
    guard (1...live.captures).contains(member) else {
      throw ValidationError("--member takes a number from 1 to \(live.captures), of --threads")
    }
    if (member > 1) != (join != nil) {
      throw ValidationError("--join says where member 1 is, to all members but that")
    }
    if live.captures > 1, group == nil || group == 0 {
      throw ValidationError(
        "captures that share an interface need a number in common: give all the same --group")
    }
    try repeats.check(reading: read, isLive: live.capture != nil)
  }

  /// Where this capture's own quarantined packets go: `quarantine-2.pcap` for the second one's.
  var ownQuarantine: String {
    let quarantine = gate.quarantine
    guard member > 1 else { return quarantine }
    let name = quarantine.lastIndex(of: "/").map { quarantine[$0...] } ?? quarantine[...]
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else {
      return "\(quarantine)-\(member)"
    }
    return "\(quarantine[..<dot])-\(member)\(quarantine[dot...])"
  }

  /// This capture's place among those that share the interface.
  var captures: Captures {
    var captures = Captures()
    captures.source = UInt32(member)
    captures.count = live.captures
    captures.first = join
    return captures
  }
}
