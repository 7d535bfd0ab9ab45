import Stage
import Transport
import Wire

/// Says once a second, on standard error, how much is coming in and how much of it is lost.
///
///     12 s   49,998 packets/s   18.3 MB/s   6,120 records/s   0 lost/s
struct Rates {
  private var seconds = Timetable(every: .seconds(1))
  private let start = ContinuousClock.now
  private var since = ContinuousClock.now
  private var before = Tally()

  /// `account` is everything counted so far; it is asked for only when a second is over.
  mutating func show(_ account: () -> Tally) {
    let now = ContinuousClock.now
    guard seconds.isDue(now) else { return }
    let account = account()
    let duration = max((now - since) / .seconds(1), 0.001)
    func rate(_ entry: Tally.Entry) -> UInt64 {
      let (new, old) = (account.total(entry), before.total(entry))
      return UInt64(Double(new - min(old, new)) / duration + 0.5)
    }
    let tenths = rate(.bytes) / 100_000
    let elapsed = Int((now - start) / .seconds(1) + 0.5)
    Host.report(
      "\(elapsed) s   \(rate(.packets).grouped) packets/s   \(tenths / 10).\(tenths % 10) MB/s   "
        + "\(rate(.records).grouped) records/s   \(rate(.lost).grouped) lost/s")
    before = account
    since = now
  }
}
