import Bytes
import Stage
import Transport
import Wire

/// Listens to the taps of all processes of a stage, as capture's roster names them.
struct TapListener: ~Copyable {
  private let context: SocketContext
  /// The stage whose taps are wanted; `nil` for all.
  private let stage: StageKind?
  private let kind: MessageHeader.Kind
  private let endpoint: String
  /// The command that listens, for messages.
  private let command: String
  /// The process that runs the pipeline, where there is one.
  private let pid: Int32?
  private var control: ControlLink
  private var taps: [Ear] = []
  /// The endpoints of taps that have sent `bye`.
  private var finished: Set<String> = []
  /// Capture has sent `bye`: what is still on its way is shown, nothing else follows.
  private var isOver = false

  /// One process's tap.
  private struct Ear {
    let name: String
    let endpoint: String
    let socket: Socket
    /// It is in the roster no more: what it had sent may still arrive until then.
    var deadline: ContinuousClock.Instant?
  }

  /// How many messages of each process may wait here while standard output is slow.
  static let queue = 64
  /// How long something may still arrive from a process that has ended without a word.
  static let grace = Duration.milliseconds(1000)

  init(
    _ point: TapCommand.Point, at endpoint: String, of pid: Int32?, for command: String,
    in context: SocketContext
  ) throws(StageFailure) {
    self.context = context
    self.endpoint = endpoint
    self.command = command
    self.pid = pid
    switch point {
    case .capture: (stage, kind) = (.capture, .frames)
    case .parse: (stage, kind) = (.parse, .records)
    case .analyze: (stage, kind) = (.analyze, .analyzed)
    case .ledger: (stage, kind) = (nil, .ledger)
    }
    let me = Host.processID
    do throws(TransportFailure) {
      control = try ControlLink(
        connecting: endpoint,
        as: Hello(stage: .observer, pid: me, window: 0, name: command), parent: nil, in: context)
    } catch {
      throw StageFailure("\(command): \(error)")
    }
  }

  /// Calls `take` with every message of the stage, and `pause` when no more are there for now, until
  /// the pipeline ends, a signal arrives or `pause` says that it is enough.
  mutating func run(
    _ take: (Span<UInt8>, MessageHeader) throws(StageFailure) -> Void,
    pause: () throws(StageFailure) -> Bool
  ) throws(StageFailure) {
    var frame = Frame()
    while Interruption.signalled == nil {
      while !isOver, control.socket.receive(into: &frame) { try hear(frame.bytes) }
      if try listen(&frame, take) { continue }
      guard try pause() else { break }
      forgetTheGone()
      if isOver, taps.isEmpty { return }
      try rest()
    }
    control.send(MessageHeader(.bye))
  }

  // MARK: The pipeline

  /// Takes what capture says.
  private mutating func hear(_ message: Span<UInt8>) throws(StageFailure) {
    switch try control.take(message) {
    case .roster: try follow(control.roster)
    case .bye: end()
    case .nothing, .welcome, .part, .forget, .resources, .plan: break
    }
  }

  private mutating func end() {
    isOver = true
    for i in taps.indices where taps[i].deadline == nil { taps[i].deadline = .now + Self.grace }
  }

  /// Connects to new processes, and stops waiting for those that have left.
  private mutating func follow(_ roster: Roster) throws(StageFailure) {
    if stage == .analyze, !roster.isAnalyzed {
      throw StageFailure(
        "\(command): this pipeline has no analyzers; 'merc tap parse' shows its records")
    }
    var present: Set<String> = []
    for member in roster.members where stage == nil || member.stage == stage {
      let tap = Endpoint(member.tap).reachable(from: Endpoint(endpoint)).text
      guard !tap.isEmpty else { continue }
      present.insert(tap)
      if finished.contains(tap) || taps.contains(where: { $0.endpoint == tap }) { continue }
      do throws(TransportFailure) {
        let socket = try Socket(.subscriber, queue: Self.queue, in: context)
        for kind in [kind, .gap, .bye] { try socket.subscribe(to: Tap.topic(kind).span) }
        try socket.connect(tap)
        taps.append(Ear(name: member.name, endpoint: tap, socket: socket))
      } catch {
        throw StageFailure("\(command): \(error)")
      }
    }
    for i in taps.indices {
      if present.contains(taps[i].endpoint) {
        taps[i].deadline = nil
      } else if taps[i].deadline == nil {
        taps[i].deadline = .now + Self.grace
      }
    }
  }

  // MARK: The taps

  /// Takes some of what each tap has sent; false when nothing was there.
  private mutating func listen(
    _ frame: inout Frame, _ take: (Span<UInt8>, MessageHeader) throws(StageFailure) -> Void
  ) throws(StageFailure) -> Bool {
    var isMore = false
    for ear in taps {
      for _ in 0..<16 {
        guard ear.socket.receive(into: &frame) else { break }
        isMore = true
        try hear(frame.bytes, from: ear, take)
      }
    }
    return isMore
  }

  private mutating func hear(
    _ message: Span<UInt8>, from ear: Ear,
    _ take: (Span<UInt8>, MessageHeader) throws(StageFailure) -> Void
  ) throws(StageFailure) {
    var input = Reader(message, isBody: true)
    guard let header = try? MessageHeader(&input) else { return }
    switch header.kind {
    case .gap:
      let missed = (try? input.u64le()) ?? 0
      Host.report(
        "\(command): missed \(missed) messages of \(ear.name): reading too slowly")
    case .bye:
      finished.insert(ear.endpoint)
      taps.removeAll { $0.endpoint == ear.endpoint }
    case kind: try take(message, header)
    default: break
    }
  }

  private mutating func forgetTheGone() {
    taps.removeAll { $0.deadline.map { $0 <= .now } ?? false }
  }

  /// Waits for something to show.
  private mutating func rest() throws(StageFailure) {
    let wait = 50
    if poll([control.socket] + taps.map(\.socket), milliseconds: wait) != 0 || isOver { return }
    if let pid, !Host.isAlive(pid) { return end() }
    try control.wait(.milliseconds(wait))
  }
}
