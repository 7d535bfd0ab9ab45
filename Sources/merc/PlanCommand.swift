import ArgumentParser
import Stage
import Transport
import Wire

/// `merc plan`: what a running pipeline does, and changes of that.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show or change what a running pipeline is to do.",
    subcommands: [Show.self, Set.self])

  /// `merc plan show`: the settings in force.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print the plan of a running pipeline.",
      discussion: """
        Prints the options that differ from their defaults, as lines of a configuration file: what \
        merc-capture was told, and what 'merc plan set' has changed since. Nothing is printed where \
        all options have their defaults.

          merc plan show
          merc plan show --connect ipc:///tmp/pipeline
        """)

    @OptionGroup(title: "Which pipeline")
    var which: PipelineChoice

    func run() throws {
      let context = try Stage.context(key: which.key)
      Interruption.install(interrupt: true)
      try Stage.run { () throws(StageFailure) in
        let capture = try which.capture(for: "merc plan show")
        let plan = try PlanRequest(to: capture, for: "merc plan show", in: context).show()
        print(plan.text, terminator: "")
      }
    }
  }

  /// `merc plan set`: other settings, from one packet on.
  struct Set: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Change the plan of a running pipeline, from one packet on.",
      discussion: """
        The options that are given replace those in force; all others stay. --metadata=0 takes back a \
        flag, --format= an option. The output is that of two runs, one by each plan, joined at the \
        packet that is told; messages which are spread over packets on both sides of it are not put \
        together. What sinks and analyzers were started for cannot change: --analysis, --report-os, \
        --minimize-ram, and where output goes.

          merc plan set --select tls,dns --metadata
          merc plan set --metadata=0 --sensor=
        """)

    @OptionGroup(title: "Which pipeline")
    var which: PipelineChoice

    @OptionGroup
    var switches: PlanSwitches

    /// The settings that get their defaults again, each as `name=`.
    var reset: [String] = []

    enum CodingKeys: CodingKey { case which, switches }

    /// Runs the command with arguments that may give options their defaults again.
    static func main(resetting arguments: [String]) {
      let reset = arguments.filter {
        $0.hasPrefix("--") && ($0.hasSuffix("=") || $0.hasSuffix("=0"))
      }
      do {
        var command = try parse(arguments.filter { !reset.contains($0) })
        command.reset = reset.map { String($0.dropFirst(2).prefix { $0 != "=" }) }
        try command.run()
      } catch {
        exit(withError: error)
      }
    }

    func run() throws {
      let unknown = reset.first { name in !Self.names.contains(name) }
      if let unknown { throw ValidationError("--\(unknown) is no option of the plan") }
      let changes = reset.map { "\($0)=" } + switches.statedSettings.map(\.line)
      if changes.isEmpty { throw ValidationError("nothing is to change: give an option") }
      let context = try Stage.context(key: which.key)
      Interruption.install(interrupt: true)
      try Stage.run { () throws(StageFailure) in
        let capture = try which.capture(for: "merc plan set")
        let answer = try PlanRequest(to: capture, for: "merc plan set", in: context)
          .change(changes.joined(separator: "\n"))
        Host.report(
          "merc plan set: in force from packet \(answer.firstPacket) on, as plan \(answer.generation)"
        )
      }
    }

    /// The long names of the options of the plan.
    private static var names: Swift.Set<String> {
      let described = try? CommandDescription(dump: _dumpHelp())
      return Swift.Set((described?.arguments ?? []).compactMap(\.longName))
        .subtracting(["connect", "pipeline", "key", "help"])
    }
  }
}

/// Asks a running pipeline about its plan.
struct PlanRequest: ~Copyable {
  private var control: ControlLink
  private let command: String
  /// The process that runs the pipeline, where that is known.
  private let pid: Int32?

  init(
    to capture: (endpoint: String, pid: Int32?), for command: String, in context: SocketContext
  ) throws(StageFailure) {
    self.command = command
    pid = capture.pid
    do throws(TransportFailure) {
      control = try ControlLink(
        connecting: capture.endpoint,
        as: Hello(stage: .observer, pid: Host.processID, window: 0, name: command),
        parent: nil, in: context)
    } catch {
      throw StageFailure("\(command): \(error)")
    }
  }

  /// The plan in force.
  ///
  /// - Throws: `StageFailure` if the pipeline ends or a signal comes before the plan is known.
  consuming func show() throws(StageFailure) -> RunPlan {
    defer { control.send(MessageHeader(.bye)) }
    while true {
      if case .roster(let roster) = try next(), let plan = roster.plans.newest { return plan }
    }
  }

  /// Changes settings, and waits until that is in force.
  ///
  /// - Throws: `StageFailure` if capture refuses, or the pipeline ends before.
  consuming func change(_ settings: String) throws(StageFailure) -> PlanNotice {
    defer { control.send(MessageHeader(.bye)) }
    while true {
      switch try next() {
      case .welcome:
        control.send(MessageHeader(.plan)) { PlanNotice(.change, text: settings).write(to: &$0) }
      case .plan(let notice) where notice.word == .inForce: return notice
      case .plan(let notice): throw StageFailure("\(command): \(notice.text)", status: 64)
      default: break
      }
    }
  }

  /// What capture says next.
  private mutating func next() throws(StageFailure) -> ControlLink.Event {
    var frame = Frame()
    while Interruption.signalled == nil {
      // Its capture may have gone before it could send `bye` to this process.
      if let pid, !Host.isAlive(pid) {
        throw StageFailure("\(command): the pipeline has ended", status: 69)
      }
      guard control.socket.receive(into: &frame) else {
        if poll([control.socket], milliseconds: 50) == 0 { try control.wait(.milliseconds(50)) }
        continue
      }
      let event = try control.take(frame.bytes)
      guard case .bye = event else { return event }
      throw StageFailure("\(command): the pipeline has ended", status: 69)
    }
    throw StageFailure("", status: 128 + (Interruption.signalled ?? 0))
  }
}
