import Dissectors
import Stage
import Transport
import Wire

/// The command lines of the stages.
extension Pipeline {
  func arguments(of stage: StageKind) -> [String] {
    let connect = ["--connect", directory.line]
    switch stage {
    case .capture:
      return ["--select=\(lineSelection.list)"] + options.crew.gate.arguments
        + (options.live.capture == nil
          ? ["--read", options.read ?? "-"] + options.files.repeats.arguments
          : options.live.arguments + options.privileges.arguments)
        + (options.records.choice.reassembly ? ["--reassembly"] : [])
        + (options.records.choice.nonselectedTcpData ? ["--nonselected-tcp-data"] : [])
        + (options.records.choice.nonselectedUdpData ? ["--nonselected-udp-data"] : [])
        + (options.analysis ? ["--analyze"] : [])
        + (options.verbose ? ["--verbose"] : [])
    case .parse:
      let writesPackets = ([options.packets] + sinks.map(\.switches.packets))
        .contains { $0.write != nil }
      let counts = ([options.statistics] + sinks.map(\.switches.statistics))
        .contains { $0.stats != nil }
      return connect + options.records.arguments(selecting: lineSelection.list)
        + (writesPackets ? ["--packets"] : []) + (counts ? ["--labels"] : [])
        + (options.poison.map { ["--poison", $0] } ?? [])
    case .sink:
      let choice = options.records.choice
      let withNonselected = choice.nonselectedTcpData || choice.nonselectedUdpData
      return connect + ["--tap", directory.tap(ofSink: 0)]
        + (sinks.isEmpty
          ? []
          : [
            "--followers", "\(sinks.count)",
            "--select=\(selection.sinkList(withNonselected: withNonselected))",
          ])
        + options.files.lines.arguments + options.packets.arguments + options.rotation.arguments
        + options.statistics.arguments
        + (options.records.findings.networkBehavioralDetections
          ? ["--network-behavioral-detections"] : [])
        + (options.verbose ? ["--verbose"] : [])
        + (options.verbose && options.live.capture != nil ? ["--rates"] : [])
    default:
      return connect + options.classification.arguments(archive: archive?.copy ?? "")
        + (options.records.choice.minimizeRam ? ["--minimize-ram"] : [])
    }
  }

  /// The arguments of a further sink, counted from 1.
  func arguments(ofSink number: Int) -> [String] {
    ["--connect", directory.line, "--tap", directory.tap(ofSink: number)]
      + sinks[number - 1].arguments + (options.verbose ? ["--verbose"] : [])
  }

  /// What any of the sinks writes.
  private var lineSelection: Selection {
    sinks.reduce(into: selection) { $0.formUnion($1.selection) }
  }

  /// What tells one of several captures from the others.
  func place(ofCapture member: Int) -> [String] {
    let others = options.live.captures > 1
    // Any number would do that no other program has in use.
    let group = 1 + Surroundings.processID % UInt32(UInt16.max)
    return ["--bind", directory.line(ofCapture: member)]
      + ["--tap", directory.tap(ofCapture: member), "--member", "\(member)"]
      + (others ? ["--group", "\(group)"] : [])
      + (member > 1 ? ["--join", directory.line] : [])
  }
}
