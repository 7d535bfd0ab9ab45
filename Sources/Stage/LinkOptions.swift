import ArgumentParser
import Transport
import Wire

/// How a stage takes its place in the pipeline: options that parse, analyze and sink share.
package struct LinkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where merc-capture is: ipc://PATH on this host, tcp://HOST:PORT from another.",
      valueName: "endpoint"))
  package var connect: String

  @Option(
    help: ArgumentHelp(
      "Where this process is reached by the others. Default: beside capture's endpoint, or any TCP port.",
      valueName: "endpoint"))
  package var bind: String?

  @Option(
    help: ArgumentHelp("Where 'merc tap' reaches this process. Default: as --bind.",
      valueName: "endpoint"))
  package var tap: String?

  @Option(
    help: ArgumentHelp(
      "A key file made by 'merc keygen'; guards tcp:// endpoints.", valueName: "file"))
  package var key: String?

  @Option(help: .hidden)
  package var parent: UInt32?

  package init() {}

  /// Where a process of this name is bound when nothing is said: next to what it connects to.
  package func endpoint(for name: String, _ use: String) -> String {
    connect.hasPrefix("ipc://") ? "\(connect)-\(name).\(use)" : "tcp://*:*"
  }
}

/// The sockets of a process that has joined the pipeline, and what it says of itself.
struct Member: ~Copyable {
  let me: Hello
  /// The line to capture.
  var control: ControlLine
  /// Where parts come from when it is not from capture itself.
  var inlet: Inlet?
  var tap: Tap

  init(
    stage: StageKind, window: UInt64, keepsState: Bool, options: LinkOptions, _ context: Context
  ) throws(StageFailure) {
    let pid = Surroundings.processID
    var me = Hello(stage: stage, pid: pid, window: window, name: "\(stage.name)-\(pid)")
    me.keepsState = keepsState
    do throws(TransportFailure) {
      let tap = try Tap(
        binding: options.tap ?? options.endpoint(for: me.name, "tap"), in: context)
      me.tap = tap.socket.boundEndpoint
      var inlet: Inlet?
      if stage != .parse {
        let opened = try Inlet(
          binding: options.bind ?? options.endpoint(for: me.name, "data"), as: me, in: context)
        me.data = opened.endpoint
        inlet = consume opened
      }
      control = try ControlLine(
        connecting: options.connect, as: me, parent: options.parent, in: context)
      self.inlet = inlet
      self.tap = tap
      self.me = me
    } catch {
      throw StageFailure("merc-\(stage.name): \(error)")
    }
  }
}
