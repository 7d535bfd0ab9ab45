import Transport
import Wire

/// Which worker's the slots are, and how they move.
///
/// At the end of its queue a worker that keeps state knows its slots exactly as they are: every
/// packet from the floor on, once, in order. So whoever is given slots first forgets what it may
/// have known of them, then is shown all of that, whatever it has been shown before.
extension Outbox {
  func ownedSlots(_ id: ID) -> Int { owners.count { $0 == id } }

  /// Shows a worker the packets of `slots` from round `floor` on, as if it had never seen one.
  private mutating func show(_ slots: SlotSet, from floor: UInt64, to id: ID) {
    workers[id]?.queue.append(.forget(Forget(slots, since: floor)))
    for part in held where part.name.round >= floor {
      workers[id]?.queue.append(.replay(part, slots))
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
      let queued = workers[old]?.queue.compactMap(\.part?.name.round).min() ?? .max
      let floor = min(workers[old]?.horizon ?? .max, oldest, queued)
      var gone = SlotSet()
      for (id, slots) in heirs {
        show(slots, from: floor, to: id)
        gone.formUnion(slots)
      }
      // Or it would ask for ever for what it will never finish.
      workers[old]?.queue.append(.forget(Forget(gone, since: .max)))
    }
    return owners
  }

  /// Gives an heir a dead worker's slots and parts, each part at its place among those that
  /// rebuild state.
  mutating func bequeath(_ estate: Estate, to heir: ID) {
    guard estate.keepsState else {
      workers[heir]?.queue += estate.parts.map { .work($0) }
      return
    }
    // Slots that have moved on since the dead one got its parts: what it had not finished is still
    // to be done, by somebody who knows what came before.
    var own = estate.slots
    var others = SlotSet()
    for part in estate.parts {
      part.forEachSlot { if owners[$0] == heir { own.insert($0) } else { others.insert($0) } }
    }
    var all = own
    all.formUnion(others)
    let last = estate.parts.last?.name.round ?? 0
    let floor = min(estate.floor, estate.parts.first?.name.round ?? .max)
    workers[heir]?.queue.append(.forget(Forget(all, since: floor)))
    for part in held where part.name.round >= floor {
      if estate.parts.contains(where: { $0 === part }) {
        workers[heir]?.queue.append(.work(part))
      } else {
        workers[heir]?.queue.append(.replay(part, part.name.round < last ? all : own))
      }
    }
    if !others.isEmpty { workers[heir]?.queue.append(.forget(Forget(others, since: .max))) }
  }
}
