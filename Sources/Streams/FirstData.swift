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
  /// How many UDP flows are remembered in each slot.
  static let datagramLimit = 256

  private struct Opening {
    let second: UInt64
    /// The sequence number of the first byte of data.
    let sequence: UInt32
    let round: UInt64
  }

  /// Datagrams of one flow: when the last one came, if that is still so, and where the first.
  private struct Datagrams {
    var second: UInt64?
    let round: UInt64
  }

  private var openings: [Flow: Opening] = [:]
  private var slots: [[Flow]]
  private var datagrams: [Flow: Datagrams] = [:]
  private var datagramSlots: [DatagramSlot]
  private var latest: UInt64 = 0

  /// The UDP flows of a slot, and which of them is looked at next.
  private struct DatagramSlot {
    var flows: [Flow] = []
    var cursor = 0
  }

  package init(slots count: Int) {
    slots = [[Flow]](repeating: [], count: count)
    datagramSlots = [DatagramSlot](repeating: DatagramSlot(), count: count)
  }

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
    if let last = datagrams[flow] {
      // The reference leaves the time of a flow that was silent as it is: all that follows is new.
      if let then = last.second, second &- then >= Self.silence { return true }
      datagrams[flow]?.second = second
      return false
    }
    sweep(slot, second)
    datagrams[flow] = Datagrams(second: second, round: round)
    datagramSlots[slot].flows.append(flow)
    return true
  }

  /// Looks at two flows of the slot in turn, and forgets those that have been silent long enough, or
  /// for want of room.
  private mutating func sweep(_ slot: Int, _ second: UInt64) {
    for _ in 0..<2 where !datagramSlots[slot].flows.isEmpty {
      let place = datagramSlots[slot].cursor % datagramSlots[slot].flows.count
      let flow = datagramSlots[slot].flows[place]
      let isFull = datagramSlots[slot].flows.count >= Self.datagramLimit
      if isFull || second &- (datagrams[flow]?.second ?? second) >= Self.silence {
        datagrams[flow] = nil
        datagramSlots[slot].flows.swapAt(place, datagramSlots[slot].flows.count - 1)
        datagramSlots[slot].flows.removeLast()
      }
      datagramSlots[slot].cursor = place + 1
    }
  }

  /// Forgets what is known of some slots, so that it can be learnt anew from round `since` on.
  ///
  /// UDP flows from before that stay: nobody shows them again.
  package mutating func forget(_ forgotten: SlotSet, since round: UInt64) {
    for slot in slots.indices where forgotten.contains(slot) {
      for flow in slots[slot] { openings[flow] = nil }
      slots[slot].removeAll()
    }
    for slot in datagramSlots.indices where forgotten.contains(slot) {
      datagramSlots[slot].flows.removeAll { flow in
        datagrams[flow]?.second = nil
        guard let known = datagrams[flow], known.round < round else {
          datagrams[flow] = nil
          return true
        }
        return false
      }
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
