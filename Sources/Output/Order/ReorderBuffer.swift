import Bytes
import Wire

/// Puts the parts of a source's rounds back into the order of its packets.
///
/// Parts arrive in any order and perhaps more than once. A round is given out when all of its
/// parts are there and all rounds before it have been given out; so the same parts give the same
/// sequence, whichever parsers made them and however late. Memory is used again from round to round.
package struct ReorderBuffer: ~Copyable {
  /// The run of the source whose parts these are.
  package let epoch: UInt32
  /// The round that is given out next.
  package private(set) var round: UInt64
  /// How many bytes of parts wait for their rounds.
  package private(set) var heldBytes = 0

  /// The rounds from `round` on, each in the place its number modulo the window names.
  private var rounds: [OpenRound]
  private var pool: [[UInt8]] = []
  /// The parts of the round that is being given out, and how far that has come.
  private var current: [Part] = []
  private var heads: [Head] = []
  private var currentTime: UInt64 = 0
  /// The plan that the packets of the round which is being given out were captured by.
  package private(set) var plan: UInt16 = 1
  /// What the last round that has been given out to its end says of those to come: none of their
  /// packets is older.
  package private(set) var time: UInt64 = 0

  /// Merges the rounds of one run of a source from `round` on, at most `window` of them open.
  package init(epoch: UInt32, from round: UInt64 = 0, window: Int = 256) {
    self.epoch = epoch
    self.round = round
    rounds = [OpenRound](repeating: OpenRound(), count: max(window, 1))
  }

  /// What became of a part.
  package enum Acceptance: Equatable, Sendable {
    case accepted
    /// The very part is here already, or its round has been given out.
    case duplicate
    /// It belongs to another run of the source.
    case otherEpoch
    /// It contradicts the parts of its round that are here, or itself.
    case otherCount
    /// Its round is further ahead than the window reaches.
    case tooFarAhead
  }

  /// Takes a copy of a part, unless it is not wanted; `time` and `plan` are what its header says.
  package mutating func accept(
    _ name: PartName, _ bytes: Span<UInt8>, time: UInt64 = 0, plan: UInt16 = 1
  ) -> Acceptance {
    guard name.epoch == epoch else { return .otherEpoch }
    guard name.index < name.count else { return .otherCount }
    guard name.round >= round else { return .duplicate }
    guard name.round - round < UInt64(rounds.count) else { return .tooFarAhead }
    let place = Int(name.round % UInt64(rounds.count))
    if !rounds[place].isOpen {
      rounds[place].open(count: Int(name.count), time: time, plan: plan)
    }
    guard rounds[place].parts.count == Int(name.count) else { return .otherCount }
    guard !rounds[place].parts[Int(name.index)].isHere else { return .duplicate }
    var copy = pool.popLast() ?? []
    copy.replace(with: bytes)
    rounds[place].parts[Int(name.index)] = Part(isHere: true, bytes: copy)
    rounds[place].missing -= 1
    heldBytes += bytes.count
    return .accepted
  }

  /// Whether the next round is complete.
  package var isReady: Bool {
    let next = rounds[Int(round % UInt64(rounds.count))]
    return next.isOpen && next.missing == 0
  }

  /// Whether nothing waits.
  package var isEmpty: Bool { current.isEmpty && rounds.allSatisfy { !$0.isOpen } }

  /// How many rounds wait behind the one that is being given out.
  package var waiting: Int { rounds.count { $0.isOpen } }

  /// Which parts of the next round are not here; empty when none of them is.
  package var missing: [PartName] {
    let next = rounds[Int(round % UInt64(rounds.count))]
    return next.parts.indices.filter { !next.parts[$0].isHere }.map {
      PartName(
        epoch: epoch, round: round, index: UInt16($0), count: UInt16(next.parts.count))
    }
  }

  /// Where an item stands in its part, and its place in the order.
  package struct Item: Equatable, Sendable {
    package var packet: UInt64
    package var time: UInt64
    package var range: Range<Int>

    package init(packet: UInt64, time: UInt64 = 0, range: Range<Int>) {
      self.packet = packet
      self.time = time
      self.range = range
    }
  }

  /// The item that is given out next, of the round that has been opened.
  package var next: Item? { heads.isEmpty ? nil : heads[0].item }

  /// Opens the next round, if it is complete and the one before has been given out to its end.
  ///
  /// `item` finds the item of a part that stands at an offset or after it, the first being asked
  /// for at 0; it gives `nil` at the end. A round may have no items: then it is at its end.
  package mutating func openRound(item: (Span<UInt8>, Int) -> Item?) -> Bool {
    guard current.isEmpty, isReady else { return false }
    let place = Int(round % UInt64(rounds.count))
    swap(&current, &rounds[place].parts)
    rounds[place].isOpen = false
    currentTime = rounds[place].time
    plan = rounds[place].plan
    round += 1
    heads.removeAll(keepingCapacity: true)
    for i in current.indices { advance(part: i, from: 0, item) }
    if heads.isEmpty { closeRound() }
    return true
  }

  /// Gives out the next item; items of the same packet keep the order of their parts.
  ///
  /// - Throws: What `body` throws; the item is not given out again.
  package mutating func giveNext<E: Error>(
    item: (Span<UInt8>, Int) -> Item?, _ body: (Span<UInt8>) throws(E) -> Void
  ) throws(E) {
    guard let first = heads.popFirst() else { return }
    defer {
      advance(part: first.part, from: first.item.range.upperBound, item)
      if heads.isEmpty { closeRound() }
    }
    let bytes = current[first.part].bytes
    try body(bytes.span.extracting(first.item.range))
  }

  /// Gives out the next round, if it is complete: its items in the order of their packets.
  ///
  /// - Throws: What `body` throws; the rest of the round is lost.
  package mutating func takeRound<E: Error>(
    item: (Span<UInt8>, Int) -> Item?, _ body: (Span<UInt8>) throws(E) -> Void
  ) throws(E) -> Bool {
    guard openRound(item: item) else { return false }
    defer { if !current.isEmpty { closeRound() } }
    while next != nil { try giveNext(item: item, body) }
    return true
  }

  /// Adds the next item of a part to the heads.
  ///
  /// Whatever `item` says, ranges stay inside the part and go forward.
  private mutating func advance(
    part: Int, from offset: Int, _ item: (Span<UInt8>, Int) -> Item?
  ) {
    let bytes = current[part].bytes
    guard let next = item(bytes.span, offset),
      next.range.lowerBound >= offset, !next.range.isEmpty,
      next.range.upperBound <= bytes.count
    else { return }
    heads.push(Head(part: part, item: next))
  }

  /// Gives back the memory of the round that has been given out.
  private mutating func closeRound() {
    heads.removeAll(keepingCapacity: true)
    while let part = current.popLast() {
      heldBytes -= part.bytes.count
      pool.append(part.bytes)
    }
    time = currentTime
  }
}

