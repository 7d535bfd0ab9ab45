import Bytes
import Streams
import Testing

/// The worked examples of overlapping pieces: a message of 212 bytes given as byte ranges.
@Suite struct AssemblyTests {
  private static let message = (0..<212).map { UInt8(truncatingIfNeeded: $0 &* 7) }

  struct Example: Sendable {
    let ranges: [Range<Int>]
    let notes: Assembly.Notes
  }

  static let examples = [
    Example(ranges: [0..<100, 100..<212], notes: []),
    Example(ranges: [0..<100, 150..<212, 100..<150], notes: []),
    Example(ranges: [0..<100, 90..<212], notes: [.overlaps, .backPartialOverlap]),
    Example(ranges: [0..<100, 0..<100, 100..<212], notes: [.overlaps, .backSubsetOverlap]),
    Example(
      ranges: [0..<100, 120..<140, 110..<200, 100..<212],
      notes: [.overlaps, .frontSupersetOverlap]),
    Example(
      ranges: [0..<100, 150..<180, 120..<160, 100..<212],
      notes: [.overlaps, .frontPartialOverlap, .frontSupersetOverlap]),
  ]

  @Test(arguments: examples.indices)
  func putsTogetherAndNotes(_ index: Int) {
    let example = Self.examples[index]
    var assembly = Self.begin(example.ranges[0])
    for range in example.ranges.dropFirst() {
      #expect(!assembly.isComplete)
      assembly.add(Self.message[range].span, at: UInt32(range.lowerBound))
    }
    #expect(assembly.isComplete)
    #expect(assembly.notes == example.notes)
    #expect(assembly.finish() == Self.message)
  }

  @Test func endsAfterTooManyPieces() {
    var assembly = Self.begin(0..<10)
    for i in 1..<20 { assembly.add(Self.message[i * 10..<i * 10 + 10].span, at: UInt32(i * 10)) }
    #expect(!assembly.hasEnded)
    assembly.add(Self.message[200..<212].span, at: 200)
    #expect(assembly.hasEnded)
    #expect(assembly.notes == [.maxSegmentsExceeded, .truncated])
    #expect(assembly.finish() == Array(Self.message[..<200]))
  }

  @Test func countsButIgnoresWhatIsFarAway() {
    var assembly = Self.begin(0..<100)
    assembly.add(Self.message[100..<212].span, at: 8192)
    #expect(assembly.contiguous == 100)
  }

  private static func begin(_ range: Range<Int>) -> Assembly {
    Assembly(message[range].span, need: .total(212), memory: [])
  }
}
