import Bytes
import Transport
import Wire

/// Capture's end of the pipeline: the roster that every process reports to, and the link to the parsers.
///
/// Both share one socket, so that a process started by hand needs one address. Where several captures
/// share an interface, the first one keeps the roster for all (`CaptureLink+Group`).
package struct CaptureLink: ~Copyable {
  let router: Socket
  package var tap: Tap
  var outbox = Outbox<PeerID>(.bySlot)
  /// The owners of slots in the round that was begun last.
  private var owners = SlotOwners()
  private var me: Hello
  private(set) var members: [PeerID: Hello] = [:]
  private(set) var order: [PeerID] = []
  /// Peers that have been refused, so that each is reported once.
  private var refused: Set<PeerID> = []
  /// The plans of packets under way, that of new ones last.
  var plans: PlansInForce
  /// A plan that new packets are to be captured by, once the caller takes it; and which observer asked.
  var proposed: RunPlan?
  var proposer: PeerID?
  /// Requests to change the plan that the caller has not looked at.
  var requests: [(peer: PeerID, text: String)] = []
  /// The link to the first capture, where this is a further one.
  var first: ControlLink?
  /// How many further captures there are to be, where this is the first one.
  let furtherCaptures: Int
  /// The archive that each further capture has no older round than.
  var generations: [PeerID: UInt16] = [:]
  /// What further captures have been told is in force.
  var told = ResourcesInForce()
  var rollout = ResourceRollout<PeerID>()
  var followed = FollowedResources()
  /// What the sinks know to be in force.
  private var toldInForce: ResourcesNotice?
  private let source: UInt32
  private let epoch: UInt32
  private var frame = Frame()
  var message = MessageBuffer()
  var pings = Timetable(every: .milliseconds(100))
  /// Set when the sink wants no more: its output is closed, or it has failed.
  package internal(set) var isCalledOff = false
  /// Whether it wants no more because it has failed.
  package internal(set) var hasFailed = false

  /// How many rounds may be under way: what bounds the sink's memory.
  static let maxOpenRounds = 8

  /// Binds the endpoints for peers and for the tap; a further capture also connects to the first one.
  ///
  /// - Throws: `TransportFailure` if an endpoint cannot be bound or connected to.
  package init(
    binding endpoint: String, tap tapEndpoint: String, plan: RunPlan, among captures: Captures,
    epoch: UInt32, parent: UInt32?, in context: SocketContext
  ) throws(TransportFailure) {
    let router = try Socket(.router, queue: 1000, in: context)
    try router.bind(endpoint)
    let tap = try Tap(binding: tapEndpoint, in: context)
    let me = Hello(
      stage: .capture, pid: Host.processID, window: 0, name: "capture-\(captures.source)",
      data: router.boundEndpoint, tap: tap.socket.boundEndpoint)
    if let endpoint = captures.first {
      first = try ControlLink(
        connecting: endpoint, as: me, parent: parent, stating: plan.settings, in: context)
    } else {
      first = nil
    }
    self.router = router
    plans = PlansInForce([plan])
    source = captures.source
    furtherCaptures = captures.first == nil ? captures.count - 1 : 0
    self.epoch = epoch
    self.me = me
    self.tap = tap
  }

  package var endpoint: String { router.boundEndpoint }

  // MARK: Rounds

  /// Whether another round may begin now.
  package func hasRoom(for round: UInt64) -> Bool {
    !outbox.active.isEmpty && outbox.openRounds(upTo: round) < Self.maxOpenRounds
  }

  /// How many parsers share the work.
  package var parsers: Int { outbox.active.count }

  /// A round begins: the owners of its slots by number, and the archive that its packets are scored by.
  package mutating func begin(round: UInt64) -> (owners: [Int?], resources: ResourcesInForce) {
    let resources =
      first == nil ? rollout.begin(round: round) : followed.begin(round: round)
    return (owners.number(outbox.assignSlots()), resources)
  }

  package mutating func blank() -> HeldPart { outbox.blank() }

  /// Sends a share of the round that was begun last.
  package mutating func submit(_ share: RoundBuilder.Share) {
    if tap.wants(.frames) { share.part.builder.buffer.withBytes { tap.publish($0) } }
    outbox.submit(share.part, name: share.name, to: share.owner.map { owners.peers[$0] })
  }

  /// Every part sent has been acknowledged.
  package var isDrained: Bool { outbox.isEmpty }

  /// Packets that ended parsers, taken out of their parts since the last call.
  package mutating func takeQuarantined() -> [[UInt8]] {
    let taken = outbox.quarantined
    outbox.quarantined = []
    return taken
  }

  package var forgotten: UInt64 { outbox.forgotten }

  // MARK: Serving

  /// Reads what peers have sent, waiting up to `milliseconds` for it.
  ///
  /// - Throws: `StageFailure` if a sink or another capture has gone, or this capture is refused by the first
  ///   one.
  package mutating func serve(milliseconds: Int) throws(StageFailure) {
    if milliseconds > 0 {
      var sockets = [router, tap.socket]
      if let socket = first?.socket { sockets.append(socket) }
      if poll(sockets, milliseconds: milliseconds) == 0 {
        try first?.wait(.milliseconds(milliseconds))
      }
    }
    try hearFirst()
    tap.updateSubscriptions()
    while let peer = router.receiveFromPeer(into: &frame) { try take(from: peer) }
    if pings.isDue() { try lookForTheDead() }
    for id in outbox.pump({ [router] in router.send($1, to: $0) }) { try lose(id) }
  }

  private mutating func take(from peer: PeerID) throws(StageFailure) {
    var input = Reader(frame.bytes)
    let header: MessageHeader
    do throws(MessageHeader.Refusal) {
      header = try MessageHeader(&input)
    } catch {
      return refuse(peer, error)
    }
    switch header.kind {
    case .hello:
      guard let hello = try? Hello(&input) else { return refuse(peer, .malformed) }
      admit(hello, peer)
    case .ack where members[peer] != nil:
      guard let ack = try? Acknowledgement(&input, epoch: header.epoch) else {
        return refuse(peer, .malformed)
      }
      _ = outbox.acknowledge(ack, kind: header.flags, by: peer)
    case .bye where members[peer] != nil:
      try part(from: peer, header.flags)
    case .plan where members[peer]?.stage == .observer:
      guard let notice = try? PlanNotice(&input), notice.word == .change else {
        return refuse(peer, .malformed)
      }
      requests.append((peer, notice.text))
    case .resources where members[peer] != nil:
      guard let notice = try? ResourcesNotice(&input) else { return refuse(peer, .malformed) }
      take(notice, from: peer)
    default: if members[peer] == nil { post(MessageHeader(.stranger), to: peer) }
    }
  }

  private mutating func admit(_ hello: Hello, _ peer: PeerID) {
    var hello = hello
    // A process that bound to all addresses is reached at the one it came from.
    if let address = frame.peerAddress, !address.isEmpty {
      hello.data = Endpoint(hello.data).replacingWildcard(with: address).text
      hello.tap = Endpoint(hello.tap).replacingWildcard(with: address).text
    }
    if members[peer] == nil { order.append(peer) }
    members[peer] = hello
    // So that this one gets it too.
    if hello.stage.writesRecords { toldInForce = nil }
    write(.hello) { [me] in me.write(to: &$0) }
    message.send(over: router, to: peer)
    tellSinks()
    announce()
  }

  private mutating func take(_ notice: ResourcesNotice, from peer: PeerID) {
    if members[peer]?.stage == .capture { return note(notice, from: peer) }
    let isAnalyzer = members[peer]?.stage == .analyze
    let wasReady = rollout.isReady(peer)
    post(rollout.take(notice, from: peer, isAnalyzer: isAnalyzer))
    tellSinks()
    if isAnalyzer, notice.word == .failed, !wasReady {
      write(.refused) {
        $0.append(shortText: "merc-analyze: cannot load the archive in force: \(notice.reason)")
      }
      message.send(over: router, to: peer)
      forget(peer)
    }
    if rollout.isReady(peer) != wasReady { announce() }
  }

  /// Tells the sinks which archive is in force, if they do not know.
  private mutating func tellSinks() {
    guard let inForce = rollout.noticeInForce, inForce != toldInForce else { return }
    toldInForce = inForce
    post(order.filter { members[$0]?.stage.writesRecords == true }.map { ($0, inForce) })
  }

  private mutating func post(_ answers: [ResourceRollout<PeerID>.Answer]) {
    for (peer, answer) in answers {
      send(answer, to: peer)
    }
  }

  /// Lets go of archives that no round under way is scored by.
  private mutating func settleResources() {
    let oldest = outbox.oldestOpenRound ?? .max
    plans.removeAll(before: outbox.oldestPlan ?? plan.generation)
    tellFirst(oldestOpenRound: oldest)
    tellFurtherCaptures()
    guard furtherCapturesHaveFollowed else { return }
    post(rollout.settle(oldestOpenRound: oldest))
    for path in rollout.takeReleased() where path.isCopy(beside: me.data) {
      Host.removeFile(path)
    }
  }

  /// Whether a member may be given anything: an analyzer needs its archives first.
  private func takesPart(_ peer: PeerID) -> Bool {
    members[peer]?.stage != .analyze || rollout.isReady(peer)
  }

  /// Sends the roster to every process, and lets parsers begin when their results can go somewhere.
  mutating func announce() {
    tellFurtherCaptures()
    let present = order.filter { takesPart($0) }
    let roster = Roster(
      members: [me] + present.compactMap { members[$0] }, plans: plansToTell)
    write(.roster) { roster.write(to: &$0) }
    for peer in order { message.send(over: router, to: peer) }
    // A further capture follows the first one's roster.
    guard (first?.roster ?? roster).isReady, areAllHere else { return }
    for peer in order {
      if let hello = members[peer], hello.stage == .parse {
        outbox.join(peer, window: Int(clamping: hello.window), keepsState: hello.keepsState)
      }
    }
  }

  private mutating func part(
    from peer: PeerID, _ flags: MessageHeader.Flags
  ) throws(StageFailure) {
    switch members[peer]?.stage {
    case .parse:
      outbox.retire(peer)
      try dismissFinished()
    case .sink:
      // The sink ends by itself, when the last round is out or when it cannot go on.
      if flags.contains(.failed) {
        isCalledOff = true
        hasFailed = !flags.contains(.enough)
      }
      forget(peer)
    case .analyze, .capture, .secondarySink:
      forget(peer)
      announce()
    default: forget(peer)
    }
  }

  private mutating func dismissFinished() throws(StageFailure) {
    for peer in order where outbox.isDone(peer) {
      post(MessageHeader(.bye), to: peer)
      outbox.remove(peer)
      forget(peer)
    }
  }

  private mutating func forget(_ peer: PeerID) {
    members[peer] = nil
    order.removeAll { $0 == peer }
    post(rollout.leave(peer))
    tellSinks()
  }

  private mutating func lookForTheDead() throws(StageFailure) {
    write(.ping) { _ in }
    let gone = order.filter { message.send(over: router, to: $0) == .gone }
    if !gone.isEmpty {
      // A peer that sent `bye` before it went is not lost; its message may have come a moment ago.
      while let peer = router.receiveFromPeer(into: &frame) { try take(from: peer) }
    }
    for peer in gone { try lose(peer) }
    try dismissFinished()
    settleResources()
  }

  private mutating func lose(_ peer: PeerID) throws(StageFailure) {
    guard let member = members[peer] else { return }
    forget(peer)
    outbox.leave(peer)
    announce()
    guard member.stage == .sink || member.stage == .capture else { return }
    dismissAll(failed: true)
    throw StageFailure(
      "merc-capture: the \(member.stage) \(member.name) has gone; the output is not complete",
      status: 70)
  }

  /// Tells every process that the run has ended, in order or suddenly.
  package mutating func dismissAll(failed: Bool) {
    for peer in order { post(MessageHeader(.bye, flags: failed ? .failed : []), to: peer) }
    // They are free to go: none is missed from here on.
    members.removeAll()
    order.removeAll()
    leaveFirst()
  }

  /// Dismisses processes that join just when everything is done; later none would tell them.
  ///
  /// - Throws: `StageFailure` as `serve` does.
  package mutating func dismissLatecomers(failed: Bool) throws(StageFailure) {
    let end = ContinuousClock.now + .milliseconds(400)
    while ContinuousClock.now < end {
      try serve(milliseconds: 20)
      dismissAll(failed: failed)
    }
  }

  /// Publishes a report on the tap, if it has a subscriber.
  package mutating func publish(_ report: LedgerReport) {
    tap.publish(report, source: source, epoch: epoch)
  }

  // MARK: Messages

  private mutating func refuse(_ peer: PeerID, _ refusal: MessageHeader.Refusal) {
    if refused.insert(peer).inserted {
      Host.report(refusal.sentence(to: "merc-capture", from: "a process that came"))
    }
    write(.refused) { $0.append(shortText: refusal.sentence(to: "merc-capture")) }
    message.send(over: router, to: peer)
  }

  private mutating func post(_ header: MessageHeader, to peer: PeerID) {
    message.write(header)
    message.send(over: router, to: peer)
  }

  mutating func send(_ notice: ResourcesNotice, to peer: PeerID) {
    write(.resources) { notice.write(to: &$0) }
    message.send(over: router, to: peer)
  }

  mutating func write(_ kind: MessageHeader.Kind, _ body: (inout Buffer) -> Void) {
    message.write(MessageHeader(kind, source: source, epoch: epoch), body)
  }
}

extension MessageHeader.Refusal {
  /// What the user is told: which process could not read what.
  package func sentence(to reader: String, from sender: String = "this process") -> String {
    switch self {
    case .version(let theirs):
      "\(reader) speaks wire version \(MessageHeader.version), \(sender) version \(theirs): "
        + "use the same release of merc everywhere"
    case .malformed: "\(reader) could not read what \(sender) sent"
    }
  }
}

extension String {
  /// Whether this is the file of an archive that was copied for the pipeline bound to `endpoint`.
  fileprivate func isCopy(beside endpoint: String) -> Bool {
    Endpoint(endpoint).directory.map { hasPrefix("\($0)/\(Host.archiveCopyPrefix)") } == true
  }
}
