import Bytes
import Render
import Wire

/// Prints records one by one to files; without any, counts them.
struct LineWriter: ~Copyable {
  private var renderer = JSONRenderer()
  var file: OutputSeries?
  private(set) var printed: UInt64 = 0
  private(set) var tooLong: UInt64 = 0

  init(file: consuming OutputSeries?) { self.file = file }

  var isOpen: Bool { file != nil }

  /// Lets go of a file that nobody reads any more.
  mutating func abandon() { file = nil }

  /// Ends the lines from now on with the name of the sensor, or without one.
  mutating func end(withSensor sensor: String?) { renderer.end(withSensor: sensor) }

  /// Makes a line of a record, for `move`.
  mutating func add(
    _ record: borrowing RecordItem, _ analysis: Span<UInt8>
  ) throws(Malformed) {
    guard isOpen else {
      printed += 1
      return
    }
    let outcome = try renderer.record(
      head: record.head, analysis: analysis, tail: record.tail, flow: record.flow,
      time: record.time)
    switch outcome {
    case .printed: printed += 1
    case .tooLong: tooLong += 1
    }
  }

  /// Moves what has been added to the file.
  mutating func move() throws(OutputFailure) { try file?.write(moving: &renderer.buffer) }
}
