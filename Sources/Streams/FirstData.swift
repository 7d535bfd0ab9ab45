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
  ///
  /// Also how many UDP flows a slot has before it looks for those that can be forgotten.
  static let limit = 24

  /// Were more UDP flows of a slot heard of within the hour, all count as new again: memory is bounded.
  static let mostDatagramFlows = 512

  private struct Opening {
    let flow: Flow
    let second: UInt64
    /// The sequence number of the first byte of data.
    let sequence: UInt32
    let round: UInt64
  }

  /// The UDP flows of a slot.
  private struct Datagrams {
    /// When the last datagram came, if that is still so, and where the first.
    struct Known {
      var second: UInt64?
      let round: UInt64
    }

    var flows: [Flow: Known] = [:]
    private var room = FirstData.limit

    /// Forgets flows that have been silent long enough, once there are many.
    mutating func makeRoom(_ second: UInt64) {
      guard flows.count >= room else { return }
      flows = flows.filter { second &- ($0.value.second ?? second) < FirstData.silence }
      if flows.count >= FirstData.mostDatagramFlows { flows.removeAll() }
      room = max(FirstData.limit, 2 * flows.count)
    }
  }

  /// The connections of each slot that wait, the oldest first.
  private var slots: [[Opening]]
  private var datagrams: [Datagrams]
  private var latest: UInt64 = 0

  package init(slots count: Int) {
    slots = [[Opening]](repeating: [], count: count)
    datagrams = [Datagrams](repeating: Datagrams(), count: count)
  }

  /// A SYN or SYN-ACK was sent in `flow`; the first one counts.
  package mutating func open(
    _ flow: Flow, slot: Int, second: UInt64, sequence: UInt32, round: UInt64
  ) {
    latest = max(latest, second)
    defer { expire(slot: slot, second: second) }
    guard place(of: flow, slot) == nil else { return }
    if slots[slot].count >= Self.limit { slots[slot].takeOut(at: 0) }
    slots[slot].append(
      Opening(flow: flow, second: second, sequence: sequence &+ 1, round: round))
  }

  /// A FIN or RST was sent in `flow`.
  package mutating func close(_ flow: Flow, slot: Int) {
    if let place = place(of: flow, slot) { slots[slot].takeOut(at: place) }
  }

  private func place(of flow: Flow, _ slot: Int) -> Int? {
    for i in slots[slot].indices where slots[slot][i].flow == flow { return i }
    return nil
  }

  /// Whether the data of a segment is the first of its flow; it is so once only.
  package mutating func isFirst(
    _ flow: Flow, slot: Int, second: UInt64, sequence: UInt32
  ) -> Bool {
    latest = max(latest, second)
    guard let place = place(of: flow, slot),
      second &- slots[slot][place].second >= Self.patience
        || sequence == slots[slot][place].sequence
    else {
      expire(slot: slot, second: second)
      return false
    }
    slots[slot].takeOut(at: place)
    return true
  }

  /// Gives up on the oldest two connections of a slot, if they have waited long enough.
  private mutating func expire(slot: Int, second: UInt64) {
    for _ in 0..<2 {
      guard !slots[slot].isEmpty, second &- slots[slot][0].second >= Self.patience
      else { return }
      slots[slot].takeOut(at: 0)
    }
  }

  /// Whether a datagram begins a flow.
  package mutating func isNew(
    datagramOf flow: Flow, slot: Int, second: UInt64, round: UInt64
  ) -> Bool {
    guard let last = datagrams[slot].flows[flow] else {
      datagrams[slot].flows[flow] = Datagrams.Known(second: second, round: round)
      datagrams[slot].makeRoom(second)
      return true
    }
    // The reference leaves the time of a flow that was silent as it is: all that follows is new.
    if let then = last.second, second &- then >= Self.silence { return true }
    datagrams[slot].flows[flow] = Datagrams.Known(second: second, round: last.round)
    return false
  }

  /// Forgets what is known of some slots, so that it can be learnt anew from round `since` on.
  ///
  /// UDP flows from before that stay: nobody shows them again.
  package mutating func forget(_ forgotten: SlotSet, since round: UInt64) {
    for slot in slots.indices where forgotten.contains(slot) {
      slots[slot].removeAll()
      datagrams[slot].flows = datagrams[slot].flows.compactMapValues { known in
        known.round < round ? Datagrams.Known(second: nil, round: known.round) : nil
      }
    }
    // What is shown again is older than what has been seen.
    latest = 0
  }

  /// The oldest round whose packets a successor needs; UDP flows, remembered for an hour, are not
  /// rebuilt.
  package var floor: UInt64 {
    var floor = UInt64.max
    for slot in slots.indices {
      for i in slots[slot].indices where slots[slot][i].second + 2 * Self.patience > latest {
        floor = min(floor, slots[slot][i].round)
      }
    }
    return floor
  }
}
