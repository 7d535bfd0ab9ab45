import Bytes
import Output
import Stage
import Transport
import Wire

/// The further sinks that this one passes all records on to, each at its own pace.
///
/// Each gets them in their final order, in parts with numbers of their own, and is told of what it was
/// not given. Whoever waits for one holds back the line; whoever does not is left out instead.
struct Followers: ~Copyable {
  /// A class, so that an array can hold it.
  private final class Follower {
    let hello: Hello
    var outlet: Outlet
    var account: FollowerAccount
    var round: UInt64 = 0
    /// Whether it has ever answered: it does once it knows what to write.
    var hasJoined = false
    /// When it last took something over.
    var lastSign = ContinuousClock.now

    init(_ hello: Hello, _ outlet: consuming Outlet, _ account: FollowerAccount) {
      self.hello = hello
      self.outlet = outlet
      self.account = account
    }

    var isWaitedFor: Bool { hello.policy != .drop }

    /// Whether it has as much to take as it may have.
    var isBehind: Bool { outlet.heldBytes >= (isWaitedFor ? 8 << 20 : 32 << 20) }
  }

  private let me: Hello
  private let context: SocketContext
  private let epoch = Surroundings.newEpoch()
  private var followers: [Follower] = []
  /// How many are to come before anything is passed on.
  private var missing: Int
  /// Since when the line has been waiting for one.
  private var heldSince: ContinuousClock.Instant?
  private var hasComplained = false

  /// How long the line stands still before that is told; and how long, at its end, one that is not
  /// waited for may take nothing.
  static let patience = Duration.seconds(5)

  /// Nobody is there; nothing may be passed on before `count` are.
  init(as me: Hello, expecting count: Int, in context: SocketContext) {
    self.me = me
    self.context = context
    missing = count
  }

  var sockets: [Socket] { followers.flatMap { $0.outlet.sockets } }
  var isEmpty: Bool { followers.isEmpty }

  /// Whether what is at the end of the line has to be kept back until all of them have it.
  var areExpected: Bool { missing > 0 || !followers.isEmpty }

  /// Connects to those who are new; fails when one has gone that is waited for.
  ///
  /// `tally` is what has been counted so far, of `given` records that have been passed on.
  mutating func follow(_ roster: Roster, after tally: Tally, given: UInt64) throws(StageFailure) {
    let members = roster.members.filter { $0.stage == .follower && !$0.data.isEmpty }
    for member in members where !followers.contains(where: { $0.hello.place == member.place }) {
      let follower = Follower(
        member, Outlet(as: me, in: context), FollowerAccount(after: tally, given: given))
      try follower.outlet.follow([member])
      followers.append(follower)
      missing -= 1
    }
    for follower in followers
    where !members.contains(where: { $0.place == follower.hello.place }) {
      // Its last word may have come already.
      try serve(follower)
      try lose(follower)
    }
  }

  /// One is no longer there, or wants no more.
  private mutating func lose(_ follower: Follower) throws(StageFailure) {
    remove(follower)
    let name = follower.hello.name
    if !follower.hasJoined {
      // Whoever made a mistake with its options may come again.
      missing += 1
    } else if follower.outlet.hasBeenLeft {
      Surroundings.report("merc-sink: \(name) has left the line, which goes on")
    } else if follower.isWaitedFor {
      throw StageFailure(
        "merc-sink: \(name), which the line waits for, has gone; its output is not complete",
        status: 70)
    } else {
      Surroundings.report("merc-sink: \(name) has gone; the line goes on without it")
    }
  }

  private mutating func remove(_ follower: Follower) {
    followers.removeAll { $0 === follower }
    for socket in follower.outlet.sockets { socket.dropUnsent() }
  }

  /// Hears who has taken what over, and sends what there is room for.
  mutating func serve() throws(StageFailure) {
    for follower in followers {
      try serve(follower)
      if follower.outlet.hasBeenLeft { try lose(follower) }
    }
  }

  private func serve(_ follower: Follower) throws(StageFailure) {
    try follower.outlet.serve()
    if follower.outlet.hasTakers { follower.hasJoined = true }
    if !follower.outlet.takenOver.isEmpty { follower.lastSign = .now }
  }

  // MARK: Records

  /// Whether nothing may be passed on now: somebody who is waited for is not there, or not as far.
  mutating func isHolding() -> Bool {
    let slow = followers.first { $0.isWaitedFor && $0.isBehind }
    guard slow != nil || missing > 0 else {
      heldSince = nil
      hasComplained = false
      return false
    }
    let since = heldSince ?? .now
    heldSince = since
    if !hasComplained, .now - since > Self.patience {
      hasComplained = true
      let cause = slow.map { "\($0.hello.name), which is slow" } ?? "\(missing) further sinks"
      Surroundings.report("merc-sink: the line waits for \(cause)")
    }
    return true
  }

  /// Gives everybody the next part, but for those who are not waited for and are behind.
  ///
  /// `tally` is what has been counted so far. The last part is for everybody, if only to say so.
  func pass(
    _ batch: borrowing OrderedBatch, _ format: PacketFormat, after tally: Tally,
    isLast: Bool = false
  ) {
    for follower in followers {
      let isLeftOut = !follower.isWaitedFor && follower.isBehind
      // From here on it is to show that it takes what it has.
      if isLast { follower.lastSign = .now }
      if isLeftOut {
        follower.account.leaveOut(records: batch.records, packets: batch.packets)
        if !isLast { continue }
      }
      follower.round += 1
      let name = PartName(epoch: epoch, round: follower.round, index: 0, count: 1)
      var flags: MessageHeader.Flags = isLast ? .last : []
      if format.hasNanoseconds { flags.insert(.nanoseconds) }
      var header = PartHeader(
        MessageHeader(.ordered, flags: flags, epoch: epoch), name: name,
        linkType: format.linkType)
      header.time = .max
      let part = follower.outlet.blank()
      let news = follower.account.next(tally)
      if isLeftOut {
        OrderedBatch().write(to: &part.builder, header, news)
      } else {
        batch.write(to: &part.builder, header, news)
      }
      follower.outlet.submit(part, name: name)
    }
  }

  // MARK: The end

  /// Whether everybody has taken everything over.
  var areDone: Bool { followers.allSatisfy { $0.outlet.isDrained } }

  /// Lets go of those that are not waited for and take nothing any more.
  mutating func giveUp() {
    for follower in followers
    where !follower.isWaitedFor && .now - follower.lastSign > Self.patience {
      remove(follower)
      Surroundings.report(
        "merc-sink: \(follower.hello.name) has taken nothing for \(Self.patience.components.seconds) "
          + "seconds, and the line ends without it")
    }
  }

  /// Takes leave of everybody.
  func close() {
    for follower in followers { follower.outlet.close() }
  }
}
