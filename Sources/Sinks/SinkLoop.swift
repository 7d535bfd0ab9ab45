import Bytes
import Files
import Output
import Stage
import Transport
import Wire

/// The run loop of a sink: takes parts, puts what is complete into the outputs, acknowledges.
///
/// The primary sink merges what all parsers (or analyzers) send, and passes it on; a secondary sink gets
/// one stream, in its final order. They differ in what stands behind them.
package struct SinkLoop<Behind: Downstream & ~Copyable>: ~Copyable {
  private var role: SinkRole<PeerID>
  private var member: Member
  private var behind: Behind
  private var printer: RecordPrinter
  /// What it writes by each plan; throws `StageFailure` where it cannot work by that plan.
  private let view: (RunPlan) throws(StageFailure) -> SinkPlan
  private var reports = Timetable(every: .milliseconds(250))
  private var rates: Rates?
  /// How many hangups have been attended to.
  private var hangups = 0
  private var lastPlan: UInt16 = 1

  /// How many bytes of records each sender may have on the way here.
  package static var window: UInt64 { 4 << 20 }

  fileprivate init(
    _ role: SinkRole<PeerID>, as member: consuming Member, before behind: consuming Behind,
    writingTo outputs: [any Output], showsRates: Bool,
    _ view: @escaping (RunPlan) throws(StageFailure) -> SinkPlan
  ) {
    self.role = role
    self.member = member
    self.behind = behind
    self.view = view
    printer = RecordPrinter(to: outputs)
    if showsRates { rates = Rates() }
  }

  /// Writes until the source has ended; the account of it, or nothing when the run was called off.
  ///
  /// However it ends, what has been put is completed, unless that is what failed.
  ///
  /// - Throws: `StageFailure` if the output is not complete.
  package mutating func run() throws(StageFailure) -> Tally? {
    do throws(StageFailure) {
      return try follow()
    } catch {
      // Where it is the writing that failed, this fails likewise, and that has been told.
      try? printer.close()
      throw error
    }
  }

  private mutating func follow() throws(StageFailure) -> Tally? {
    var frame = Frame()
    while !printer.isComplete {
      member.tap.updateSubscriptions()
      if reports.isDue() { report() }
      showRates()
      try attendToFiles()
      if try listen(&frame) { return try closeEarly() }
      try serveSecondarySinks()
      let takesParts = role.takesParts(isHeld: behind.isHolding())
      if takesParts, try take(&frame) { continue }
      try print()
      try flush()
      try heedSignals()
      if let failure = role.earlyEnd { throw failure }
      try rest(takesParts ? member.sockets : member.socketsBesideInlet)
    }
    guard try awaitSecondarySinks(&frame) else { return try closeEarly() }
    try close()
    report()
    try awaitDismissal(&frame)
    return printer.account
  }

  /// The run is over before its end.
  private mutating func closeEarly() throws(StageFailure) -> Tally? {
    try close()
    return nil
  }

  private mutating func rest(_ sockets: [Socket]) throws(StageFailure) {
    let wait = 50
    if poll(sockets + behind.sockets, milliseconds: wait) == 0 {
      try member.control.wait(.milliseconds(wait))
    }
  }

  private mutating func heedSignals() throws(StageFailure) {
    if let signal = Interruption.signalled {
      throw leave(role.exit(signal: signal, isJoined: member.control.isWelcome))
    }
  }

  /// Waits until all secondary sinks have acknowledged everything; false when the run is called off.
  private mutating func awaitSecondarySinks(_ frame: inout Frame) throws(StageFailure) -> Bool {
    try flush()
    if let format = printer.format {
      behind.pass(OrderedBatch(by: lastPlan), format, after: printer.tally, isLast: true)
    }
    while !behind.areDone {
      if try listen(&frame) { return false }
      try serveSecondarySinks()
      behind.giveUp()
      try heedSignals()
      try rest(member.socketsBesideInlet)
    }
    behind.close()
    for part in role.takeWithheld() { acknowledge(part.name, to: part.peer) }
    return true
  }

  private mutating func serveSecondarySinks() throws(StageFailure) {
    do throws(StageFailure) { try behind.serve() } catch {
      member.control.send(MessageHeader(.bye, flags: .failed))
      throw error
    }
  }

  private mutating func acknowledge(_ name: PartName, to peer: PeerID) {
    member.acknowledge(Acknowledgement(name: name, lowWaterMark: .max), to: peer)
  }

  /// Stays until capture knows that everything is acknowledged, or is gone.
  private mutating func awaitDismissal(_ frame: inout Frame) throws(StageFailure) {
    // As long as capture is there a part may come again, from the parser it was reassigned to.
    while !role.isDismissed, member.control.quiet < .seconds(2) {
      if try listen(&frame) { return }
      // What still comes is a second copy of something: its sender wants an answer all the same.
      while let (peer, part) = member.receive(into: &frame) { acknowledge(part.name, to: peer) }
      if !role.isDismissed, poll(member.sockets, milliseconds: 20) == 0 {
        // Everything is printed: that capture has gone is no failure now.
        do throws(StageFailure) { try member.control.wait(.milliseconds(20)) } catch { return }
      }
    }
  }

  /// Hears what capture has to say; true when it is all over.
  private mutating func listen(_ frame: inout Frame) throws(StageFailure) -> Bool {
    while member.control.socket.receive(into: &frame) {
      switch try member.control.take(frame.bytes) {
      case .bye(failed: true): return true
      case .bye(failed: false): role.dismiss()
      case .roster(let roster): try take(roster)
      case .resources(let notice) where notice.word == .inForce:
        printer.note(resourceVersion: notice.version)
      case .nothing, .welcome, .part, .forget, .resources, .plan: break
      }
    }
    return false
  }

  private mutating func take(_ roster: Roster) throws(StageFailure) {
    do throws(StageFailure) {
      for plan in role.newPlans(of: roster) {
        printer.learn(try view(plan))
        lastPlan = plan.generation
      }
      // All records of a secondary sink have one source, the primary sink.
      if !role.isSecondary { printer.expect(sources: roster.captures) }
      try behind.follow(roster, after: printer.tally, given: printer.given)
    } catch {
      member.control.send(MessageHeader(.bye, flags: .failed))
      throw error
    }
    if !behind.isEmpty { printer.beginOrdering() }
  }

  /// Takes the next part over and prints what it completes; false when none is there.
  private mutating func take(_ frame: inout Frame) throws(StageFailure) -> Bool {
    guard let (peer, part) = member.receive(into: &frame) else { return false }
    do throws(RecordPrinter.Refusal) {
      try printer.accept(frame.bytes)
    } catch {
      throw leave(role.exit(error, round: part.name.round))
    }
    if role.acknowledges(part, from: peer, isFollowed: behind.areExpected) {
      acknowledge(part.name, to: peer)
    }
    try print()
    return true
  }

  private mutating func print() throws(StageFailure) {
    do throws(FileFailure) {
      while try !printer.print() { passOn() }
    } catch {
      throw callOff(error)
    }
  }

  private mutating func flush() throws(StageFailure) {
    do throws(FileFailure) { try printer.flush() } catch { throw callOff(error) }
    passOn()
  }

  /// Passes on what has been collected for the secondary sinks.
  private mutating func passOn() {
    guard let format = printer.format, let batch = printer.takeOrdered() else { return }
    behind.pass(batch, format, after: printer.tally, isLast: false)
    printer.reuse(batch)
  }

  private mutating func close() throws(StageFailure) {
    do throws(FileFailure) { try printer.close() } catch { throw callOff(error) }
    for warning in printer.warnings { Host.report("merc-sink: \(warning)") }
  }

  /// Begins new files when it is time to, or when a hangup says that the old ones have been moved.
  private mutating func attendToFiles() throws(StageFailure) {
    do throws(FileFailure) {
      try printer.rotate()
      guard Interruption.hangups > hangups else { return }
      hangups = Interruption.hangups
      try printer.reopen()
    } catch {
      throw callOff(error)
    }
  }

  /// Tells capture to stop, since the output cannot be written.
  private mutating func callOff(_ failure: FileFailure) -> StageFailure {
    leave(
      role.exit(failure, signal: Interruption.signalled, isJoined: member.control.isWelcome))
  }

  /// Leaves before the end.
  private mutating func leave(_ exit: SinkRole<PeerID>.Exit) -> StageFailure {
    if exit.retires { member.retire() }
    if let flags = exit.flags { member.control.send(MessageHeader(.bye, flags: flags)) }
    return exit.failure
  }

  private mutating func showRates() {
    // Looked at where they are: the printer cannot be copied.
    guard var rates else { return }
    rates.show { printer.account }
    self.rates = rates
  }

  private mutating func report() {
    guard member.tap.wants(.ledger) else { return }
    member.tap.publish(
      LedgerReport(stage: .sink, name: member.me.name, tally: printer.account))
  }
}

