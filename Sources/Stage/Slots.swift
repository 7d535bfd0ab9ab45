/// How flows are spread: each belongs to one of 1024 slots, each slot to one worker.
package struct SlotSet: Equatable, Sendable {
  package static let count = 1024
  private var bits = [UInt64](repeating: 0, count: count / 64)

  package init() {}

  package mutating func insert(_ slot: Int) {
    bits[(slot & 1023) >> 6] |= 1 << UInt64(slot & 63)
  }

  package func contains(_ slot: Int) -> Bool {
    bits[(slot & 1023) >> 6] & 1 << UInt64(slot & 63) != 0
  }

  package var isEmpty: Bool { bits.allSatisfy { $0 == 0 } }
}
