import Bytes
import Classifier
import FoundationEssentials
import Learn
import Output

/// Where labelled records are written, if anywhere.
struct LearnOutput: ~Copyable {
  private var file: OutputFile?

  init(_ file: consuming OutputFile?) { self.file = file }

  mutating func write(_ lines: Span<UInt8>) throws(FileFailure) {
    try file?.write(lines)
    try file?.flush()
  }

  mutating func close() throws(FileFailure) { try file.take()?.close() }
}

/// Counts labelled records in a store.
final class LearnCounts {
  let store: LearnStore
  private var record = RecordLine()

  init(_ store: LearnStore) { self.store = store }

  /// Counts each of these lines that has a label and a fingerprint.
  func add(_ lines: Span<UInt8>) throws(LearnFailure) {
    var rest = lines
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
      let line = rest.extracting(first: end)
      rest = rest.extracting(droppingFirst: min(end + 1, rest.count))
      _ = try add(line: line)
    }
  }

  /// What one line was.
  enum Outcome { case counted, unlabelled, unread }

  func add(line: Span<UInt8>) throws(LearnFailure) -> Outcome {
    do throws(JSONFault) { try record.read(line) } catch { return .unread }
    guard let message = LabelledMessage(record) else { return .unlabelled }
    try store.add(message, at: Date.now.timeIntervalSince1970)
    return .counted
  }
}

extension Labeller.Account {
  /// The account for people.
  var text: String {
    """
    records                   \(records)
      labelled                \(labelled) (\(late) after a moment)
      of unknown processes    \(unknown)
      without a flow          \(withoutFlow)
      no records              \(unread)
    """
  }
}
