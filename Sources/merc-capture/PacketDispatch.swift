import Bytes
import Capture
import Dissectors
import Packets
import Stage
import Transport
import Wire

/// A dispatch that reading calls back into while it waits for input.
///
/// A class that has nothing else: exclusive access is checked at run time, once for each packet.
final class SharedDispatch {
  var dispatch: PacketDispatch
  init(_ dispatch: consuming PacketDispatch) { self.dispatch = dispatch }
}

/// Capture's side of the pipeline while packets are read: the link, the round being filled, and
/// what is counted.
struct PacketDispatch: ~Copyable {
  private var link: CaptureLink
  private var gate: Gate
  private var builder: RoundBuilder
  /// Whether `begin` has said what the packets are.
  private var hasBegun = false
  /// What a round counts, in front of its first part's tally.
  private var account = Buffer(capacity: 1 << 10)
  private let options: Options
  private let captures: Captures
  private let epoch = Host.newEpoch()
  private var linkType = LinkType.ethernet
  private var quarantine: QuarantineFile?
  private var failure: StageFailure?
  private var reports = Timetable(every: .milliseconds(250))

  /// Counted since the last round went out, and in all.
  private var fresh = (packets: UInt64(0), bytes: UInt64(0))
  private var counted = Tally()
  private var forgottenTold: UInt64 = 0
  private var live: LiveAccount
  /// No packet to come is older.
  private var time: UInt64 = 0
  private var flushes = Timetable(every: .milliseconds(20))
  /// The number of the packet that was read last.
  private var last: UInt64 = 0
  /// How far into a capture file of known length reading has come.
  var progress: (read: UInt64, total: UInt64) = (0, 0)

  init(_ options: Options, plan: RunPlan, context: SocketContext) throws(StageFailure) {
    self.options = options
    captures = options.captures
    builder = RoundBuilder(source: captures.source, epoch: epoch, linkType: linkType.rawValue)
    live = LiveAccount(options)
    gate = Gate(plan, isOpen: options.gate.noGate)
    let tap =
      options.tap ?? Endpoint(options.bind).beside(".tap").text
    do throws(TransportFailure) {
      link = try CaptureLink(
        binding: options.bind, tap: tap, plan: plan, among: captures, epoch: epoch,
        parent: options.parent, in: context)
    } catch {
      throw StageFailure("merc-capture: \(error)", status: 71)
    }
  }

  /// Packets of this link type follow; their times are finer than microseconds, or are not.
  mutating func begin(_ linkType: LinkType, hasNanoseconds: Bool = false) {
    self.linkType = linkType
    hasBegun = true
    builder = RoundBuilder(
      source: captures.source, epoch: epoch, linkType: linkType.rawValue,
      flags: hasNanoseconds ? .nanoseconds : [])
    builder.plan = link.plan.generation
  }

  // MARK: Packets

  /// Takes the next packet: holds it back or puts it into the round.
  mutating func take(_ bytes: Span<UInt8>, time: UInt64, originalLength: UInt32, number: UInt64)
    throws(StageFailure)
  {
    if link.hasProposal { try changePlan(from: number) }
    last = number
    fresh.packets += 1
    fresh.bytes += UInt64(bytes.count)
    self.time = max(self.time, time)
    if number & 0x3ff == 0 { try attend(milliseconds: 0) }
    guard
      case .forwarded(let slotHash, let isFirst) = gate.judge(
        bytes, linkType: linkType, time: time)
    else { return }
    if !builder.isOpen { try openRound() }
    let frame = FrameItem(
      packet: number, time: time, originalLength: originalLength,
      slot: UInt16(slotHash & UInt32(SlotSet.count - 1)), hasFirstData: isFirst, bytes: bytes)
    supplyPart()
    builder.add(frame)
    if builder.isFull { try closeRound(isLast: false) }
  }

  /// Called while input is awaited: what is there goes out.
  ///
  /// False ends the reading.
  mutating func idle() -> Bool {
    do throws(StageFailure) {
      if builder.isOpen, !builder.isEmpty { try closeRound(isLast: false) }
      try attend(milliseconds: 0)
      if link.hasProposal { try changePlan(from: last + 1) }
    } catch {
      failure = error
    }
    return !shouldStop
  }

  /// Called every few milliseconds of a live capture: what is there goes out soon, however little.
  ///
  /// While the pipeline cannot take another round, the one that is begun is filled on instead.
  mutating func attend(to status: LiveSource.Status) -> LiveSource.Wish {
    live.note(status)
    time = max(time, status.time)
    do throws(StageFailure) {
      if link.hasProposal { try changePlan(from: last + 1) }
      let next = builder.round + 1
      if flushes.isDue(), link.hasRoom(for: next), isWorthARound {
        if !builder.isOpen { try openRound() }
        try closeRound(isLast: false)
      }
      try attend(milliseconds: 0)
    } catch {
      failure = error
    }
    return shouldStop ? .end : link.areAllHere ? .packets : .silence
  }

  /// Whether the others have something to learn: of packets, of losses, or that there were none.
  private var isWorthARound: Bool {
    captures.isShared || fresh.packets > 0 || builder.isOpen || live.hasLosses
  }

  /// Notes what has been lost in all, when no more will be.
  mutating func note(_ losses: LiveSource.Losses) { live.note(losses) }

  /// Whether nothing that is read can go anywhere.
  var isBroken: Bool { failure != nil || link.isCalledOff }

  /// Whether reading is to end before the input does.
  var shouldStop: Bool { failure != nil || Interruption.signalled != nil || link.isCalledOff }

