import Output
import Wire

/// What the primary sink decides about the secondary sinks: which are given the next part, which are left
/// out, when they hold the pipeline back, and what it means that one leaves.
///
/// No sockets and no clock: the caller tells what each sink has acknowledged and what time it is, and is
/// told what to send.
package struct FanOut {
  /// A secondary sink, as far as it matters here.
  private struct Member {
    let place: String
    let name: String
    let policy: Policy
    var account: SecondaryAccount
    /// How many parts it was given.
    var round: UInt64 = 0
    /// Whether it has ever answered: it does once it knows what to write.
    var hasJoined = false
    /// How many bytes of parts it has not acknowledged.
    var heldBytes = 0
    /// When it last acknowledged something.
    var lastSign: ContinuousClock.Instant

    /// Whether it has as much to take as it may have.
    var isBehind: Bool { heldBytes >= (policy == .wait ? FanOut.waitLimit : FanOut.dropLimit) }
  }

  /// How many bytes may wait for a sink before it holds the pipeline back, or is left out.
  package static let waitLimit = 8 << 20
  package static let dropLimit = 32 << 20
  /// How long the pipeline stands still before that is told; and how long, at its end, a sink of policy
  /// drop may acknowledge nothing.
  package static let patience = Duration.seconds(5)

  private var members: [Member] = []
  /// How many are to answer before anything is passed on.
  private var missing: Int
  /// Since when the pipeline has been held back.
  private var heldSince: ContinuousClock.Instant?
  private var hasComplained = false

  /// Nothing is passed on before `count` secondary sinks have answered.
  ///
  /// That one is in the roster is not enough: it may find that its options contradict the plan, and end.
  package init(expecting count: Int) { missing = count }

  package var isEmpty: Bool { members.isEmpty }

  /// Whether the end of a source is acknowledged only once all of them have everything.
  package var areExpected: Bool { missing > 0 || !members.isEmpty }

  package func has(_ place: String) -> Bool { members.contains { $0.place == place } }

  package var places: [String] { members.map(\.place) }

  // MARK: Coming and going

  /// A sink has joined the pipeline when `tally` had been counted, and `given` records passed on.
  package mutating func join(
    _ place: String, name: String, policy: Policy, after tally: Tally, given: UInt64,
    at now: ContinuousClock.Instant
  ) {
    guard !has(place) else { return }
    members.append(
      Member(
        place: place, name: name, policy: policy,
        account: SecondaryAccount(after: tally, given: given), lastSign: now))
  }

  /// What becomes of the pipeline when a sink is no longer there.
  package enum Departure: Equatable, Sendable {
    /// It goes on without a word: the sink had never answered, and may come again.
    case unnoticed
    /// It goes on, and the user is told this.
    case told(String)
    /// It ends as incomplete, for this reason.
    case fatal(String)
  }

  /// A sink is gone; `inOrder` when it has said that it takes no more.
  package mutating func leave(_ place: String, inOrder: Bool) -> Departure {
    guard let member = remove(place) else { return .unnoticed }
    // One that made a mistake with its options may come again.
    guard member.hasJoined else { return .unnoticed }
    if inOrder { return .told("\(member.name) has left the pipeline, which goes on") }
    if member.policy == .drop {
      return .told("\(member.name) has gone; the pipeline goes on without it")
    }
    return .fatal(
      "\(member.name), which the pipeline waits for, has gone; its output is not complete")
  }

  private mutating func remove(_ place: String) -> Member? {
    members.firstIndex { $0.place == place }.map { members.remove(at: $0) }
  }

  /// A sink has answered, has acknowledged something, or has this much left to acknowledge.
  package mutating func hear(
    _ place: String, hasJoined: Bool, hasAcknowledged: Bool, heldBytes: Int,
    at now: ContinuousClock.Instant
  ) {
    guard let i = members.firstIndex(where: { $0.place == place }) else { return }
    if hasJoined, !members[i].hasJoined {
      members[i].hasJoined = true
      missing = max(0, missing - 1)
    }
    if hasAcknowledged { members[i].lastSign = now }
    members[i].heldBytes = heldBytes
  }

  // MARK: Records

  /// Whether nothing may be passed on: a sink that is waited for is not there, or not as far.
  package var isHolding: Bool { missing > 0 || slowest != nil }

  private var slowest: Member? { members.first { $0.policy == .wait && $0.isBehind } }

  /// What the user is told of a pipeline that has been held back for long; once each time.
  package mutating func complaint(at now: ContinuousClock.Instant) -> String? {
    guard isHolding else {
      heldSince = nil
      hasComplained = false
      return nil
    }
    let since = heldSince ?? now
    heldSince = since
    guard !hasComplained, now - since > Self.patience else { return nil }
    hasComplained = true
    let cause = slowest.map { "\($0.name), which is slow" } ?? "\(missing) secondary sinks"
    return "the pipeline waits for \(cause)"
  }

  /// A part for one sink: the records, or none, and what has been counted since the part before.
  package struct Delivery: Equatable, Sendable {
    package let place: String
    package let round: UInt64
    package let hasRecords: Bool
    package let news: Tally
  }

  /// Which sinks get the next part, of so many records and packets, when `tally` has been counted.
  ///
  /// A sink of policy drop that is behind gets none, and is told with the next part how much that was. The
  /// last part is for all of them, if only to say so.
  package mutating func pass(
    records: UInt64, packets: UInt64, after tally: Tally, isLast: Bool,
    at now: ContinuousClock.Instant
  ) -> [Delivery] {
    var deliveries: [Delivery] = []
    for i in members.indices {
      let isLeftOut = members[i].policy == .drop && members[i].isBehind
      // From here on it is to show that it takes what it has.
      if isLast { members[i].lastSign = now }
      if isLeftOut {
        members[i].account.leaveOut(records: records, packets: packets)
        if !isLast { continue }
      }
      members[i].round += 1
      deliveries.append(
        Delivery(
          place: members[i].place, round: members[i].round, hasRecords: !isLeftOut,
          news: members[i].account.next(tally)))
    }
    return deliveries
  }

  // MARK: The end

  /// Whether all of them have acknowledged everything.
  package var areDone: Bool { members.allSatisfy { $0.heldBytes == 0 } }

  /// Lets go of sinks of policy drop that acknowledge nothing any more; each with what the user is told.
  package mutating func giveUp(at now: ContinuousClock.Instant) -> [(place: String, told: String)] {
    let given = members.filter { $0.policy == .drop && now - $0.lastSign > Self.patience }
    return given.map { member in
      _ = remove(member.place)
      return (
        member.place,
        "\(member.name) has taken nothing for \(Self.patience.components.seconds) seconds, and the "
          + "pipeline ends without it"
      )
    }
  }
}
