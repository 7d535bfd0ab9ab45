import ArgumentParser
import Dissectors
import Stage
import Transport
import Wire

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

  @OptionGroup(title: "User of the capture")
  var privileges: PrivilegeSwitches

  @Option(
    help: ArgumentHelp(
      "Which of the captures that share the interface this is: 1, which the other stages connect "
        + "to, or another one up to --threads. Default: 1.", valueName: "n"))
  var member = 1

  @Option(
    help: ArgumentHelp(
      "Where member 1 is, its --bind, for the others.", valueName: "endpoint"),
    transform: Endpoint.read)
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
      valueName: "endpoint"), transform: Endpoint.read)
  var bind: String

  @Option(
    help: ArgumentHelp(
      "Where 'merc tap' reaches this process. Default: beside --bind, or any free "
        + "TCP port.",
      valueName: "endpoint"), transform: Endpoint.read)
  var tap: String?

  @OptionGroup var gate: GateSwitches

  /// What the whole run is to do; all other stages learn it from here.
  @OptionGroup
  var switches: PlanSwitches

  /// What sinks need beside records.
  struct Carried: ParsableArguments {
    @Flag(
      help: """
        Send packets along that gave a record or have a piece of a reassembled message: for sinks \
        with --write. With all-packets among the selected names, all packets are sent.
        """)
    var packets = false

    @Flag(help: "Note the names that devices give themselves, which sinks with --stats count.")
    var labels = false
  }

  @OptionGroup(title: "What travels for the sinks")
  var carried: Carried

  /// What each secondary sink that merc starts selects.
  @Option(help: .hidden)
  var sinkSelect: [String] = []

  /// The plan of the run.
  ///
  /// - Throws: `Selection.UnknownName` if it selects a name that no protocol or message has.
  func plan() throws(Selection.UnknownName) -> RunPlan {
    var plan = RunPlan(switches.statedSettings + carried.statedSettings)
    if !sinkSelect.isEmpty { plan.sinks = [""] + sinkSelect }
    return try plan.completed()
  }

  @Option(
    help: ArgumentHelp(
      "A key file made by 'merc keygen', the same for every process; without one, any process "
        + "that reaches a tcp:// endpoint can take part.", valueName: "file"))
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
