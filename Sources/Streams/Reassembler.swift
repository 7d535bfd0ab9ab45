import Bytes
import Wire

/// The messages that are waiting for the rest of themselves, by the flow they came in.
///
/// What it holds depends only on the packets of a slot, never on how many slots a worker has: so
/// any number of workers puts together the same messages. Memory is used again; there is never
/// more than for `limit` messages in each slot.
package struct Reassembler {
  /// A message waits this long, in whole seconds of packet time.
  static let patience: UInt64 = 15
  /// For deciding what state a successor needs, packets may be late by this many seconds more.
  static let lateness: UInt64 = 45

  /// Where a message that waits came from, and when.
  private struct Arrival {
    var flow = Flow()
    var message = 0
    var base: UInt32 = 0
    var tag = MessageTag()
    var second: UInt64 = 0
    /// The round its first packet came in.
    var round: UInt64 = 0
  }

  /// How many messages may wait in each slot; the oldest makes room.
  private let limit: Int
  private var arrivals: [Arrival] = []
  private var assemblies: [Assembly] = []
  private var free: [Int] = []
  /// The places of each slot, the oldest first.
  private var slots: [[Int]]
  private var latest: UInt64 = 0

  /// With `minimizingMemory`, a quarter as many messages may wait.
  package init(slots count: Int, minimizingMemory: Bool = false) {
    limit = minimizingMemory ? 3 : 12
    slots = [[Int]](repeating: [], count: count)
  }

  /// How many messages wait.
  package var count: Int { assemblies.count - free.count }

  /// A packet of this second has come.
  package mutating func advance(to second: UInt64) { latest = max(latest, second) }

  /// The difference is unsigned: a packet from before the first one comes too late as well.
  private func hasExpired(_ place: Int, by second: UInt64) -> Bool {
    second &- arrivals[place].second >= Self.patience
  }

  /// Makes room in a slot: nothing is kept that has waited too long, or waits in `flow`.
  private mutating func sweep(_ slot: Int, for flow: Flow, second: UInt64) {
    var i = 0
    while i < slots[slot].count {
      let place = slots[slot][i]
      guard hasExpired(place, by: second) || arrivals[place].flow == flow else {
        i += 1
        continue
      }
      slots[slot].takeOut(at: i)
      release(place)
    }
    if slots[slot].count >= limit, let oldest = slots[slot].first {
      slots[slot].takeOut(at: 0)
      release(oldest)
    }
  }

  private mutating func release(_ place: Int) {
    free.append(place)
  }

  /// Forgets all that waits in some slots, so that it can be put together again.
  package mutating func forget(_ forgotten: SlotSet) {
    for slot in slots.indices where forgotten.contains(slot) {
      for place in slots[slot] { release(place) }
      slots[slot].removeAll()
    }
    // What is shown again is older than what has been seen.
    latest = 0
  }

  /// What is known of a message that is waiting.
  package struct Pending: Equatable, Sendable {
    /// What it is, as `begin` was told.
    package let message: Int
    /// Where the first piece stands: a TCP sequence number, or a stream offset.
    package let base: UInt32
    package let tag: MessageTag
    package let need: Assembly.Need
    /// How many bytes from the front there are without a gap.
    package let contiguous: Int
    /// Whether there is no use in waiting longer.
    package let isDone: Bool
  }

  /// The message that a packet of `flow` may belong to at the packet time `second`.
  ///
  /// One that has waited too long is not there, but is left alone: only a packet that begins a
  /// message forgets others, so those that belong to none, which may have been held back, change
  /// nothing.
  package func pending(in flow: Flow, slot: Int, at second: UInt64) -> Pending? {
    guard let place = place(of: flow, slot), !hasExpired(place, by: second) else { return nil }
    return self[place]
  }

  /// Where the message of `flow` is; the same flow may be in two slots, as packets and as fragments.
  private func place(of flow: Flow, _ slot: Int) -> Int? {
    for i in slots[slot].indices where arrivals[slots[slot][i]].flow == flow {
      return slots[slot][i]
    }
    return nil
  }

  private subscript(_ place: Int) -> Pending {
    Pending(
      message: arrivals[place].message, base: arrivals[place].base, tag: arrivals[place].tag,
      need: assemblies[place].need,
      contiguous: assemblies[place].contiguous,
      isDone: assemblies[place].isComplete || assemblies[place].hasEnded)
  }

  /// Begins to wait for the rest of a message; `message` says what it is, for `Pending`.
  package mutating func begin(
    _ flow: Flow, slot: Int, second: UInt64, round: UInt64, message: Int = 0, base: UInt32,
    tag: MessageTag = MessageTag(), first: Span<UInt8>, need: Assembly.Need
  ) {
    sweep(slot, for: flow, second: second)
    let place = free.popLast() ?? assemblies.count
    if place == assemblies.count {
      assemblies.append(Assembly())
      arrivals.append(Arrival())
    }
    assemblies[place].begin(first, need: need)
    arrivals[place] = Arrival(
      flow: flow, message: message, base: base, tag: tag, second: second, round: round)
    slots[slot].append(place)
  }

  /// Adds a piece to the message that is waiting in `flow`.
  package mutating func add(
    _ piece: Span<UInt8>, at offset: UInt32, to flow: Flow, slot: Int
  ) {
    if let place = place(of: flow, slot) { assemblies[place].add(piece, at: offset) }
  }

  /// Now it is known how much is needed.
  package mutating func setNeed(_ need: Assembly.Need, of flow: Flow, slot: Int) {
    if let place = place(of: flow, slot) { assemblies[place].need = need }
  }

  /// Adds what there is from the front to `buffer`.
  package func copyFront(of flow: Flow, slot: Int, into buffer: inout Buffer) {
    if let place = place(of: flow, slot) { assemblies[place].copyFront(into: &buffer) }
  }

  /// Ends the waiting in `flow`: what there is from the front, and what happened on the way.
  package mutating func finish(_ flow: Flow, slot: Int, into buffer: inout Buffer)
    -> Assembly.Notes
  {
    copyFront(of: flow, slot: slot, into: &buffer)
    guard let place = place(of: flow, slot) else { return [] }
    for i in slots[slot].indices where slots[slot][i] == place {
      slots[slot].takeOut(at: i)
      break
    }
    release(place)
    return assemblies[place].notes
  }

  /// The oldest round whose packets are still needed.
  package var lowWaterMark: UInt64 {
    var lowWaterMark = UInt64.max
    for slot in slots.indices {
      for i in slots[slot].indices {
        let arrival = arrivals[slots[slot][i]]
        if arrival.second + Self.patience + Self.lateness > latest {
          lowWaterMark = min(lowWaterMark, arrival.round)
        }
      }
    }
    return lowWaterMark
  }
}
