import Packets

/// The messages a packet may be, in the order to try them; at most four.
package struct Candidates: Equatable, Sendable {
  package static let capacity = 4

  package private(set) var count = 0
  /// Whether nothing else is made of the payload, even when all of these are read in vain.
  package private(set) var isFinal = true
  /// Why there are none, where there are none.
  package private(set) var reason: Unread
  /// Registry indexes, one a byte, the first to try lowest.
  private var packed: UInt32 = 0

  package init(none reason: Unread) {
    self.reason = reason
    isFinal = false
  }

  package init(_ indexes: [Int]) {
    precondition(indexes.count <= Self.capacity, "more than four messages share a signature")
    reason = .noPayload
    for index in indexes { append(index) }
  }

  package var isEmpty: Bool { count == 0 }

  /// The registry index of the candidate at `position`.
  package subscript(_ position: Int) -> Int {
    precondition(position >= 0 && position < count)
    return Int(packed >> UInt32(position * 8) & 0xff)
  }

  package var indexes: [Int] { (0..<count).map { self[$0] } }

  /// The same candidates, of which none may turn out to be right.
  var notFinal: Candidates {
    var result = self
    result.isFinal = false
    return result
  }

  /// Adds a candidate to try last, where there is room.
  mutating func append(_ index: Int) {
    guard count < Self.capacity else { return }
    packed |= UInt32(index & 0xff) << UInt32(count * 8)
    count += 1
  }

  /// These candidates, then `others`.
  func adding(_ others: Candidates) -> Candidates {
    var result = self
    for position in 0..<others.count { result.append(others[position]) }
    return result
  }

  /// The same candidates, `index` tried first if it is among them.
  func preferring(_ index: Int) -> Candidates {
    var (result, found) = (Candidates(none: reason), false)
    result.append(index)
    for position in 0..<count {
      if self[position] == index { found = true } else { result.append(self[position]) }
    }
    return found ? result : self
  }
}
