import Bytes
import Wire

/// Cuts the stream of packets into rounds, and each round by slot into one part per worker.
///
/// Workers are numbers from 0 on here: a type that is generic is not specialized for another module, and every
/// packet comes through here.
package struct RoundBuilder: ~Copyable {
  /// One worker's share of a finished round.
  package struct Share {
    package let part: HeldPart
    package let name: PartName
    /// The worker that the part's slots belong to; `nil` when there was none.
    package let owner: Int?
  }

  private var template: PartHeader
  /// The worker that each slot of the round belongs to.
  private var owners: [Int?] = []
  /// How many workers there are; a slot without an owner counts as the next one's.
  private var workers = 0
  private var workerOfSlot = [Int](repeating: 0, count: SlotSet.count)
  /// Each worker's part of the round, which begins with its first packet.
  private var parts: [HeldPart?] = []
  /// The part that the next worker to get a packet takes.
  private var spare: HeldPart?
  private var bytes = 0
  /// The round being filled, or the last one that was; the first is 1.
  package private(set) var round: UInt64 = 0
  package private(set) var isOpen = false

  /// How much of a round one worker gets, and how much of it makes the round end early.
  static var fairShare: Int { 256 << 10 }
  static var mostOfOne: Int { 512 << 10 }

  package init(
    source: UInt32, epoch: UInt32, linkType: UInt32, flags: MessageHeader.Flags = []
  ) {
    template = PartHeader(
      MessageHeader(.frames, flags: flags, source: source, epoch: epoch),
      name: PartName(epoch: epoch, round: 0, index: 0, count: 1), linkType: linkType)
  }

  /// The generation of the plan that the rounds opened from now on are captured by.
  package var plan: UInt16 {
    get { template.plan }
    set { template.plan = newValue }
  }

  /// Opens the next round for workers that own the slots so; what its packets give is scored by
  /// `resources`.
  package mutating func begin(owners: [Int?], resources: ResourcesInForce = ResourcesInForce()) {
    round += 1
    template.resources = resources
    isOpen = true
    bytes = 0
    // Between most rounds no slot changes its owner.
    guard owners != self.owners else { return }
    self.owners = owners
    workers = owners.reduce(0) { max($0, ($1 ?? -1) + 1) }
    workerOfSlot = owners.map { [workers] in $0 ?? workers }
    parts = [HeldPart?](repeating: nil, count: owners.contains(nil) ? workers + 1 : workers)
  }

  /// Whether `supply` must be called before a packet is added or the round ends.
  package var needsPart: Bool { spare == nil }

  /// Gives a part to fill.
  package mutating func supply(_ part: HeldPart) { spare = part }

  /// Adds a packet.
  package mutating func add(_ frame: borrowing FrameItem) {
    let worker = workerOfSlot[Int(frame.slot) & (SlotSet.count - 1)]
    if parts[worker] == nil { open(worker) }
    guard let size = parts[worker]?.append(frame) else { return }
    bytes += FrameItem.headSize + frame.bytes.count
    if size >= Self.mostOfOne { bytes = .max / 2 }
  }

  private mutating func open(_ worker: Int) {
    guard let part = spare.take() else { preconditionFailure("a part was not supplied") }
    part.builder.begin(template)
    parts[worker] = part
  }

  /// Whether the round is large enough to go out.
  package var isFull: Bool { bytes >= Self.fairShare * parts.count }

  package var isEmpty: Bool { bytes == 0 }

  /// Ends the round: its parts, named and ready to be sent; at least one.
  ///
  /// `account` goes to the front of the first one's tally. `time` says that no packet to come is older.
  package mutating func finish(isLast: Bool, time: UInt64 = 0, account: borrowing Buffer) -> [Share]
  {
    if parts.allSatisfy({ $0 == nil }) { open(0) }
    let count = parts.count { $0 != nil }
    var shares: [Share] = []
    shares.reserveCapacity(count)
    for worker in parts.indices {
      guard let part = parts[worker].take() else { continue }
      let name = PartName(
        epoch: template.name.epoch, round: round, index: UInt16(shares.count),
        count: UInt16(count))
      part.builder.endItems()
      if shares.isEmpty { part.builder.buffer.append(account.bytes) }
      part.builder.buffer.append(tally: UInt64(part.builder.items), .forwarded)
      part.builder.finish(name: name, flags: isLast ? .last : [], time: time)
      shares.append(Share(part: part, name: name, owner: worker < workers ? worker : nil))
    }
    isOpen = false
    return shares
  }
}
