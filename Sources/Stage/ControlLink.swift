import Bytes
import Transport
import Wire

/// A process's link to capture.
///
/// It presents itself there, learns which other processes take part, and is told when the run ends. A parser's
/// packets come over the same link.
package struct ControlLink: ~Copyable {
  package let socket: Socket
  package private(set) var me: Hello
  package private(set) var roster = Roster()
  private let endpoint: String
  private let parent: UInt32?
  /// What this process was told of the plan, which has to agree with it.
  private let stated: [RunPlan.Setting]
  /// The epoch of the source whose packets come over this link, once that is known.
  package private(set) var epoch: UInt32 = 0
  /// Whether capture has answered.
  package private(set) var isWelcome = false
  /// For how long nothing has come.
  package private(set) var quiet = Duration.zero
  private var hasComplained = false
  private var message = MessageBuffer()

  /// Capture pings ten times a second; after this much silence it is gone.
  static let patience = Duration.seconds(30)

  package enum Event {
    case nothing, welcome
    case roster(Roster)
    /// A part, whose header has been read.
    case part(PartHeader)
    case forget(Forget, epoch: UInt32)
    case resources(ResourcesNotice)
    case plan(PlanNotice)
    case bye(failed: Bool)
  }

  /// `parent` is the process that must be there for this one to go on; the plan of the run has to have
  /// the `stated` settings.
  ///
  /// - Throws: `TransportFailure` if ZeroMQ does not take the endpoint; that nothing listens there is no
  ///   error.
  package init(
    connecting endpoint: String, as me: Hello, parent: UInt32?,
    stating stated: [RunPlan.Setting] = [],
    in context: SocketContext
  ) throws(TransportFailure) {
    let socket = try Socket(.dealer, queue: 1000, in: context)
    try socket.connect(endpoint)
    self.socket = socket
    self.endpoint = endpoint
    self.me = me
    self.parent = parent
    self.stated = stated
    sayHello()
  }

  private mutating func sayHello() {
    send(MessageHeader(.hello)) { [me] in me.write(to: &$0) }
  }

  /// Reads a message from capture.
  ///
  /// - Throws: `StageFailure` if the message is of another wire version or refuses this process, if the plan
  ///   contradicts the stated settings, or if the parent process has gone.
  package mutating func take(_ message: Span<UInt8>) throws(StageFailure) -> Event {
    quiet = .zero
    try checkParent()
    var input = Reader(message)
    var whole = input
    let header: MessageHeader
    do throws(MessageHeader.Refusal) {
      header = try MessageHeader(&input)
    } catch {
      throw StageFailure(
        error.sentence(to: me.name, from: "merc-capture at \(endpoint)"), status: 76)
    }
    if header.epoch != 0 { epoch = header.epoch }
    switch header.kind {
    case .hello:
      isWelcome = true
      return .welcome
    case .roster:
      guard let roster = try? Roster(&input) else { return .nothing }
      self.roster = roster
      try checkPlan()
      return .roster(roster)
    case .frames:
      guard let part = try? PartHeader(&whole) else { return .nothing }
      return .part(part)
    case .forget:
      guard let what = try? Forget(&input) else { return .nothing }
      return .forget(what, epoch: epoch)
    case .resources:
      guard let notice = try? ResourcesNotice(&input) else { return .nothing }
      return .resources(notice)
    case .plan:
      guard let notice = try? PlanNotice(&input) else { return .nothing }
      return .plan(notice)
    case .refused:
      throw StageFailure((try? input.shortText()) ?? "refused by merc-capture", status: 76)
    case .stranger:
      sayHello()
      return .nothing
    case .bye: return .bye(failed: header.flags.contains(.failed))
    default: return .nothing
    }
  }

  package mutating func send(
    _ header: MessageHeader, _ body: (inout Buffer) -> Void = { _ in }
  ) {
    message.write(header, body)
    message.send(over: socket)
  }

  /// Notes that nothing came for as long as was waited.
  ///
  /// - Throws: `StageFailure` if capture has been silent for 30 seconds, or the parent process has gone.
  package mutating func wait(_ time: Duration) throws(StageFailure) {
    try checkParent()
    quiet += time
    // Capture pings ten times a second: it may have lost this process with a connection.
    if isWelcome, quiet >= .seconds(1) { send(MessageHeader(.ping)) }
    // Of its own child processes merc tells by itself what is wrong.
    if parent == nil, !isWelcome, !hasComplained, quiet >= .seconds(3) {
      hasComplained = true
      Host.report("\(me.name): waiting for merc-capture at \(endpoint)")
    }
    if isWelcome, quiet >= Self.patience {
      throw StageFailure("merc-capture at \(endpoint) has gone", status: StageFailure.deserted)
    }
  }

  /// Checks that the plan of the run has the stated settings.
  ///
  /// - Throws: `StageFailure` naming the first setting that differs.
  private func checkPlan() throws(StageFailure) {
    guard let plan = roster.plans.plans.first, let setting = plan.contradiction(to: stated) else {
      return
    }
    let actual = plan.settings.first { $0.name == setting.name }
    throw StageFailure(
      "\(me.stage.program): \(setting.argument) contradicts the plan of this run, which has "
        + (actual.map { "\($0.argument)" } ?? "no --\(setting.name)")
        + "; leave it out here, or give it to merc-capture", status: 64)
  }

  private func checkParent() throws(StageFailure) {
    if let parent, Host.parentID != parent {
      throw StageFailure("merc has gone; stopping", status: StageFailure.deserted)
    }
  }
}
