import Bytes
import Classifier
import Output
import Render
import Wire

/// Gives records that were printed as JSON the analysis of an archive, one after the other.
struct Reclassification: ~Copyable {
  private var classifier: Classifier
  private let keepsOld: Bool
  private var line = RecordLine()
  private var first = RecordWriter(capacity: 1 << 13)
  private var later = RecordWriter(capacity: 1 << 13)
  private var fingerprints = RecentFingerprints()
  private var renderer = JSONRenderer(capacity: 1 << 13)
  /// The line to be written, with its end.
  private(set) var output = Buffer(capacity: 1 << 14)

  private var lines = 0
  private var unread = 0
  private var firstUnread: (line: Int, reason: String)?

  init(by classifier: consuming Classifier, keepsOld: Bool) {
    self.classifier = classifier
    self.keepsOld = keepsOld
  }

  /// What the user is told when lines could not be read.
  var complaint: String? {
    firstUnread.map {
      "\(unread) of \(lines) lines are no records and were passed on as they are; "
        + "line \($0.line) \($0.reason)"
    }
  }

  /// Takes the next record; `output` is then what is to be written for it.
  mutating func take(_ record: Span<UInt8>) {
    lines += 1
    output.removeAll()
    do throws(JSONFault) {
      try line.read(record)
    } catch {
      unread += 1
      if firstUnread == nil { firstUnread = (lines, "\(error)") }
      return copy(record)
    }
    let isClassified = Self.classify(
      line, by: &classifier, &first, &later, &fingerprints, to: &renderer)
    guard isClassified else { return copy(record) }
    Self.splice(renderer, into: record, at: line.place, keepsOld: keepsOld, to: &output)
  }

  private mutating func copy(_ record: Span<UInt8>) {
    output.append(record)
    output.append(UInt8(ascii: "\n"))
  }

  /// Writes a record with the member of the object that was printed in the place of its analysis.
  private static func splice(
    _ printed: borrowing JSONRenderer, into record: Span<UInt8>, at old: Range<Int>, keepsOld: Bool,
    to output: inout Buffer
  ) {
    let place = keepsOld ? old.upperBound..<old.upperBound : old
    // Behind an analysis that stays, or before the member that would follow one.
    let isBehind = keepsOld && !old.isEmpty || record[place.upperBound] == UInt8(ascii: "}")
    output.append(record.extracting(first: place.lowerBound))
    if place.isEmpty, isBehind { output.append(UInt8(ascii: ",")) }
    output.append(keepsOld ? "\"new_" : "\"")
    let object = printed.buffer.bytes
    output.append(object.extracting(2..<object.count - 1))
    if place.isEmpty, !isBehind { output.append(UInt8(ascii: ",")) }
    output.append(record.extracting(droppingFirst: place.upperBound))
    output.append(UInt8(ascii: "\n"))
  }

  /// Prints the record's new analysis, as an object with that member; false where it has none.
  private static func classify(
    _ line: borrowing RecordLine, by classifier: inout Classifier, _ first: inout RecordWriter,
    _ later: inout RecordWriter, _ fingerprints: inout RecentFingerprints,
    to renderer: inout JSONRenderer
  ) -> Bool {
    guard let subject = line.subject else { return false }
    first.reset()
    later.reset()
    renderer.buffer.removeAll()
    do throws(Malformed) {
      switch classifier.analyze(
        subject, attributes: line.attributes, first: &first, later: &later)
      {
      case .notEligible: return false
      case .settled: try renderer.object(first.buffer.bytes)
      case .dependsOnOrder:
        if fingerprints.meets(subject.fingerprint) {
          try renderer.object(later.buffer.bytes)
        } else {
          try renderer.object(first.buffer.bytes)
        }
      }
    } catch {
      return false
    }
    return true
  }
}
