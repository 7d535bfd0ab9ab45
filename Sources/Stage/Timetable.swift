/// Says when something that is to happen every so often is due.
package struct Timetable {
  private let interval: Duration
  private var next: ContinuousClock.Instant

  package init(every interval: Duration) {
    self.interval = interval
    next = .now + interval
  }

  /// True once an interval.
  package mutating func isDue(_ now: ContinuousClock.Instant = .now) -> Bool {
    guard now >= next else { return false }
    next = now + interval
    return true
  }
}
