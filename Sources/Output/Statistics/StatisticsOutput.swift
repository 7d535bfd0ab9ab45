import Files
import Wire

/// The output of `--stats`: which hosts were seen with what, counted and written every so often.
package final class StatisticsOutput: Output {
  private var statistics: Statistics?
  private var ignored: UInt64 = 0

  package init(_ statistics: consuming Statistics) { self.statistics = consume statistics }

  package func note(resourceVersion: String) { statistics?.resourceVersion = resourceVersion }

  /// Counts the record.
  ///
  /// - Throws: Nothing; what has been counted is written by `rotate` and `close`.
  package func put(_ record: borrowing RecordItem, analysis: Span<UInt8>) throws(FileFailure)
    -> PutOutcome
  {
    statistics?.count(record)
    return .taken
  }

  /// Writes what has been counted if the interval is over.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  package func rotate() throws(FileFailure) { try statistics?.rotate() }

  /// Writes what has not been written, and waits for the end of that.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  package func close() throws(FileFailure) {
    guard var statistics = statistics.take() else { return }
    ignored = statistics.ignored
    try statistics.close()
  }

  package var warning: String? {
    ignored == 0
      ? nil
      : "\(ignored) observations were new after --stats-limit was reached, and are not in the statistics"
  }
}