/// The sink that all parsers (or analyzers) send to.
package typealias PrimarySink = SinkLoop<SecondarySinks>

/// A sink behind the primary one: a program of its own needs nothing but this, and an output.
package typealias SecondarySink = SinkLoop<NoDownstream>

extension SinkLoop where Behind == SecondarySinks {
  /// Joins the pipeline; prints nothing before `count` secondary sinks are there.
  ///
  /// - Throws: `StageFailure` if an endpoint cannot be bound.
  package init(
    _ link: LinkOptions, writingTo outputs: [any Output], to place: String, expecting count: Int,
    showsRates: Bool = false, in context: SocketContext,
    _ view: @escaping (RunPlan) throws(StageFailure) -> SinkPlan
  ) throws(StageFailure) {
    let member = try Member(stage: .sink, window: Self.window, options: link, context)
    let behind = SecondarySinks(as: member.me, expecting: count, in: context)
    self.init(
      SinkRole(isSecondary: false, isChild: link.parent != nil, place: place), as: member,
      before: behind, writingTo: outputs, showsRates: showsRates, view)
  }
}

extension SinkLoop where Behind == NoDownstream {
  /// Joins the pipeline behind the primary sink.
  ///
  /// - Throws: `StageFailure` if an endpoint cannot be bound.
  package init(
    _ link: LinkOptions, _ policy: Policy, writingTo outputs: [any Output], to place: String,
    showsRates: Bool = false, in context: SocketContext,
    _ view: @escaping (RunPlan) throws(StageFailure) -> SinkPlan
  ) throws(StageFailure) {
    let member = try Member(
      stage: .secondarySink, window: Self.window, policy: policy, options: link, context)
    self.init(
      SinkRole(isSecondary: true, isChild: link.parent != nil, place: place), as: member,
      before: NoDownstream(), writingTo: outputs, showsRates: showsRates, view)
  }
}