  /// The input is at its end: sends the last round and waits until everything is acknowledged.
  mutating func end() throws(StageFailure) {
    if let failure { throw failure }
    if link.isCalledOff {
      link.dismissAll(failed: true)
      return try tellOfFailure()
    }
    if !hasBegun { begin(linkType) }
    if !builder.isOpen { try openRound() }
    if !link.isCalledOff { try closeRound(isLast: true) }
    while !link.isDrained || !link.isLast, !link.isCalledOff { try wait() }
    report()
    link.dismissAll(failed: link.isCalledOff)
    // Stages started by hand come one by one; merc looks after its own.
    if options.parent == nil, captures.first == nil {
      try link.dismissLatecomers(failed: link.isCalledOff)
    }
    try tellOfFailure()
  }

  /// Fails when the sink has; under merc, the sink's own status says so.
  private func tellOfFailure() throws(StageFailure) {
    guard link.hasFailed, options.parent == nil else { return }
    throw StageFailure(
      "merc-capture: the sink has failed or was interrupted; the output is not complete",
      status: 70)
  }

  // MARK: Rounds

  private mutating func openRound() throws(StageFailure) {
    let next = builder.round + 1
    while !link.hasRoom(for: next), !link.isCalledOff { try wait() }
    let (owners, resources) = link.begin(round: next)
    builder.begin(owners: owners, resources: resources)
  }

  private mutating func supplyPart() {
    if builder.needsPart { builder.supply(link.blank()) }
  }

  private mutating func closeRound(isLast: Bool) throws(StageFailure) {
    let fresh = fresh
    self.fresh = (0, 0)
    counted.add(fresh.packets, .packets)
    counted.add(fresh.bytes, .bytes)
    let lost = live.takeLosses()
    counted.add(lost)
    let forgotten = link.forgotten - forgottenTold
    forgottenTold = link.forgotten
    account.removeAll()
    account.append(tally: fresh.packets, .packets)
    account.append(tally: fresh.bytes, .bytes)
    account.append(tally: forgotten, .forgotten, "parts")
    lost.write(to: &account)
    gate.tell(in: &account)
    supplyPart()
    let shares = builder.finish(
      isLast: isLast, time: isLast ? .max : time, account: account)
    for share in shares { link.submit(share) }
    try attend(milliseconds: 0)
  }

  /// Waits for the others, unless told to end while there is no process to wait for.
  private mutating func wait() throws(StageFailure) {
    try attend(milliseconds: 50)
    if let signal = Interruption.signalled, !hasHope || Interruption.count > 1 {
      link.dismissAll(failed: true)
      throw StageFailure(
        options.parent == nil
          ? "merc-capture: interrupted; packets read so far have not all been parsed" : "",
        status: 128 + signal)
    }
  }

  /// Whether a parser is there, or merc will start one: what an interface has shown does not
  /// come again.
  private var hasHope: Bool {
    link.parsers > 0
      || options.live.capture != nil && options.parent != nil
        && counted[.packets] + fresh.packets > 0
  }

  /// Serves the other processes of the pipeline.
  private mutating func attend(milliseconds: Int) throws(StageFailure) {
    try link.serve(milliseconds: milliseconds)
    for item in link.takeQuarantined() {
      if quarantine == nil {
        quarantine = QuarantineFile(path: options.ownQuarantine, linkType: linkType.rawValue)
      }
      quarantine?.add(item)
    }
    if let parent = options.parent, Host.parentID != parent {
      throw StageFailure("merc has gone; stopping", status: StageFailure.deserted)
    }
    if let (peer, text) = link.takeRequest() { consider(text, of: peer) }
    if reports.isDue() { report() }
  }

  // MARK: Plans

  /// Proposes the plan that an observer asks for, or refuses it.
  private mutating func consider(_ request: String, of peer: PeerID) {
    do throws(RunPlan.UnknownValue) {
      let changed = try link.plan.changed(by: request)
      do throws(Selection.UnknownName) {
        if !link.propose(try changed.completed(), for: peer) {
          link.refuse(peer, because: "too many changes are under way; try again in a moment")
        }
      } catch {
        throw RunPlan.UnknownValue(setting: "select", reason: error.description)
      }
    } catch {
      link.refuse(peer, because: error.description)
    }
  }

  /// Goes on by the proposed plan from this packet on; what came before it leaves by the old one.
  private mutating func changePlan(from packet: UInt64) throws(StageFailure) {
    guard hasBegun else { return }
    if !builder.isOpen, fresh.packets > 0 { try openRound() }
    if builder.isOpen { try closeRound(isLast: false) }
    let plan = link.takeProposal(from: packet)
    builder.plan = plan.generation
    gate = Gate(plan, isOpen: options.gate.noGate)
  }

  private mutating func report() {
    var tally = counted
    tally.add(fresh.packets, .packets)
    tally.add(fresh.bytes, .bytes)
    tally.add(progress.read, .bytes, "read")
    link.publish(
      LedgerReport(
        stage: .capture, name: "capture-\(captures.source)", total: progress.total, tally: tally))
  }
}

extension Gate {
  /// The gate of a plan, or one that is open for everything.
  fileprivate init(_ plan: RunPlan, isOpen: Bool) {
    // Capture has made sure of every name that a plan has.
    let selection = (try? Selection(of: plan)) ?? .all
    self.init(
      selection, isOpen: isOpen || selection.keepsAllPackets, followsMessages: plan.reassembles,
      firstData: FirstData(
        ofTCP: plan.has("nonselected-tcp-data"), ofUDP: plan.has("nonselected-udp-data")))
  }
}
