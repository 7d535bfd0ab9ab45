import Bytes
import Output
import Stage
import Transport
import Wire

/// The sink's run loop: takes parts over, prints what is complete, tells the parsers.
struct Sink: ~Copyable {
  private var member: Member
  private var printer: RecordPrinter
  private var reports = Timetable(every: .milliseconds(250))
  private var rates: Rates?
  private var isDismissed = false
  /// How many hangups have been attended to.
  private var hangups = 0
  /// Whether `merc` started it, and tells the user what is to be told.
  private let isChild: Bool
  /// Where the lines go, for messages.
  private let place: String
  private let outputs: OutputSwitches
  /// What `--select` says; else the plan does.
  private let select: String?
  /// Its place among the sinks that `merc` starts.
  private let number: Int
  /// The newest plan that the printer has learnt.
  private var plan: UInt16 = 0
  private var followers: Followers
  /// The ends of sources, which are acknowledged when all further sinks have everything: until then
  /// capture keeps watch over everybody.
  private var withheld: [(peer: PeerID, name: PartName)] = []

  /// How many bytes of records each parser may have on the way here.
  static let window: UInt64 = 4 << 20

  init(
    _ options: Options, writingTo outputs: [any Output], context: SocketContext
  ) throws(StageFailure) {
    member = try Member(
      stage: options.policy == nil ? .sink : .follower, window: Self.window,
      policy: options.policy, options: options.link, context)
    printer = RecordPrinter(to: outputs)
    self.outputs = options.outputs
    followers = Followers(as: member.me, expecting: options.followers, in: context)
    select = options.select
    number = options.number
    place = options.place
    if options.rates { rates = Rates() }
    isChild = options.link.parent != nil
  }

  /// Whether all records come from the first sink.
  private var isFollower: Bool { member.me.stage == .follower }

