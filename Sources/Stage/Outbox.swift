import Bytes
import Transport
import Wire

/// The upstream end of a link: keeps every part until its result is acknowledged, assigns each part
/// to a worker, and reassigns what a dead worker held.
///
/// No sockets and no clock: the caller says which workers join and leave and what they acknowledge,
/// and is told what to send. So all of it is tested without processes.
package struct Outbox<ID: Hashable & Sendable>: ~Copyable {
  package enum Distribution: Sendable {
    /// Each part is for the owner of its slots.
    case bySlot
    /// Each part is for the worker with the most credit.
    case byCredit
  }

  struct Worker {
    var window: Int
    var keepsState: Bool
    var inFlight = 0
    /// The oldest round whose packets it still needs.
    var lowWaterMark = UInt64.max
    var isLeaving = false
    var queue: [Outgoing] = []
    var sent: [Delivery] = []

    /// The oldest round that a successor would have to be shown: what the worker needs by its own
    /// word, or has not got yet of what it is to be shown itself.
    var horizon: UInt64 {
      guard keepsState else { return .max }
      let shown = sent.lazy.filter { $0.kind == .replay }.map(\.part.name.round).min() ?? .max
      let toShow = queue.lazy.compactMap(\.replayed).map(\.name.round).min() ?? .max
      return min(lowWaterMark, shown, toShow)
    }
  }

  /// Something a worker is to get, in this order.
  enum Outgoing {
    case work(HeldPart)
    /// Only these slots' packets, to rebuild state.
    case replay(HeldPart, SlotSet)
    case forget(Forget)

    var part: HeldPart? {
      switch self {
      case .work(let part), .replay(let part, _): part
      case .forget: nil
      }
    }

    /// The part that is to be worked on.
    var work: HeldPart? { if case .work(let part) = self { part } else { nil } }

    /// The part that is to be shown again.
    var replayed: HeldPart? { if case .replay(let part, _) = self { part } else { nil } }
  }

  /// Something a worker has got and not acknowledged.
  struct Delivery {
    let part: HeldPart
    let kind: MessageHeader.Flags
    let bytes: Int
  }

  /// Slots and parts of a dead worker that no other has been given yet.
  struct Orphaned {
    let lowWaterMark: UInt64
    let keepsState: Bool
    var slots = SlotSet()
    var parts: [HeldPart]
  }

  private let distribution: Distribution
  /// How many bytes of parts already acknowledged are kept for workers' state.
  private let retention: Int
  var workers: [ID: Worker] = [:]
  private var order: [ID] = []
  var owners: [ID?]
  private(set) var held: [HeldPart] = []
  private var pool: [HeldPart] = []
  private var orphaned: [Orphaned] = []
  /// With `byCredit`: parts not assigned yet.
  private var waiting: [HeldPart] = []
  /// The message being made of a part.
  var scratch = Buffer(capacity: 1 << 12)
  var membersChanged = false

  /// Items that workers died of, taken out of their parts.
  package var quarantined: [[UInt8]] = []
  /// Parts whose packets were let go before the state that needs them was finished.
  package private(set) var forgotten: UInt64 = 0

  package init(_ distribution: Distribution, retention: Int = 32 << 20) {
    self.distribution = distribution
    self.retention = retention
    owners = [ID?](repeating: nil, count: SlotSet.count)
  }

  // MARK: Members

  /// Those that new parts can be given to.
  package var active: [ID] { order.filter { workers[$0]?.isLeaving == false } }

  package var isEmpty: Bool { held.allSatisfy(\.isAcknowledged) }

  /// How many bytes of parts are not acknowledged.
  package var heldBytes: Int {
    held.reduce(0) { $1.isAcknowledged ? $0 : $0 + $1.builder.buffer.count }
  }

  /// How many rounds have parts that are not acknowledged, counted from the oldest to `round`.
  package func openRounds(upTo round: UInt64) -> Int {
    oldestOpenRound.map { Int(round &- $0) + 1 } ?? 0
  }

  /// The oldest round with parts that are not acknowledged.
  package var oldestOpenRound: UInt64? { held.first { !$0.isAcknowledged }?.name.round }

  /// The plan of the oldest part that is kept, by its generation.
  package var oldestPlan: UInt16? { held.lazy.map { $0.builder.header.plan }.min() }

  package mutating func join(_ id: ID, window: Int, keepsState: Bool) {
    guard workers[id] == nil else { return }
    workers[id] = Worker(window: window, keepsState: keepsState)
    order.append(id)
    membersChanged = true
    reassignOrphaned()
  }

  /// A worker wants to end: it gets nothing new.
  package mutating func retire(_ id: ID) {
    workers[id]?.isLeaving = true
    membersChanged = true
  }

  /// Whether a worker that wants to end has nothing left to do.
  package func isDone(_ id: ID) -> Bool {
    guard let worker = workers[id], worker.isLeaving else { return false }
    return worker.sent.isEmpty && worker.queue.isEmpty
  }

  /// A worker that has ended in order: it holds nothing.
  package mutating func remove(_ id: ID) { leave(id, diedOfWork: false) }

  /// A worker is no longer there: what it held is orphaned, and reassigned as soon as another is there.
  package mutating func leave(_ id: ID, diedOfWork: Bool = true) {
    guard let worker = workers.removeValue(forKey: id) else { return }
    order.removeAll { $0 == id }
    membersChanged = true
    if diedOfWork { blame(worker.sent) }
    // A part on trial is still in the queue.
    let unfinished =
      (worker.sent.filter { $0.kind == [] }.map(\.part)
      + worker.queue.compactMap(\.work))
      .filter { !$0.isAcknowledged }
    var parts: [HeldPart] = []
    for part in unfinished where !parts.contains(where: { $0 === part }) { parts.append(part) }
    parts.sort { $0.name < $1.name }
    var left = Orphaned(lowWaterMark: worker.horizon, keepsState: worker.keepsState, parts: parts)
    for slot in owners.indices where owners[slot] == id {
      left.slots.insert(slot)
      owners[slot] = nil
    }
    orphaned.append(left)
    reassignOrphaned()
  }

  /// Notes against each part that a worker died while it had it.
  private func blame(_ deliveries: [Delivery]) {
    for delivery in deliveries {
      let part = delivery.part
      if delivery.kind == .probe {
        part.trial?.died()
      } else if delivery.kind == [] {
        part.deaths += 1
        if part.deaths >= 2, part.trial == nil { part.trial = .init(items: part.items) }
      }
    }
  }

  /// Reassigns what dead workers held, each one's slots to the worker with the fewest.
  private mutating func reassignOrphaned() {
    for left in orphaned {
      guard let id = active.min(by: { ownedSlots($0) < ownedSlots($1) }) else { return }
      guard distribution == .bySlot else {
        waiting = left.parts + waiting
        continue
      }
      for slot in owners.indices where left.slots.contains(slot) { owners[slot] = id }
      reassign(left, to: id)
    }
    orphaned.removeAll()
  }

  // MARK: Parts

  /// A part to fill, with memory that has been used before.
  package mutating func blank() -> HeldPart {
    pool.popLast() ?? HeldPart(capacity: 1 << 18)
  }

  /// Takes a finished part: it goes out when there is credit, and stays until acknowledged.
  package mutating func submit(_ part: HeldPart, name: PartName, to id: ID? = nil) {
    part.name = name
    held.append(part)
    guard let id, workers[id] != nil else {
      if distribution == .bySlot {
        submit(orphaned: part)
      } else {
        waiting.append(part)
      }
      return
    }
    workers[id]?.queue.append(.work(part))
  }

  /// Takes a part whose owner died while it was filled: it follows the part's slots, all of which
  /// have been reassigned to one worker.
  private mutating func submit(orphaned part: HeldPart) {
    let slot = part.firstSlot
    if let owner = slot.flatMap({ owners[$0] }) ?? active.first {
      workers[owner]?.queue.append(.work(part))
    } else if let i = orphaned.firstIndex(where: { $0.slots.contains(slot ?? 0) }) {
      orphaned[i].parts.append(part)
    } else {
      orphaned.append(Orphaned(lowWaterMark: .max, keepsState: false, parts: [part]))
    }
  }

  /// A worker's word on something it was sent.
  ///
  /// True when the part is now acknowledged for the first time.
  package mutating func acknowledge(
    _ acknowledgement: Acknowledgement, kind: MessageHeader.Flags, by id: ID
  ) -> Bool {
    let kind = kind.intersection([.replay, .probe])
    if var worker = workers[id] {
      if let i = worker.sent.firstIndex(where: {
        $0.part.name == acknowledgement.name && $0.kind == kind
      }) {
        let delivery = worker.sent.remove(at: i)
        worker.inFlight -= delivery.bytes
        if kind == .probe { delivery.part.trial?.survived() }
      }
      if kind != .probe { worker.lowWaterMark = acknowledgement.lowWaterMark }
      workers[id] = worker
    }
    // As long as there is more to be shown, nothing older than that is let go.
    if kind == .replay, workers[id]?.queue.isEmpty == true { release() }
    guard kind.isEmpty,
      let part = held.first(where: { $0.name == acknowledgement.name }), !part.isAcknowledged
    else { return false }
    part.isAcknowledged = true
    release()
    // What is kept for its state may be kept for long, and a round may have been short.
    if part.isAcknowledged { part.builder.buffer.trim() }
    return true
  }

  /// Lets go of what no worker needs any more.
  private mutating func release() {
    let lowWaterMark = min(
      workers.values.map(\.horizon).min() ?? .max, orphaned.map(\.lowWaterMark).min() ?? .max)
    var kept = 0
    for part in held where part.isAcknowledged { kept += part.builder.buffer.count }
    var gone = 0
    for part in held {
      guard part.isAcknowledged else { break }
      if part.name.round >= lowWaterMark {
        guard kept > retention else { break }
        forgotten += 1
      }
      kept -= part.builder.buffer.count
      gone += 1
      recycle(part)
    }
    held.removeFirst(gone)
  }

  private mutating func recycle(_ part: HeldPart) {
    let isWanted = workers.values.contains { worker in
      worker.queue.contains { $0.part === part } || worker.sent.contains { $0.part === part }
    }
    let isLeft =
      waiting.contains { $0 === part } || orphaned.contains { $0.parts.contains { $0 === part } }
    guard !isWanted, !isLeft, pool.count < 64 else { return }
    part.reset()
    pool.append(part)
  }

  // MARK: Sending

  /// Sends what credit allows.
  ///
  /// Returns the workers that `send` found gone; the caller removes them with `leave`.
  package mutating func pump(_ send: (ID, Span<UInt8>) -> Socket.Sent) -> [ID] {
    assignWaiting()
    var gone: [ID] = []
    for id in order {
      while let next = workers[id]?.queue.first {
        switch forward(next, to: id, send) {
        case .sent?: continue
        case .gone?: gone.append(id)
        case .full?, nil: break
        }
        break
      }
    }
    return gone
  }

  /// With `byCredit`: assigns waiting parts to the workers with the most credit.
  private mutating func assignWaiting() {
    while let part = waiting.first {
      guard let id = active.max(by: { room($0) < room($1) }), let worker = workers[id],
        room(id) >= part.builder.buffer.count || worker.inFlight == 0 && worker.queue.isEmpty
      else { return }
      waiting.removeFirst()
      workers[id]?.queue.append(.work(part))
    }
  }

  /// How many bytes a worker can still be given.
  private func room(_ id: ID) -> Int {
    guard let worker = workers[id] else { return 0 }
    return worker.queue.reduce(worker.window - worker.inFlight) {
      $0 - ($1.part?.builder.buffer.count ?? 0)
    }
  }

  /// Sends what is next in a worker's queue; `nil` when it has to wait.
  private mutating func forward(
    _ next: Outgoing, to id: ID, _ send: (ID, Span<UInt8>) -> Socket.Sent
  ) -> Socket.Sent? {
    if let part = next.part, part.trial != nil, next.work?.isAcknowledged != true {
      return tryOut(part, on: id, send)
    }
    switch next {
    case .work(let part):
      if part.isAcknowledged { return skip(id) }
      let size = part.builder.buffer.count
      guard hasCredit(id, for: size) else { return nil }
      return note(
        part.builder.buffer.withBytes { send(id, $0) },
        of: Delivery(part: part, kind: [], bytes: size), to: id)
    case .replay(let part, let slots):
      var isEmpty = true
      excerpt(of: part, adding: .replay) { _, item in
        guard slots.contains(FrameItem.slot(of: item)) else { return false }
        isEmpty = false
        return true
      }
      if isEmpty { return skip(id) }
      guard hasCredit(id, for: scratch.count) else { return nil }
      return note(
        send(id, scratch.bytes),
        of: Delivery(part: part, kind: .replay, bytes: scratch.count), to: id)
    case .forget(let what):
      scratch.removeAll()
      MessageHeader(.forget).write(to: &scratch)
      what.write(to: &scratch)
      let result = send(id, scratch.bytes)
      return result == .sent ? skip(id) : result
    }
  }

  /// Whether a worker may be sent so many bytes now; one message is sent however large it is.
  private func hasCredit(_ id: ID, for bytes: Int) -> Bool {
    guard let worker = workers[id] else { return false }
    return worker.inFlight == 0 || worker.inFlight + bytes <= worker.window
  }

  /// Takes what is next from a worker's queue.
  private mutating func skip(_ id: ID) -> Socket.Sent {
    workers[id]?.queue.removeFirst()
    return .sent
  }

  /// Notes what came of sending a message made of a part.
  private mutating func note(
    _ result: Socket.Sent, of delivery: Delivery, to id: ID
  ) -> Socket.Sent {
    guard result == .sent else { return result }
    workers[id]?.inFlight += delivery.bytes
    workers[id]?.sent.append(delivery)
    return skip(id)
  }
}
