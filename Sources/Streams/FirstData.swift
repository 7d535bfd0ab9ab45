import Wire

/// Knows which payload is the first of its flow: for reporting what no message was made of
/// (protocol-identification.md §5).
///
/// Like reassembly it depends on the packets of a slot only, never on how many slots a worker has.
package struct FirstData {
  /// After this many seconds any data of a connection counts as its first.
  static let patience: UInt64 = 30
  /// A UDP flow that was silent this many seconds is new again.
  static let silence: UInt64 = 3600
  /// How many connections may wait for their first data in each slot; the oldest makes room.
  static let limit = 24

  private struct Opening {
    let second: UInt64
    /// The sequence number of the first byte of data.
    let sequence: UInt32
    let round: UInt64
  }

  /// Datagrams of one flow: when the last one came, if that is still so, and where the first.
  private struct Datagrams {
    var second: UInt64?
    let slot: UInt16
    let round: UInt64
  }

  private var openings: [Flow: Opening] = [:]
  private var slots: [[Flow]]
  private var datagrams: [Flow: Datagrams] = [:]
  private var latest: UInt64 = 0
  private var swept: UInt64 = 0

  package init(slots count: Int) { slots = [[Flow]](repeating: [], count: count) }

  /// A SYN or SYN-ACK was sent in `flow`; the first one counts.
  package mutating func open(
    _ flow: Flow, slot: Int, second: UInt64, sequence: UInt32, round: UInt64
  ) {
    latest = max(latest, second)
    guard openings[flow] == nil else { return }
    if slots[slot].count >= Self.limit { openings[slots[slot].removeFirst()] = nil }
    slots[slot].append(flow)
    openings[flow] = Opening(second: second, sequence: sequence &+ 1, round: round)
  }

  /// A FIN or RST was sent in `flow`.
  package mutating func close(_ flow: Flow, slot: Int) {
    if openings.removeValue(forKey: flow) != nil { slots[slot].removeAll { $0 == flow } }
  }

  /// Whether the data of a segment is the first of its flow; it is so once only.
  package mutating func isFirst(
    _ flow: Flow, slot: Int, second: UInt64, sequence: UInt32
  ) -> Bool {
    latest = max(latest, second)
    guard let opening = openings[flow],
      second &- opening.second >= Self.patience || sequence == opening.sequence
    else { return false }
    close(flow, slot: slot)
    return true
  }

  /// Whether a datagram begins a flow.
  package mutating func isNew(
    datagramOf flow: Flow, slot: Int, second: UInt64, round: UInt64
  ) -> Bool {
    sweep(second)
    guard let last = datagrams[flow] else {
      datagrams[flow] = Datagrams(second: second, slot: UInt16(slot & 1023), round: round)
      return true
    }
    // The reference leaves the time of a flow that was silent as it is: all that follows is new.
    if let then = last.second, second &- then >= Self.silence { return true }
    datagrams[flow]?.second = second
    return false
  }

  /// Forgets UDP flows that have been silent long enough, now and then.
  private mutating func sweep(_ second: UInt64) {
    guard second > swept + Self.silence / 4 else { return }
    if swept != 0 {
      datagrams = datagrams.filter { second &- ($0.value.second ?? second) < 2 * Self.silence }
    }
    swept = second
  }

  /// Forgets what is known of some slots, so that it can be learnt anew from round `since` on.
  ///
  /// UDP flows from before that stay: nobody shows them again.
  package mutating func forget(_ forgotten: SlotSet, since round: UInt64) {
    for slot in slots.indices where forgotten.contains(slot) {
      for flow in slots[slot] { openings[flow] = nil }
      slots[slot].removeAll()
    }
    datagrams = datagrams.compactMapValues { known in
      guard forgotten.contains(Int(known.slot)) else { return known }
      guard known.round < round else { return nil }
      return Datagrams(second: nil, slot: known.slot, round: known.round)
    }
    // What is shown again is older than what has been seen.
    latest = 0
  }

  /// The oldest round whose packets a successor needs; UDP flows, remembered for an hour, are not
  /// rebuilt.
  package var floor: UInt64 {
    var floor = UInt64.max
    for opening in openings.values where opening.second + 2 * Self.patience > latest {
      floor = min(floor, opening.round)
    }
    return floor
  }
}