  /// Prints until the source has ended; the account of it, or nothing when the run was called off.
  ///
  /// However it ends, what has been printed is completed, unless that is what failed.
  mutating func run() throws(StageFailure) -> Tally? {
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
      try serveFollowers()
      let takesParts = plan > 0 && !followers.isHolding()
      if takesParts, try take(&frame) { continue }
      try print()
      try flush()
      try heedSignals()
      try checkForEnd()
      try rest(takesParts ? member.sockets : member.socketsBesideInlet)
    }
    guard try awaitFollowers(&frame) else { return try closeEarly() }
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
    if poll(sockets + followers.sockets, milliseconds: wait) == 0 {
      try member.control.wait(.milliseconds(wait))
    }
  }

  private mutating func heedSignals() throws(StageFailure) {
    if let signal = Interruption.signalled { throw interrupted(signal) }
  }

  /// The first sink has everything taken over before the line ends: what is not here by then does not
  /// come.
  private func checkForEnd() throws(StageFailure) {
    guard isFollower, isDismissed else { return }
    throw StageFailure(
      "merc-sink: the line has ended without this sink; \(place) is not complete", status: 70)
  }

  /// Sees to it that further sinks get everything; false when the run is called off.
  private mutating func awaitFollowers(_ frame: inout Frame) throws(StageFailure) -> Bool {
    try flush()
    if let format = printer.format {
      followers.pass(OrderedBatch(), format, after: printer.tally, isLast: true)
    }
    while !followers.areDone {
      if try listen(&frame) { return false }
      try serveFollowers()
      followers.giveUp()
      try heedSignals()
      try rest(member.socketsBesideInlet)
    }
    followers.close()
    for part in withheld { acknowledge(part.name, to: part.peer) }
    return true
  }

  private mutating func serveFollowers() throws(StageFailure) {
    do throws(StageFailure) { try followers.serve() } catch {
      member.control.send(MessageHeader(.bye, flags: .failed))
      throw error
    }
  }

  private mutating func acknowledge(_ name: PartName, to peer: PeerID) {
    member.acknowledge(Acknowledgement(name: name, floor: .max), to: peer)
  }

  /// Stays until capture knows that everything has been taken over, or is gone.
  private mutating func awaitDismissal(_ frame: inout Frame) throws(StageFailure) {
    // As long as capture is there a part may come again, from whoever took a dead parser's place.
    while !isDismissed, member.control.quiet < .seconds(2) {
      if try listen(&frame) { return }
      // What still comes is a second copy of something: its sender wants an answer all the same.
      while let (peer, part) = member.receive(into: &frame) { acknowledge(part.name, to: peer) }
      if !isDismissed, poll(member.sockets, milliseconds: 20) == 0 {
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
      case .bye(failed: false): isDismissed = true
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
      for plan in roster.plans.plans where plan.generation > self.plan { try learn(plan) }
      guard !isFollower else { return }
      printer.expect(sources: roster.captures)
      try followers.follow(roster, after: printer.tally, given: printer.given)
    } catch {
      member.control.send(MessageHeader(.bye, flags: .failed))
      throw error
    }
    if !followers.isEmpty { printer.beginOrdering() }
  }

  /// Learns what a plan says of this sink, before parts by it are taken.
  private mutating func learn(_ plan: RunPlan) throws(StageFailure) {
    if let complaint = outputs.complaint(about: plan) {
      throw StageFailure("merc-sink: \(complaint)", status: 64)
    }
    let list = select ?? (plan.sinks.indices.contains(number) ? plan.sinks[number] : nil)
    let choice = try list.map { (list) throws(StageFailure) in try RecordChoice(list, of: plan) }
    printer.learn(SinkPlan(plan, choice: choice ?? .all))
    self.plan = plan.generation
  }

  /// Takes the next part over and prints what it completes; false when none is there.
  private mutating func take(_ frame: inout Frame) throws(StageFailure) -> Bool {
    guard let (peer, part) = member.receive(into: &frame) else { return false }
    do throws(RecordPrinter.Refusal) {
      try printer.accept(frame.bytes)
    } catch {
      member.control.send(MessageHeader(.bye, flags: .failed))
      throw StageFailure(
        "merc-sink: round \(part.name.round) cannot be taken: \(error); the output is not complete",
        status: 70)
    }
    if part.message.flags.contains(.last), followers.areExpected {
      withheld.append((peer, part.name))
    } else {
      acknowledge(part.name, to: peer)
    }
    try print()
    return true
  }

  private mutating func print() throws(StageFailure) {
    do throws(OutputFailure) {
      while try !printer.print() { passOn() }
    } catch {
      throw callOff(error)
    }
  }

  private mutating func flush() throws(StageFailure) {
    do throws(OutputFailure) { try printer.flush() } catch { throw callOff(error) }
    passOn()
  }

  /// Gives further sinks what has been collected for them.
  private mutating func passOn() {
    guard let format = printer.format, let batch = printer.takeOrdered() else { return }
    followers.pass(batch, format, after: printer.tally)
    printer.reuse(batch)
  }

  private mutating func close() throws(StageFailure) {
    do throws(OutputFailure) { try printer.close() } catch { throw callOff(error) }
    for warning in printer.warnings { Surroundings.report("merc-sink: \(warning)") }
  }

  /// Begins new files when it is time to, or when a hangup says that the old ones have been moved.
  private mutating func attendToFiles() throws(StageFailure) {
    do throws(OutputFailure) {
      try printer.rotate()
      guard Interruption.hangups > hangups else { return }
      hangups = Interruption.hangups
      try printer.reopen()
    } catch {
      throw callOff(error)
    }
  }

  /// Tells capture to stop.
  ///
  /// A closed pipe is no failure: whoever reads has seen enough.
  private mutating func callOff(_ failure: OutputFailure) -> StageFailure {
    switch failure.kind {
    case .abandoned:
      if let signal = Interruption.signalled { return interrupted(signal) }
      return StageFailure("merc has gone; stopping", status: StageFailure.deserted)
    case .closedPipe:
      if isFollower { member.retire() }
      member.control.send(MessageHeader(.bye, flags: [.failed, .enough]))
      return StageFailure("", status: 0)
    case .diskFull, .other:
      member.control.send(MessageHeader(.bye, flags: .failed))
      return StageFailure("merc-sink: \(failure)", status: 74)
    }
  }

  /// Ends before the source has: whoever told the sink so wants no more.
  private mutating func interrupted(_ signal: CInt) -> StageFailure {
    let isJoined = member.control.isWelcome
    if isFollower { member.retire() }
    if isJoined { member.control.send(MessageHeader(.bye, flags: .failed)) }
    return StageFailure(
      isJoined && !isChild ? "merc-sink: interrupted; the output is not complete" : "",
      status: 128 + signal)
  }

  private mutating func showRates() {
    // Looked at where they are: the printer cannot be copied.
    guard var rates else { return }
    rates.show { printer.account }
    self.rates = rates
  }

  private mutating func report() {
    guard member.tap.wants(.ledger) else { return }
    var message = Buffer(capacity: 1024)
    MessageHeader(.ledger).write(to: &message)
    LedgerReport(stage: .sink, name: member.me.name, tally: printer.account).write(to: &message)
    member.tap.publish(message.bytes)
  }
}
