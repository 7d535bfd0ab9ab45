import Transport
import Wire

/// A capture's place among those that share an interface.
package struct Captures: Sendable {
  /// Counted from 1, which is the one that keeps the roster.
  package var source: UInt32 = 1
  package var count = 1
  /// Where the first one is; `nil` for itself.
  package var first: String?

  package init() {}

  /// Whether there are others.
  package var isShared: Bool { count > 1 }
}

/// Several captures of one pipeline.
///
/// All processes report to the first; the other captures report to it too, are named in its roster,
/// and have links of their own to the parsers. Nothing begins before all are there, and the first
/// ends the run when the others have left.
extension CaptureLink {
  private var furtherCapturesHere: Int { members.values.count { $0.stage == .capture } }

  /// Whether all captures of the group have come.
  ///
  /// A further capture waits for the first one's plan.
  package var areAllHere: Bool {
    switch first {
    case .some(let first): first.roster.plans.newest != nil
    case .none: hasBegun || furtherCapturesHere >= furtherCaptures
    }
  }

  /// Whether parsers have been let in.
  private var hasBegun: Bool { !outbox.workers.isEmpty }

  /// Whether the other captures have left, so that the first may end the run.
  package var isLast: Bool { furtherCapturesHere == 0 }

  // MARK: At a further capture

  /// Takes what the first capture says.
  mutating func hearFirst() throws(StageFailure) {
    var frame = Frame()
    while let socket = first?.socket, socket.receive(into: &frame) {
      switch try first?.take(frame.bytes) {
      case .roster(let roster):
        follow(roster.plans)
        announce()
      case .resources(let notice): followed.take(notice)
      case .bye(let failed):
        isCalledOff = true
        hasFailed = failed
      case .nothing, .welcome, .part, .forget, .plan, nil: break
      }
    }
  }

  /// Tells the first capture when no round needs an older archive than the one in force.
  mutating func tellFirst(oldestOpenRound: UInt64) {
    guard first != nil, let notice = followed.settle(oldestOpenRound: oldestOpenRound) else {
      return
    }
    first?.send(MessageHeader(.resources)) { notice.write(to: &$0) }
  }

  /// Leaves the roster, when all packets have been acknowledged.
  mutating func leaveFirst() { first?.send(MessageHeader(.bye)) }

  // MARK: At the first capture

  /// Tells the others which archive is in force, when it is another one.
  mutating func tellFurtherCaptures() {
    let isNew = told != rollout.inForce
    told = rollout.inForce
    for peer in order where members[peer]?.stage == .capture {
      if isNew || generations[peer] == nil { send(ResourcesNotice(.inForce, told), to: peer) }
      if generations[peer] == nil { generations[peer] = 0 }
    }
  }

  /// Hears that a further capture needs no older archive.
  mutating func note(_ notice: ResourcesNotice, from peer: PeerID) {
    if notice.word == .loaded { generations[peer] = notice.resources.generation }
  }

  /// Whether all other captures' rounds are scored by the archive in force.
  var furtherCapturesHaveFollowed: Bool {
    order.allSatisfy {
      members[$0]?.stage != .capture || generations[$0] == rollout.inForce.generation
    }
  }
}

/// What a further capture knows of archives: the one in force, as the first capture announces it.
struct FollowedResources: Sendable {
  private var inForce = ResourcesInForce()
  /// The first round that it scores.
  private var since: UInt64?
  private var isTold = false

  mutating func take(_ notice: ResourcesNotice) {
    guard notice.word == .inForce, notice.resources != inForce else { return }
    inForce = notice.resources
    since = nil
    isTold = false
  }

  mutating func begin(round: UInt64) -> ResourcesInForce {
    since = since ?? round
    return inForce
  }

  /// What to tell the first capture, once, when no open round needs an older one.
  mutating func settle(oldestOpenRound: UInt64) -> ResourcesNotice? {
    guard !isTold, let since, oldestOpenRound >= since else { return nil }
    isTold = true
    return ResourcesNotice(.loaded, inForce)
  }
}
