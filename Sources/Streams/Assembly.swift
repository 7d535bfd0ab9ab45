import Bytes

/// Puts the pieces of one message together: bytes at offsets, in any order, perhaps overlapping.
///
/// The rules, which pieces count and what is noted of overlaps, are the reference's
/// (reassembly.md §2.2): a record says how its message came together.
package struct Assembly {
  /// A longer message is not waited for.
  package static let capacity = 8192
  /// More pieces than this end the message as it is.
  package static let maxPieces = 20

  /// What happened on the way, in the order a record lists it.
  package struct Notes: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let maxSegmentsExceeded = Self(rawValue: 1)
    package static let overlaps = Self(rawValue: 2)
    package static let truncated = Self(rawValue: 4)
    package static let backPartialOverlap = Self(rawValue: 8)
    package static let backSubsetOverlap = Self(rawValue: 16)
    package static let frontPartialOverlap = Self(rawValue: 32)
    package static let frontSupersetOverlap = Self(rawValue: 64)
  }

  /// The first and the last byte of a piece.
  private struct Piece {
    var start: Int
    var end: Int
  }

  /// How much there has to be before the message can be read.
  package enum Need: Equatable, Sendable {
    case total(Int)
    /// Whether it is whole is to be asked again after each piece.
    case unknown
  }

  package var need = Need.unknown
  package private(set) var notes: Notes = []
  package private(set) var hasEnded = false
  private var bytes: [UInt8] = []
  private var pieces: [Piece] = []
  private var count = 0

  package init() {}

  /// Begins a message with its first piece; memory is used again.
  package mutating func begin(_ first: Span<UInt8>, need: Need) {
    self.need = need
    (notes, hasEnded, count) = ([], false, 1)
    bytes.removeAll(keepingCapacity: true)
    pieces.removeAll(keepingCapacity: true)
    let end = min(first.count, Self.capacity)
    write(first, at: 0, through: end - 1)
    pieces.append(Piece(start: 0, end: end - 1))
  }

  /// Adds a piece at `offset`; later bytes replace earlier ones.
  package mutating func add(_ piece: Span<UInt8>, at offset: UInt32) {
    count += 1
    guard count <= Self.maxPieces else {
      notes.insert(.maxSegmentsExceeded)
      notes.insert(.truncated)
      hasEnded = true
      return
    }
    guard offset < Self.capacity, !piece.isEmpty else { return }
    let start = Int(offset)
    let new = Piece(start: start, end: min(start + piece.count - 1, Self.capacity - 1))
    write(piece, at: start, through: new.end)
    insert(new)
  }

  private mutating func write(_ piece: Span<UInt8>, at start: Int, through end: Int) {
    while bytes.count <= end { bytes.append(0) }
    var target = bytes.mutableSpan
    let source = piece.extracting(first: end + 1 - start)
    for i in source.indices { target[start + i] = source[i] }
  }

  private mutating func insert(_ piece: Piece) {
    var new = piece
    var place = 1
    while place < pieces.count, pieces[place].start <= new.start { place += 1 }
    let previous = pieces[place - 1]
    if new.end <= previous.end {
      notes.insert(.overlaps)
      notes.insert(.backSubsetOverlap)
      return
    }
    if new.start <= previous.end {
      new.start = previous.end + 1
      notes.insert(.overlaps)
      notes.insert(.backPartialOverlap)
    }
    // The last piece is never looked at here, even when the new one covers it.
    while place < pieces.count - 1, pieces[place].start >= new.start, pieces[place].end <= new.end {
      pieces.takeOut(at: place)
      notes.insert(.overlaps)
      notes.insert(.frontSupersetOverlap)
    }
    // A piece that was cut back from both sides may end before it starts: no range.
    if place < pieces.count, pieces[place].start <= new.end, new.end <= pieces[place].end {
      new.end = pieces[place].start - 1
      notes.insert(.overlaps)
      notes.insert(.frontPartialOverlap)
    }
    pieces.putIn(new, at: place)
  }

  /// How many bytes from the front there are without a gap.
  package var contiguous: Int {
    var end = -1
    for i in pieces.indices {
      guard pieces[i].start == end + 1 else { break }
      end = pieces[i].end
    }
    return end + 1
  }

  /// Whether all that is needed is there.
  package var isComplete: Bool {
    if case .total(let total) = need { contiguous >= total } else { false }
  }

  /// Adds the bytes from the front without a gap to `buffer`.
  package func copyFront(into buffer: inout Buffer) {
    buffer.append(bytes.span.extracting(first: contiguous))
  }
}
