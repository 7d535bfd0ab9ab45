import Bytes
import Files
import Render
import Wire

/// The output of `--fingerprint`: each record as a line of JSON, in a file or one after the other.
package final class JSONLines: Output {
  private var renderer = JSONRenderer()
  private var file: OutputSeries?

  package init(to file: consuming OutputSeries) { self.file = consume file }

  package func use(_ plan: SinkPlan) { renderer.end(withSensor: plan.sensor) }

  /// Prints the record as a line.
  ///
  /// - Throws: `FileFailure` if the line cannot be written.
  package func put(_ record: borrowing RecordItem, analysis: Span<UInt8>) throws(FileFailure)
    -> PutOutcome
  {
    guard hasReader else { return .taken }
    do throws(Malformed) {
      let outcome = try renderer.record(
        head: record.head, analysis: analysis, tail: record.tail, flow: record.flow,
        time: record.time)
      if outcome == .tooLong { return .tooLong }
    } catch {
      return .unreadable
    }
    try file?.write(moving: &renderer.buffer)
    return .taken
  }

  /// Writes the lines that wait.
  ///
  /// - Throws: `FileFailure` if they cannot be written.
  package func flush() throws(FileFailure) { try file?.flush() }

  /// Ends the file if its time is over.
  ///
  /// - Throws: `FileFailure` if it cannot be completed.
  package func rotate() throws(FileFailure) { try file?.rotate() }

  /// Goes on in a new file where the old one has been moved away.
  ///
  /// - Throws: `FileFailure` if the old file cannot be completed or the new one created.
  package func reopen() throws(FileFailure) { try file?.reopen() }

  /// Completes the file.
  ///
  /// - Throws: `FileFailure` if it cannot be completed.
  package func close() throws(FileFailure) { try file?.close() }
  package func abandon() { file = nil }
  package var hasReader: Bool { file != nil }
}
