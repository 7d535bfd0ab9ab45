import Bytes
import Transport
import Wire

/// The run loop of a pool's member: parts in, the step, parts out, acknowledgements up.
///
/// What is acknowledged when, and when the worker leaves, is decided by `WorkerRole`.
package struct Worker<Work: Step & ~Copyable>: ~Copyable {
  private var step: Work
  private var member: Member
  private var outlet: Outlet
  private let output: MessageHeader.Kind
  private var role: WorkerRole<PeerID>
  private var counted = Tally()
  private var reports = Timetable(every: .milliseconds(250))
  private var hangups = 0

  /// Connects to the processes that the roster names; `isChild` is whether `merc` started this one.
  ///
  /// - Throws: `StageFailure` if ZeroMQ does not take an endpoint.
  package init(
    _ step: consuming Work, as member: consuming Member, isChild: Bool, context: SocketContext
  ) throws(StageFailure) {
    outlet = Outlet(as: member.me, in: context)
    role = WorkerRole(servesOthers: member.servesOthers, isChild: isChild)
    output = member.me.stage == .parse ? .records : .analyzed
    self.step = step
    self.member = member
    // Both may have come while the member waited for the plan of the run.
    if self.member.control.isWelcome { beWelcomed() }
    try followRoster()
  }

  private mutating func beWelcomed() {
    step.beWelcomed()
    tell(.welcome)
  }

  private mutating func followRoster() throws(StageFailure) {
    step.use(member.control.roster.plans)
    try outlet.follow(member.control.roster)
    try member.followCaptures()
  }

  /// Works until capture sends `bye`, or a signal asks to leave and every part that was taken is done.
  ///
  /// - Throws: `StageFailure` if capture has gone or refuses this process, or a signal ended the work before
  ///   all was done.
  package mutating func run() throws(StageFailure) {
    var frame = Frame()
    while role.exitStatus == nil { try serve(&frame) }
    if let status = role.exitStatus, status != 0 { throw StageFailure("", status: status) }
  }

  /// One turn: reads one message of each source, or waits when there is none.
  private mutating func serve(_ frame: inout Frame) throws(StageFailure) {
    try outlet.serve()
    for name in outlet.acknowledged {
      tell(.resultAcknowledged(name, lowWaterMark: step.lowWaterMark(of: name.epoch)))
    }
    if hangups != Interruption.hangups {
      hangups = Interruption.hangups
      step.reload()
    }
    for notice in step.takeNotices() {
      member.control.send(MessageHeader(.resources)) { notice.write(to: &$0) }
    }
    member.tap.updateSubscriptions()
    if reports.isDue(), member.tap.wants(.ledger) { report() }
    var isBusy = false
    // Links to further captures are read too when the first one sends much.
    if let event = try member.captures.hear(&frame) {
      switch event {
      case .part(let header): work(on: frame.bytes, header, from: nil)
      case .forget(let what, let epoch): forget(what, of: epoch)
      case .roster(let roster): step.use(roster.plans)
      case .nothing, .welcome, .resources, .plan, .bye: break
      }
      isBusy = true
    }
    if member.control.socket.receive(into: &frame) {
      switch try member.control.take(frame.bytes) {
      case .part(let header): work(on: frame.bytes, header, from: nil)
      case .forget(let what, let epoch): forget(what, of: epoch)
      case .roster: try followRoster()
      case .resources(let notice):
        if notice.word == .failed { Host.report("\(member.me.name): \(notice.failure)") }
        step.hear(notice)
      case .welcome: beWelcomed()
      case .bye(let failed): tell(.bye(failed: failed))
      case .nothing, .plan: break
      }
      return
    }
    if let (peer, header) = member.receive(into: &frame) {
      work(on: frame.bytes, header, from: peer)
      return
    }
    if isBusy { return }
    if let signal = Interruption.signalled {
      tell(.interrupted(signal, count: Interruption.count))
    }
    if role.exitStatus == nil {
      tell(
        .idle(
          isDrained: outlet.isDrained, isDeserted: member.isDeserted,
          areCapturesOver: member.captures.areOver))
    }
    if role.exitStatus == nil { try rest() }
  }

  /// Tells the role what has happened, and does what it says; `result` is what became of a part.
  private mutating func tell(_ event: WorkerRole<PeerID>.Event, result: HeldPart? = nil) {
    for action in role.take(event) {
      switch action {
      case .submit(let name): if let result { submit(result, name) }
      case .acknowledge(let ack, let flags, let peer):
        member.acknowledge(ack, flags: flags, to: peer)
      case .retire: member.retire()
      case .close: close()
      case .dropUnsent: dropUnsent()
      }
    }
  }

  /// Waits for something to do.
  private mutating func rest() throws(StageFailure) {
    let wait = 50
    if poll(member.sockets + outlet.sockets, milliseconds: wait) == 0 {
      try member.control.wait(.milliseconds(wait))
      try member.captures.wait(.milliseconds(wait))
    }
  }

  private mutating func work(on part: Span<UInt8>, _ header: PartHeader, from peer: PeerID?) {
    let result = outlet.blank()
    let before = step.lowWaterMark(of: header.name.epoch)
    do throws(MessageHeader.Refusal) {
      try step.process(part, into: &result.builder)
    } catch {
      // It was readable a moment ago; a step refuses nothing that has a good header.
      Host.report("\(member.me.name): a part could not be read: round \(header.name.round)")
    }
    let after = step.lowWaterMark(of: header.name.epoch)
    tell(
      .processed(header.name, header.message.flags, from: peer, before: before, after: after),
      result: result)
  }

  private mutating func submit(_ result: HeldPart, _ name: PartName) {
    if member.tap.wants(output) { result.builder.buffer.withBytes { member.tap.publish($0) } }
    counted.add(1, .packets, "parts")
    outlet.submit(result, name: name)
  }

  private mutating func forget(_ what: Forget, of epoch: UInt32) {
    step.forget(what, of: epoch)
    tell(.forgot(epoch: epoch, lowWaterMark: step.lowWaterMark(of: epoch)))
  }

  private mutating func close() {
    if member.tap.wants(.ledger) { report() }
    outlet.close()
    member.leaveRoster()
  }

  private mutating func dropUnsent() {
    if member.tap.wants(.ledger) { report() }
    for socket in outlet.sockets + member.captures.sockets + [member.control.socket] {
      socket.dropUnsent()
    }
  }

  private mutating func report() {
    member.tap.publish(
      LedgerReport(stage: member.me.stage, name: member.me.name, tally: counted))
  }
}
