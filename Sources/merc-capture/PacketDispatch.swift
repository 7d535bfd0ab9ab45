import Capture
import Dissectors
import Packets
import Stage
import Transport
import Wire

/// Capture's side of the pipeline while packets are read: the link, the round being filled, and
/// what is counted.
///
/// A class because libpcap's reading calls back into it while it waits for input.
final class PacketDispatch {
  private var link: CaptureLink
  private var gate: Gate
  private var builder: RoundBuilder<PeerID>?
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
  func begin(_ linkType: LinkType, hasNanoseconds: Bool = false) {
    self.linkType = linkType
    builder = RoundBuilder(
      source: captures.source, epoch: epoch, linkType: linkType.rawValue,
      flags: hasNanoseconds ? .nanoseconds : [])
    builder?.plan = link.plan.generation
  }

  // MARK: Packets

  /// Takes the next packet: holds it back or puts it into the round.
  func take(_ bytes: Span<UInt8>, time: UInt64, originalLength: UInt32, number: UInt64)
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
    if builder?.isOpen != true { try openRound() }
    let frame = FrameItem(
      packet: number, time: time, originalLength: originalLength,
      slot: UInt16(slotHash & UInt32(SlotSet.count - 1)), hasFirstData: isFirst, bytes: bytes)
    builder?.add(frame) { link.blank() }
    if builder?.isFull == true { try closeRound(isLast: false) }
  }

  /// Called while input is awaited: what is there goes out.
  ///
  /// False ends the reading.
  func idle() -> Bool {
    do throws(StageFailure) {
      if builder?.isOpen == true, builder?.isEmpty == false { try closeRound(isLast: false) }
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
  func attend(to status: LiveSource.Status) -> LiveSource.Wish {
    live.note(status)
    time = max(time, status.time)
    do throws(StageFailure) {
      if link.hasProposal { try changePlan(from: last + 1) }
      let next = (builder?.round ?? 0) + 1
      if flushes.isDue(), link.hasRoom(for: next), isWorthARound {
        if builder?.isOpen != true { try openRound() }
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
    captures.isShared || fresh.packets > 0 || builder?.isOpen == true || live.hasLosses
  }

  /// Notes what has been lost in all, when no more will be.
  func note(_ losses: LiveSource.Losses) { live.note(losses) }

  /// Whether nothing that is read can go anywhere.
  var isBroken: Bool { failure != nil || link.isCalledOff }

  /// Whether reading is to end before the input does.
  var shouldStop: Bool { failure != nil || Interruption.signalled != nil || link.isCalledOff }

  /// The input is at its end: sends the last round and waits until everything is acknowledged.
  func end() throws(StageFailure) {
    if let failure { throw failure }
    if link.isCalledOff {
      link.dismissAll(failed: true)
      return try tellOfFailure()
    }
    if builder == nil { begin(linkType) }
    if builder?.isOpen != true { try openRound() }
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

  private func openRound() throws(StageFailure) {
    let next = (builder?.round ?? 0) + 1
    while !link.hasRoom(for: next), !link.isCalledOff { try wait() }
    let (owners, resources) = link.begin(round: next)
    builder?.begin(owners: owners, resources: resources)
  }

  private func closeRound(isLast: Bool) throws(StageFailure) {
    let fresh = fresh
    self.fresh = (0, 0)
    counted.add(fresh.packets, .packets)
    counted.add(fresh.bytes, .bytes)
    let lost = live.takeLosses()
    counted.add(lost)
    let forgotten = link.forgotten - forgottenTold
    forgottenTold = link.forgotten
    let shares = builder?.finish(
      isLast: isLast, time: isLast ? .max : time, blank: { link.blank() },
      account: { buffer in
        buffer.append(tally: fresh.packets, .packets)
        buffer.append(tally: fresh.bytes, .bytes)
        buffer.append(tally: forgotten, .forgotten, "parts")
        lost.write(to: &buffer)
        gate.tell(in: &buffer)
      })
    for share in shares ?? [] { link.submit(share.part, name: share.name, to: share.owner) }
    try attend(milliseconds: 0)
  }

  /// Waits for the others, unless told to end while there is no process to wait for.
  private func wait() throws(StageFailure) {
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
  private func attend(milliseconds: Int) throws(StageFailure) {
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
  private func consider(_ request: String, of peer: PeerID) {
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
  private func changePlan(from packet: UInt64) throws(StageFailure) {
    guard builder != nil else { return }
    if builder?.isOpen != true, fresh.packets > 0 { try openRound() }
    if builder?.isOpen == true { try closeRound(isLast: false) }
    let plan = link.takeProposal(from: packet)
    builder?.plan = plan.generation
    gate = Gate(plan, isOpen: options.gate.noGate)
  }

  private func report() {
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
