import Transport
import Wire

/// Which worker's the slots are, and how they move.
extension Outbox {
  func ownedSlots(_ id: ID) -> Int { owners.count { $0 == id } }

  /// Shows a worker again the packets of `slots` from round `floor` on.
  mutating func replay(
    _ slots: SlotSet, from floor: UInt64, to id: ID
  ) {
    for part in held where part.name.round >= floor {
      workers[id]?.queue.append(Errand(part: part, replay: slots))
    }
  }

  /// Gives each worker its share of the slots, moving as few as possible.
  ///
  /// Called between rounds. The result says whose part the packets of each slot belong to; `nil`
  /// while nobody is there.
  package mutating func assignSlots() -> [ID?] {
    guard membersChanged, !active.isEmpty else { return owners }
    membersChanged = false
    let members = active
    let (share, rest) = owners.count.quotientAndRemainder(dividingBy: members.count)
    var room: [ID: Int] = [:]
    for (i, id) in members.enumerated() { room[id] = share + (i < rest ? 1 : 0) }
    var homeless: [Int] = []
    for slot in owners.indices {
      if let id = owners[slot], let left = room[id], left > 0 {
        room[id] = left - 1
      } else {
        homeless.append(slot)
      }
    }
    var moved: [ID: [ID: SlotSet]] = [:]
    for id in members {
      for slot in homeless.prefix(room[id] ?? 0) {
        if let old = owners[slot], workers[old]?.keepsState == true {
          moved[old, default: [:]][id, default: SlotSet()].insert(slot)
        }
        owners[slot] = id
      }
      homeless.removeFirst(min(room[id] ?? 0, homeless.count))
    }
    for (old, heirs) in moved {
      // What the old owner has in hand may yet become state, so all of it is shown too.
      let oldest = workers[old]?.sent.map(\.part.name.round).min() ?? .max
      let queued = workers[old]?.queue.map(\.part.name.round).min() ?? .max
      let floor = min(workers[old]?.horizon ?? .max, oldest, queued)
      for (id, slots) in heirs { replay(slots, from: floor, to: id) }
    }
    return owners
  }
}
