import Bytes
import Transport
import Wire

/// The run loop of a pool's member: parts in, the step, parts out, acknowledgements up once the next
/// stage has taken the results over.
package struct Worker<Work: Step & ~Copyable>: ~Copyable {
  private var step: Work
  private var member: Member
  private var outlet: Outlet
  private let output: MessageHeader.Kind
  /// Whom to tell when a result is taken over, for parts that came through the inlet.
  private var senders: [PartName: PeerID] = [:]
  /// For parts whose results have not been taken over: the oldest round that was needed before them.
  private var floors: [PartName: UInt64] = [:]
  private var counted = Tally()
  private var reports = Timetable(every: .milliseconds(250))
  private var isLeaving = false
  private var hangups = 0
  /// Whether `merc` started it, which sends another when the last one of a stage has left.
  private let isChild: Bool
  /// Capture has said goodbye.
  private var isDismissed = false

  package init(
    _ step: consuming Work, as member: consuming Member, isChild: Bool, context: SocketContext
  ) throws(StageFailure) {
    outlet = Outlet(as: member.me, in: context)
    self.isChild = isChild
    output = member.me.stage == .parse ? .records : .analyzed
    self.step = step
    self.member = member
    if self.member.control.isWelcome { self.step.beWelcomed() }
    try followRoster()
  }

  private mutating func followRoster() throws(StageFailure) {
    step.use(member.control.roster.plans)
    try outlet.follow(member.control.roster)
    try member.followCaptures()
  }

  /// Works until capture says goodbye, or a signal asks to leave and all work in hand is done.
  package mutating func run() throws(StageFailure) {
    var frame = Frame()
    while true {
      if try serve(&frame) { break }
    }
    if isLeaving, isChild { throw StageFailure("", status: 128 + (Interruption.signalled ?? 0)) }
  }

  /// One turn; true when everything is done.
  private mutating func serve(_ frame: inout Frame) throws(StageFailure) -> Bool {
    try outlet.serve()
    for name in outlet.takenOver {
      acknowledge(name, flags: [], to: senders.removeValue(forKey: name))
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
    // Further captures are heard too when the first one has much to say.
    if let event = try member.feeds.hear(&frame) {
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
        if notice.word == .failed { Surroundings.report("\(member.me.name): \(notice.failure)") }
        step.hear(notice)
      case .welcome: step.beWelcomed()
      case .bye(failed: true): return true
      case .bye(failed: false): isDismissed = true
      case .nothing, .plan: break
      }
      return false
    }
    if let (peer, header) = member.receive(into: &frame) {
      work(on: frame.bytes, header, from: peer)
      return false
    }
    if isBusy { return false }
    if let signal = Interruption.signalled {
      // With nobody to finish anything for, or asked twice, there is nothing to wait for.
      if !member.control.isWelcome || Interruption.count > 1 {
        throw StageFailure("", status: 128 + signal)
      }
      if !isLeaving { leave() }
    }
    let isOver =
      isDismissed && (!isLeaving || member.feeds.areOver) || isLeaving && member.isDeserted
    if isOver, outlet.isDrained {
      close()
      return true
    }
    try rest()
    return false
  }

  /// Waits for something to do.
  private mutating func rest() throws(StageFailure) {
    if isLeaving, member.servesOthers { member.retire() }
    let wait = 50
    if poll(member.sockets + outlet.sockets, milliseconds: wait) == 0 {
      try member.control.wait(.milliseconds(wait))
      try member.feeds.wait(.milliseconds(wait))
    }
  }

  private mutating func work(on part: Span<UInt8>, _ header: PartHeader, from peer: PeerID?) {
    let held = outlet.blank()
    let floor = step.floor(of: header.name.epoch)
    let aside = header.message.flags.intersection([.replay, .probe])
    do throws(MessageHeader.Refusal) {
      try step.process(part, into: &held.builder)
    } catch {
      // It was readable a moment ago; a step refuses nothing that has a good header.
      Surroundings.report("\(member.me.name): a part could not be read: round \(header.name.round)")
    }
    guard aside.isEmpty else {
      acknowledge(header.name, flags: aside, to: peer)
      return
    }
    if member.tap.wants(output) { held.builder.buffer.withBytes { member.tap.publish($0) } }
    if let peer { senders[header.name] = peer }
    if step.keepsState { floors[header.name] = floor }
    counted.add(1, .packets, "parts")
    outlet.submit(held, name: header.name)
  }

  private mutating func forget(_ what: Forget, of epoch: UInt32) {
    step.forget(what, of: epoch)
    // An answer to no part, which tells how little is needed now.
    acknowledge(PartName(epoch: epoch, round: 0, index: 0, count: 1), flags: .replay, to: nil)
  }

  private mutating func acknowledge(
    _ name: PartName, flags: MessageHeader.Flags, to peer: PeerID?
  ) {
    floors[name] = nil
    // Whoever is given again what has not been taken over needs the state from before it.
    let floor = floors.reduce(step.floor(of: name.epoch)) {
      $1.key.epoch == name.epoch ? min($0, $1.value) : $0
    }
    member.acknowledge(Acknowledgement(name: name, floor: floor), flags: flags, to: peer)
  }

  /// Asks for nothing new; what is in hand is finished first.
  private mutating func leave() {
    isLeaving = true
    member.retire()
  }

  private mutating func close() {
    if member.tap.wants(.ledger) { report() }
    // At the end of the run nobody waits for a goodbye, and a message to one who has left, such as
    // a late parser's greeting, would hold this process up.
    guard !isDismissed else {
      for socket in outlet.sockets + member.feeds.sockets + [member.control.socket] {
        socket.dropUnsent()
      }
      return
    }
    outlet.close()
    member.leaveRoster()
  }

  private mutating func report() {
    var notice = Buffer(capacity: 1024)
    MessageHeader(.ledger).write(to: &notice)
    LedgerReport(stage: member.me.stage, name: member.me.name, tally: counted).write(to: &notice)
    member.tap.publish(notice.bytes)
  }
}
