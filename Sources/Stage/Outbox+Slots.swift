import Transport
import Wire

/// Which worker's the slots are, and how they move.
///
/// At the end of its queue a worker that keeps state knows its slots exactly as they are: every
/// packet from the low-water mark on, once, in order. So a worker that is given slots first forgets
/// what it may have known of them, then is shown all of that, whatever it has been shown before.
extension Outbox {
  func ownedSlots(_ id: ID) -> Int { owners.count { $0 == id } }

  /// Shows a worker the packets of `slots` from round `lowWaterMark` on, as if it had never seen one.
  private mutating func show(_ slots: SlotSet, from lowWaterMark: UInt64, to id: ID) {
    workers[id]?.queue.append(.forget(Forget(slots, since: lowWaterMark)))
    for part in held where part.name.round >= lowWaterMark {
      workers[id]?.queue.append(.replay(part, slots))
    }
  }

  /// Gives each worker its share of the slots, moving as few as possible.
  ///
  /// Called between rounds. The result is the worker that each slot belongs to; `nil` while there is
  /// none.
  package mutating func assignSlots() -> [ID?] {
    guard membersChanged, !active.isEmpty else { return owners }
    membersChanged = false
    let members = active
    let (share, rest) = owners.count.quotientAndRemainder(dividingBy: members.count)
    var room: [ID: Int] = [:]
    for (i, id) in members.enumerated() { room[id] = share + (i < rest ? 1 : 0) }
    var unassigned: [Int] = []
    for slot in owners.indices {
      if let id = owners[slot], let left = room[id], left > 0 {
        room[id] = left - 1
      } else {
        unassigned.append(slot)
      }
    }
    var moved: [ID: [ID: SlotSet]] = [:]
    for id in members {
      for slot in unassigned.prefix(room[id] ?? 0) {
        if let old = owners[slot], workers[old]?.keepsState == true {
          moved[old, default: [:]][id, default: SlotSet()].insert(slot)
        }
        owners[slot] = id
      }
      unassigned.removeFirst(min(room[id] ?? 0, unassigned.count))
    }
    for (old, newOwners) in moved {
      // What the old owner has in hand may yet become state, so all of it is shown too.
      let oldest = workers[old]?.sent.map(\.part.name.round).min() ?? .max
      let queued = workers[old]?.queue.compactMap(\.part?.name.round).min() ?? .max
      let lowWaterMark = min(workers[old]?.horizon ?? .max, oldest, queued)
      var gone = SlotSet()
      for (id, slots) in newOwners {
        show(slots, from: lowWaterMark, to: id)
        gone.formUnion(slots)
      }
      // Otherwise its low-water mark would stay at messages that it will never finish.
      workers[old]?.queue.append(.forget(Forget(gone, since: .max)))
    }
    return owners
  }

  /// Reassigns a dead worker's slots and parts, each part at its place among those that rebuild
  /// state.
  mutating func reassign(_ orphaned: Orphaned, to id: ID) {
    guard orphaned.keepsState else {
      workers[id]?.queue += orphaned.parts.map { .work($0) }
      return
    }
    // Slots may have moved on since the dead worker got its parts: what it had not finished is still
    // to be done, by a worker that knows what came before.
    var own = orphaned.slots
    var others = SlotSet()
    for part in orphaned.parts {
      part.forEachSlot { if owners[$0] == id { own.insert($0) } else { others.insert($0) } }
    }
    var all = own
    all.formUnion(others)
    let last = orphaned.parts.last?.name.round ?? 0
    let lowWaterMark = min(orphaned.lowWaterMark, orphaned.parts.first?.name.round ?? .max)
    workers[id]?.queue.append(.forget(Forget(all, since: lowWaterMark)))
    for part in held where part.name.round >= lowWaterMark {
      if orphaned.parts.contains(where: { $0 === part }) {
        workers[id]?.queue.append(.work(part))
      } else {
        workers[id]?.queue.append(.replay(part, part.name.round < last ? all : own))
      }
    }
    if !others.isEmpty { workers[id]?.queue.append(.forget(Forget(others, since: .max))) }
  }
}
