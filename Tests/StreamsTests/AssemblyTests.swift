import Bytes
import Streams
import Support
import Testing

/// The worked examples of overlapping pieces: a message of 212 bytes given as byte ranges.
@Suite(.tags(.unit)) struct AssemblyTests {
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
    #expect(front(assembly) == Self.message)
  }

  @Test func endsAfterTooManyPieces() {
    var assembly = Self.begin(0..<10)
    for i in 1..<20 { assembly.add(Self.message[i * 10..<i * 10 + 10].span, at: UInt32(i * 10)) }
    #expect(!assembly.hasEnded)
    assembly.add(Self.message[200..<212].span, at: 200)
    #expect(assembly.hasEnded)
    #expect(assembly.notes == [.maxSegmentsExceeded, .truncated])
    #expect(front(assembly) == Array(Self.message[..<200]))
  }

  @Test func countsButIgnoresWhatIsFarAway() {
    var assembly = Self.begin(0..<100)
    assembly.add(Self.message[100..<212].span, at: 8192)
    #expect(assembly.contiguous == 100)
  }

  /// Whatever comes, nothing traps, and what is contiguous is no more than there can be.
  @Test func survivesAnyPieces() {
    var random = SeededRandom("pieces")
    var assembly = Assembly()
    for _ in 0..<Thoroughness.rounds(3000) {
      let scale = [50, 300, 9000][random.below(3)]
      let first = [UInt8](repeating: 1, count: random.below(scale))
      assembly.begin(first.span, need: .total(random.below(2 * scale)))
      var most = first.count
      for _ in 0..<random.below(24) {
        let piece = [UInt8](repeating: 2, count: random.below(scale))
        assembly.add(piece.span, at: UInt32(random.below(scale)))
        most += piece.count
        #expect(assembly.contiguous <= min(most, Assembly.capacity))
        #expect(assembly.contiguous >= min(first.count, Assembly.capacity))
      }
      #expect(front(assembly).count == assembly.contiguous)
    }
  }

  private static func begin(_ range: Range<Int>) -> Assembly {
    var assembly = Assembly()
    assembly.begin(message[range].span, need: .total(212))
    return assembly
  }
}

private func front(_ assembly: borrowing Assembly) -> [UInt8] {
  var buffer = Buffer()
  assembly.copyFront(into: &buffer)
  let bytes = buffer.bytes
  return bytes.indices.map { bytes[$0] }
}
