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

  package func flush() throws(FileFailure) { try file?.flush() }
  package func rotate() throws(FileFailure) { try file?.rotate() }
  package func reopen() throws(FileFailure) { try file?.reopen() }
  package func close() throws(FileFailure) { try file?.close() }
  package func abandon() { file = nil }
  package var hasReader: Bool { file != nil }
}
