import Transport
import Wire

/// The sockets of a process that has joined the pipeline, and what it says of itself.
package struct Member: ~Copyable {
  package let me: Hello
  /// The link to capture.
  package var control: ControlLink
  /// A parser's links to further captures.
  package var captures: CaptureLinks
  private let capture: String
  /// Where parts come from when it is not from capture itself.
  private var inlet: Inlet?
  package var tap: Tap

  /// How many bytes of parts a parser or analyzer takes in advance.
  package static var workerWindow: UInt64 { 2 << 20 }

  /// Binds this process's own endpoints and connects to capture.
  ///
  /// - Throws: `StageFailure` if an endpoint cannot be bound, or ZeroMQ does not take that of capture.
  package init(
    stage: StageKind, window: UInt64, keepsState: Bool = false, policy: Policy? = nil,
    options: LinkOptions, stating stated: [RunPlan.Setting] = [], _ context: SocketContext
  ) throws(StageFailure) {
    let pid = Host.processID
    let kind = stage == .secondarySink ? StageKind.sink : stage
    var me = Hello(
      stage: stage, pid: pid, window: window, name: "\(kind.name)-\(Host.processName)")
    me.keepsState = keepsState
    me.policy = policy
    do throws(TransportFailure) {
      let tap = try Tap(
        binding: options.tap ?? options.endpoint(for: me.name, "tap"), in: context)
      me.tap = tap.socket.boundEndpoint
      var inlet: Inlet?
      if stage != .parse {
        let opened = try Inlet(
          binding: options.bind ?? options.endpoint(for: me.name, "data"), as: me, in: context)
        me.data = opened.endpoint
        inlet = opened
      }
      control = try ControlLink(
        connecting: options.connect, as: me, parent: options.parent, stating: stated, in: context)
      captures = CaptureLinks(as: me, parent: options.parent, in: context)
      capture = options.connect
      self.inlet = inlet
      self.tap = tap
      self.me = me
    } catch {
      throw StageFailure("merc-\(kind.name): \(error)")
    }
  }

  /// Waits until capture has said what the plan of the run is; `nil` when the run is over before that.
  ///
  /// - Throws: `StageFailure` if the plan contradicts the stated settings, capture has gone, or a signal
  ///   came.
  package mutating func awaitPlan() throws(StageFailure) -> PlansInForce? {
    var frame = Frame()
    while control.roster.plans.newest == nil {
      if let signal = Interruption.signalled { throw StageFailure("", status: 128 + signal) }
      guard control.socket.receive(into: &frame) else {
        if poll([control.socket], milliseconds: 50) == 0 { try control.wait(.milliseconds(50)) }
        continue
      }
      if case .bye = try control.take(frame.bytes) { return nil }
    }
    return control.roster.plans
  }

  /// What to wait for.
  package var sockets: [Socket] {
    guard let inlet, !inlet.awaitsPlan else { return socketsBesideInlet }
    return socketsBesideInlet + [inlet.socket]
  }

  /// What to wait for while no parts are wanted.
  package var socketsBesideInlet: [Socket] { [control.socket, tap.socket] + captures.sockets }

  /// Whether it has an inlet, and all peers that ever came have sent `bye`.
  package var isDeserted: Bool { inlet?.isDeserted == true }

  package var servesOthers: Bool { inlet != nil }

  /// The next part from the stage before, left in `frame`.
  package mutating func receive(into frame: inout Frame) -> (peer: PeerID, part: PartHeader)? {
    inlet?.receive(into: &frame, by: control.roster.plans)
  }

  /// Connects to the captures that capture's roster names, where packets are what is taken.
  ///
  /// - Throws: `StageFailure` if ZeroMQ does not take a capture's endpoint.
  package mutating func followCaptures() throws(StageFailure) {
    if me.stage == .parse { try captures.follow(control.roster, from: capture) }
  }

  /// Acknowledges a part to its sender, which is capture if no peer is named.
  package mutating func acknowledge(
    _ ack: Acknowledgement, flags: MessageHeader.Flags = [], to peer: PeerID? = nil
  ) {
    if let peer {
      inlet?.acknowledge(ack, flags: flags, to: peer)
    } else {
      let header = MessageHeader(.ack, flags: flags, epoch: ack.name.epoch)
      if captures.send(header, aboutRun: ack.name.epoch, { ack.write(to: &$0) }) { return }
      control.send(header) { ack.write(to: &$0) }
    }
  }

  /// Tells the processes that send parts here that nothing new can be taken.
  package mutating func retire() {
    if let inlet { return inlet.retire() }
    control.send(MessageHeader(.bye))
    captures.retire()
  }

  /// Leaves the roster, when no peer is served any more.
  ///
  /// Before that, the peers that were served would take this process for dead.
  package mutating func leaveRoster() {
    if servesOthers { control.send(MessageHeader(.bye)) }
  }
}
