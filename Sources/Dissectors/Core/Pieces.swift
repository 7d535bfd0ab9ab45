import Bytes
import Wire

/// What one datagram has of a message that may be sent in several pieces, each put in its place.
///
/// A segment of TCP is its own piece, and its place is in its header; in a datagram only the
/// protocol knows. It holds 8 KB: it is passed on, not copied.
package struct Pieces: Sendable {
  /// What stands beyond this is not kept.
  package static let capacity = 8192
  /// Of more pieces, these are remembered one by one.
  package static let maxCount = 20
  /// A shorter opening piece is taken to have this many bytes, whatever is behind it.
  package static let minOpening = 10

  /// Whether pieces are asked for; otherwise none is kept, and messages need not tell.
  package let isWanted: Bool
  package private(set) var tag = MessageTag()
  /// How many bytes the message lacks beyond what was read of it.
  package private(set) var missing = 0
  package private(set) var count = 0
  /// Where the first and the last byte stand in the message, that after the last to be exact.
  package private(set) var start = Int.max, end = 0
  /// The position among the pieces of the one that begins the message.
  package private(set) var opening: Int?
  private var total = 0
  private var ranges = InlineArray<20, Range<Int>>(repeating: 0..<0)
  private var storage = InlineArray<8192, UInt8>(repeating: 0)

  package init(isWanted: Bool = false) { self.isWanted = isWanted }

  /// Forgets all.
  package mutating func reset() {
    if count > 0 { for i in 0..<min(end, Self.capacity) { storage[i] = 0 } }
    (count, start, end, opening, total, missing) = (0, Int.max, 0, nil, 0, 0)
  }

  /// The message that the pieces belong to.
  mutating func begin(_ tag: Span<UInt8>, missing: Int) {
    reset()
    belong(to: tag, missing: missing)
  }

  /// What there is belongs to the message with this tag, which lacks so many bytes more.
  mutating func belong(to tag: Span<UInt8>, missing: Int) {
    self.tag = MessageTag(tag)
    self.missing = missing
  }

  mutating func add(_ piece: Span<UInt8>, at offset: Int) {
    guard isWanted, !piece.isEmpty, offset >= 0 else { return }
    start = min(start, offset)
    end = max(end, offset + piece.count)
    total += piece.count
    let first = min(offset, Self.capacity)
    let kept = first..<min(first + piece.count, Self.capacity)
    for i in kept { storage[i] = piece[i - offset] }
    if count < Self.maxCount { ranges[count] = kept }
    if offset == 0 { opening = count < Self.maxCount ? count : nil }
    count += 1
  }

  /// How far the pieces reach, gaps included.
  package var length: Int { isEmpty ? 0 : end - start }

  package var isEmpty: Bool { count == 0 }

  /// Whether the pieces follow each other; those that overlap or come twice do not.
  package var areAdjacent: Bool { total == length }

  /// How many can be asked for one by one.
  package var remembered: Int { min(count, Self.maxCount) }

  /// Where the piece at `position` begins in the message.
  package func offset(of position: Int) -> Int { ranges[position].lowerBound }

  /// The bytes of the piece at `position`.
  package subscript(_ position: Int) -> Span<UInt8> {
    @_lifetime(borrow self) get { storage.span.extracting(ranges[position]) }
  }

  /// The bytes from the first piece's beginning to the last one's end.
  package var all: Span<UInt8> {
    @_lifetime(borrow self) get {
      storage.span.extracting(min(start, Self.capacity)..<min(end, Self.capacity))
    }
  }

  /// The bytes that the message begins with.
  package var front: Span<UInt8> {
    @_lifetime(borrow self) get {
      storage.span.extracting(first: min(frontCount, Self.capacity))
    }
  }

  /// The message from its first byte on: no more of it than is known to be without a gap, and nothing
  /// without its first bytes.
  ///
  /// Pieces that overlap or come twice count as a gap.
  var message: Span<UInt8> {
    @_lifetime(borrow self) get {
      let isWhole = !isEmpty && areAdjacent
      return storage.span.extracting(first: min(isWhole ? end : frontCount, Self.capacity))
    }
  }

  private var frontCount: Int {
    guard let opening else { return 0 }
    return max(ranges[opening].upperBound, Self.minOpening)
  }
}
