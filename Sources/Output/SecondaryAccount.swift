import Wire

/// What a secondary sink is told of the account, so that its own adds up: its parts' tallies, one after
/// the other, come to all that was read, and what it was not given is among them.
package struct SecondaryAccount {
  private var told: Tally
  private var untold = Tally()

  /// The reason that the ledger gives for what was left out.
  package static let reason = "left out, the sink was too slow"

  /// For a sink that comes when this much has been counted, and this many records given: they are not
  /// its own, and all others are.
  package init(after account: Tally, given: UInt64) {
    told = Tally()
    for (line, count) in account.counts
    where line.entry != .packets && line.entry != .forwarded {
      told.add(count, line.entry, line.name)
    }
    let forwarded = given + Ledger(account).withoutRecord
    told.add(forwarded, .forwarded)
    told.add(forwarded + account.total(.gated), .packets)
  }

  /// Notes what it is not given.
  package mutating func leaveOut(records: UInt64, packets: UInt64) {
    untold.add(records, .dropped, Self.reason)
    untold.add(packets, .unwritten, Self.reason)
  }

  /// What has been counted since it was told last.
  package mutating func next(_ account: Tally) -> Tally {
    var news = account.since(told)
    told = account
    news.add(untold)
    untold = Tally()
    return news
  }
}
