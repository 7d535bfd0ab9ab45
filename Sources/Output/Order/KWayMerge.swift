import Wire

/// Puts the records of several sources into the order of their packets' time.
///
/// Each source's records keep their own order, which is exact. A record of one waits until every
/// other source has come as far; a source that is slow in that is waited for only so long, and what it
/// brings later is given out then. Nothing is lost.
struct KWayMerge: ~Copyable {
  /// A class, so that an array can hold it.
  private final class Lane {
    let source: UInt32
    var merge: ReorderBuffer
    /// The source's last round, once it is known.
    var last: UInt64?
    /// When the round that is being given out was opened.
    var opened = ContinuousClock.now

    init(source: UInt32, epoch: UInt32) {
      self.source = source
      merge = ReorderBuffer(epoch: epoch, from: 1, window: KWayMerge.window)
    }

    var isComplete: Bool {
      guard let last else { return false }
      return merge.round > last && merge.next == nil
    }

    /// Whether everything from before `time` has been given out.
    func hasPassed(_ time: UInt64) -> Bool {
      if let next = merge.next { return next.time >= time }
      return isComplete || merge.time >= time
    }

    /// Whether it cannot wait: there is hardly room for more.
    var isCrowded: Bool { merge.waiting > KWayMerge.window / 2 }
  }

  private var lanes: [Lane] = []
  /// How many sources there are, as far as is known.
  private(set) var sources = 1

  /// The most rounds of a source that can be waiting: more than capture lets be open.
  static let window = 64
  /// How long a record waits for sources that have not come as far.
  static let lateness = Duration.milliseconds(500)

  /// Notes how many sources there are; those that have been there still count.
  mutating func expect(sources count: Int) { sources = max(sources, count) }

  /// Takes a copy of a part; false when it is here already.
  mutating func accept(_ header: PartHeader, _ message: Span<UInt8>)
    throws(RecordPrinter.Refusal) -> Bool
  {
    let lane = try lane(of: header)
    switch lane.merge.accept(header.name, message, time: header.time, plan: header.plan) {
    case .accepted:
      if header.message.flags.contains(.last) { lane.last = header.name.round }
      return true
    case .duplicate: return false
    case .otherEpoch: throw .otherSource
    case .otherCount: throw .contradiction
    case .tooFarAhead: throw .tooFarAhead
    }
  }

  private mutating func lane(of header: PartHeader) throws(RecordPrinter.Refusal) -> Lane {
    if let lane = lanes.first(where: { $0.source == header.message.source }) { return lane }
    guard lanes.count < sources else { throw .otherSource }
    let lane = Lane(source: header.message.source, epoch: header.name.epoch)
    lanes.append(lane)
    return lane
  }

  /// Gives out the records that are next in order, each with the plan it was made by, until `body` wants no
  /// more for now, or the next one is by another plan than the `batch`; true in these cases.
  @discardableResult
  mutating func give<E: Error>(
    at now: ContinuousClock.Instant, to batch: Batch = .any,
    _ body: (Span<UInt8>, _ plan: UInt16) throws(E) -> Bool
  ) throws(E) -> Bool {
    var batch = batch
    while let (lane, time) = first(at: now) {
      let isDue =
        haveAllPassed(time)
        || now - lane.opened >= Self.lateness || lane.isCrowded
      let plan = lane.merge.plan
      guard isDue else { return false }
      guard batch.admits(plan) else { return true }
      var wantsMore = true
      try lane.merge.giveNext(item: { ReorderBuffer.record(in: $0, from: $1) }) {
        (item: Span<UInt8>) throws(E) in wantsMore = try body(item, plan)
      }
      guard wantsMore else { return true }
    }
    return false
  }

  /// What records that are given out together may have been made by.
  enum Batch: Equatable {
    /// Any plans.
    case any
    /// One plan: that of the first record, or this one.
    case one(UInt16?)

    fileprivate mutating func admits(_ plan: UInt16) -> Bool {
      guard case .one(let first) = self else { return true }
      self = .one(first ?? plan)
      return first == nil || first == plan
    }
  }

  /// Whether every source has come as far as `time`.
  private func haveAllPassed(_ time: UInt64) -> Bool {
    guard lanes.count >= sources else { return false }
    // By index, here and below: without optimisation, going over the elements allocates.
    for i in lanes.indices where !lanes[i].hasPassed(time) { return false }
    return true
  }

  /// The source whose next record is the oldest, and that record's time.
  private func first(at now: ContinuousClock.Instant) -> (lane: Lane, time: UInt64)? {
    var first: (lane: Lane, time: UInt64)?
    for i in lanes.indices {
      let lane = lanes[i]
      while lane.merge.next == nil,
        lane.merge.openRound(item: { ReorderBuffer.record(in: $0, from: $1) })
      {
        lane.opened = now
      }
      guard let next = lane.merge.next else { continue }
      if let first, first.time <= next.time { continue }
      first = (lane, next.time)
    }
    return first
  }

  /// Whether all sources have ended and everything has been given out.
  var isComplete: Bool { lanes.count >= sources && lanes.allSatisfy(\.isComplete) }
}
