import Dissectors
import Output
import Stage
import Transport
import Wire

/// The command lines of the stages: where each is, and its resources.
extension Pipeline {
  /// The plan of the run is stated to capture alone.
  func arguments(of stage: StageKind) -> [String] {
    let connect = ["--connect", directory.endpoint]
    switch stage {
    case .capture:
      return planArguments + options.pool.gate.statedSettings.map(\.argument)
        + (options.live.capture == nil
          ? ["--read", options.read ?? "-"] + options.files.repeats.statedSettings.map(\.argument)
          : (options.live.statedSettings + options.privileges.statedSettings).map(\.argument))
        + (options.verbose ? ["--verbose"] : [])
    case .parse: return connect + (options.poison.map { ["--poison", $0] } ?? [])
    case .sink:
      return connect + ["--tap", directory.tap(ofSink: 0)]
        + (sinks.isEmpty ? [] : ["--secondary-sinks", "\(sinks.count)"])
        + options.outputs.statedSettings.map(\.argument)
        + (options.verbose ? ["--verbose"] : [])
        + (options.verbose && options.live.capture != nil ? ["--rates"] : [])
    default: return connect + options.archive.arguments(archive: archive?.copy ?? "")
    }
  }

  /// The plan of the run, as merc-capture's arguments.
  private var planArguments: [String] {
    var plan = options.plan.plan
    plan.set(RunPlan.Setting("select", selection.list))
    for setting in options.allOutputs.flatMap(\.carried) { plan.set(setting) }
    return plan.settings.map(\.argument)
      + sinks.map { "--sink-select=\($0.selection.sinkList())" }
  }

  /// The arguments of a secondary sink, counted from 1.
  func arguments(ofSink number: Int) -> [String] {
    [
      "--connect", directory.endpoint, "--tap", directory.tap(ofSink: number), "--number",
      "\(number)",
    ]
      + sinks[number - 1].arguments + (options.verbose ? ["--verbose"] : [])
  }

  /// What tells one of several captures from the others.
  func place(ofCapture member: Int) -> [String] {
    let others = options.live.captures > 1
    // Any number would do that no other program has in use.
    let group = 1 + Host.processID % UInt32(UInt16.max)
    return ["--bind", directory.endpoint(ofCapture: member)]
      + ["--tap", directory.tap(ofCapture: member), "--member", "\(member)"]
      + (others ? ["--group", "\(group)"] : [])
      + (member > 1 ? ["--join", directory.endpoint] : [])
  }
}