private struct Part {
  var isHere = false
  var bytes: [UInt8] = []
}

/// The parts of one round, by index.
private struct OpenRound {
  var isOpen = false
  var missing = 0
  var time: UInt64 = 0
  var plan: UInt16 = 1
  var parts: [Part] = []

  mutating func open(count: Int, time: UInt64, plan: UInt16) {
    isOpen = true
    self.plan = plan
    self.time = time
    missing = count
    for _ in 0..<count { parts.append(Part()) }
  }
}

/// The first item of a part that has not been given out.
private struct Head {
  var part: Int
  var item: ReorderBuffer.Item

  func precedes(_ other: Head) -> Bool {
    (item.packet, part) < (other.item.packet, other.part)
  }
}

/// A binary heap, the first head at its root.
extension [Head] {
  fileprivate mutating func push(_ head: Head) {
    var child = count
    append(head)
    while child > 0, self[child].precedes(self[(child - 1) / 2]) {
      swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  fileprivate mutating func popFirst() -> Head? {
    guard let last = popLast() else { return nil }
    if isEmpty { return last }
    let first = self[0]
    self[0] = last
    var parent = 0
    while true {
      var least = parent
      let children = 2 * parent + 1
      for child in children..<Swift.max(children, Swift.min(children + 2, count))
      where self[child].precedes(self[least]) {
        least = child
      }
      if least == parent { return first }
      swapAt(parent, least)
      parent = least
    }
  }
}

extension [UInt8] {
  /// Becomes a copy of `bytes` in the memory it has.
  fileprivate mutating func replace(with bytes: Span<UInt8>) {
    removeAll(keepingCapacity: true)
    // The elements are read within the call, while the span is alive.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
