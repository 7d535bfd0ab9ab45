import Bytes
import Wire

/// The messages that are waiting for the rest of themselves, by the flow they came in.
///
/// What it holds depends only on the packets of a slot, never on how many slots a worker has: so
/// any number of workers puts together the same messages.
package struct Reassembler {
  /// A message waits this long, in whole seconds of packet time.
  static let patience: UInt64 = 15
  /// For deciding what state a successor needs, packets may be late by this many seconds more.
  static let lateness: UInt64 = 45

  /// One message that is waiting.
  package struct Pending {
    package var assembly: Assembly
    /// Where the first piece stands: a TCP sequence number, or a stream offset.
    package let base: UInt32
    /// What distinguishes messages of one flow: a connection id, a message number.
    package let tag: UInt128
    let second: UInt64
    /// The round its first packet came in.
    let round: UInt64
  }

  /// How many messages may wait in each slot; the oldest makes room.
  private let limit: Int
  private var pending: [Flow: Pending] = [:]
  private var slots: [[Flow]]
  private var pool: [[UInt8]] = []
  private var latest: UInt64 = 0

  /// With `minimizingMemory`, a quarter as many messages may wait.
  package init(slots count: Int, minimizingMemory: Bool = false) {
    limit = minimizingMemory ? 3 : 12
    slots = [[Flow]](repeating: [], count: count)
  }

  /// Forgets what has waited too long in `slot` by the packet time `second`.
  package mutating func expire(slot: Int, second: UInt64) {
    latest = max(latest, second)
    guard !slots[slot].isEmpty else { return }
    let expired = slots[slot].filter { flow in
      guard let pending = pending[flow] else { return true }
      // The difference is unsigned: a packet from before the first one comes too late as well.
      return second &- pending.second >= Self.patience
    }
    for flow in expired { drop(flow, slot) }
  }

  private mutating func drop(_ flow: Flow, _ slot: Int) {
    slots[slot].removeAll { $0 == flow }
    if let old = pending.removeValue(forKey: flow) { recycle(old.assembly.finish()) }
  }

  /// Forgets all that waits in some slots, so that it can be put together anew.
  package mutating func forget(_ forgotten: SlotSet) {
    for slot in slots.indices where forgotten.contains(slot) {
      for flow in slots[slot] { drop(flow, slot) }
    }
    // What is shown again is older than what has been seen.
    latest = 0
  }

  /// Gives memory back that `take` handed out.
  package mutating func recycle(_ memory: [UInt8]) {
    if pool.count < 256 { pool.append(memory) }
  }

  package subscript(_ flow: Flow) -> Pending? { pending[flow] }

  /// Begins to wait for the rest of a message.
  package mutating func begin(
    _ flow: Flow, slot: Int, second: UInt64, round: UInt64, base: UInt32, tag: UInt128 = 0,
    first: Span<UInt8>, need: Assembly.Need
  ) {
    if slots[slot].count >= limit, let oldest = slots[slot].first { drop(oldest, slot) }
    slots[slot].append(flow)
    pending[flow] = Pending(
      assembly: Assembly(first, need: need, memory: pool.popLast() ?? []), base: base, tag: tag,
      second: second, round: round)
  }

  /// Adds a piece to the message that is waiting in `flow`.
  package mutating func add(_ piece: Span<UInt8>, at offset: UInt32, to flow: Flow) {
    pending[flow]?.assembly.add(piece, at: offset)
  }

  /// Now it is known how much is needed.
  package mutating func setNeed(_ need: Assembly.Need, of flow: Flow) {
    pending[flow]?.assembly.need = need
  }

  /// Ends the waiting in `flow`: what there is from the front, and what happened on the way.
  package mutating func take(_ flow: Flow, slot: Int) -> (bytes: [UInt8], notes: Assembly.Notes)? {
    guard let done = pending.removeValue(forKey: flow) else { return nil }
    slots[slot].removeAll { $0 == flow }
    let notes = done.assembly.notes
    return (done.assembly.finish(), notes)
  }

  /// The oldest round whose packets are still needed.
  package var floor: UInt64 {
    var floor = UInt64.max
    for message in pending.values where message.second + Self.patience + Self.lateness > latest {
      floor = min(floor, message.round)
    }
    return floor
  }
}
