import Bytes
import Wire

/// Cuts the stream of packets into rounds, and each round by slot into one part per worker.
///
/// Workers are numbers here: a type that is generic is not specialized for another module, and every packet
/// comes through here.
package struct RoundBuilder: ~Copyable {
  /// A worker's part of the round; its part begins with its first packet.
  private struct Lane {
    let owner: Int?
    var part: HeldPart?
  }

  /// One worker's share of a finished round.
  package struct Share {
    package let part: HeldPart
    package let name: PartName
    /// The worker that the part's slots belong to; `nil` when there was none.
    package let owner: Int?
  }

  private var template: PartHeader
  /// The worker that each slot of the round belongs to, and the lanes made of that.
  private var owners: [Int?] = []
  private var lanes: [Lane] = []
  private var laneOfSlot = [Int](repeating: 0, count: SlotSet.count)
  /// The part that the next lane to get a packet takes.
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
    if owners != self.owners { assignLanes(owners) }
  }

  private mutating func assignLanes(_ owners: [Int?]) {
    self.owners = owners
    lanes.removeAll(keepingCapacity: true)
    var laneOfOwner: [Int?: Int] = [:]
    for slot in owners.indices {
      let owner = owners[slot]
      if let lane = laneOfOwner[owner] {
        laneOfSlot[slot] = lane
      } else {
        laneOfOwner[owner] = lanes.count
        laneOfSlot[slot] = lanes.count
        lanes.append(Lane(owner: owner, part: nil))
      }
    }
  }

  /// Whether `supply` must be called before a packet is added or the round ends.
  package var needsPart: Bool { spare == nil }

  /// Gives a part to fill.
  package mutating func supply(_ part: HeldPart) { spare = part }

  /// Adds a packet.
  package mutating func add(_ frame: borrowing FrameItem) {
    let lane = laneOfSlot[Int(frame.slot) & (SlotSet.count - 1)]
    if lanes[lane].part == nil { open(lane) }
    guard let size = lanes[lane].part?.append(frame) else { return }
    bytes += FrameItem.headSize + frame.bytes.count
    if size >= Self.mostOfOne { bytes = .max / 2 }
  }

  private mutating func open(_ lane: Int) {
    guard let part = spare.take() else { preconditionFailure("a part was not supplied") }
    part.builder.begin(template)
    lanes[lane].part = part
  }

  /// Whether the round is large enough to go out.
  package var isFull: Bool { bytes >= Self.fairShare * lanes.count }

  package var isEmpty: Bool { bytes == 0 }

  /// Ends the round: its parts, named and ready to be sent; at least one.
  ///
  /// `account` goes to the front of the first one's tally. `time` says that no packet to come is older.
  package mutating func finish(isLast: Bool, time: UInt64 = 0, account: borrowing Buffer) -> [Share]
  {
    if lanes.allSatisfy({ $0.part == nil }) { open(0) }
    let count = lanes.count { $0.part != nil }
    var shares: [Share] = []
    shares.reserveCapacity(count)
    for lane in lanes.indices {
      guard let part = lanes[lane].part.take() else { continue }
      let name = PartName(
        epoch: template.name.epoch, round: round, index: UInt16(shares.count),
        count: UInt16(count))
      part.builder.endItems()
      if shares.isEmpty { part.builder.buffer.append(account.bytes) }
      part.builder.buffer.append(tally: UInt64(part.builder.items), .forwarded)
      part.builder.finish(name: name, flags: isLast ? .last : [], time: time)
      shares.append(Share(part: part, name: name, owner: lanes[lane].owner))
    }
    isOpen = false
    return shares
  }
}
