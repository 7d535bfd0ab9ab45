import Bytes

/// How flows are spread: each belongs to one of 1024 slots, each slot to one worker.
public struct SlotSet: Equatable, Sendable {
  public static let count = 1024
  private var bits = [UInt64](repeating: 0, count: count / 64)

  public init() {}

  public mutating func insert(_ slot: Int) {
    bits[(slot & 1023) >> 6] |= 1 << UInt64(slot & 63)
  }

  public mutating func formUnion(_ other: SlotSet) {
    for i in bits.indices { bits[i] |= other.bits[i] }
  }

  public mutating func subtract(_ other: SlotSet) {
    for i in bits.indices { bits[i] &= ~other.bits[i] }
  }

  public func contains(_ slot: Int) -> Bool {
    bits[(slot & 1023) >> 6] & 1 << UInt64(slot & 63) != 0
  }

  public var isEmpty: Bool { bits.allSatisfy { $0 == 0 } }

  /// Reads the set as one bit for each slot, in words of 64.
  ///
  /// - Throws: `Malformed` if fewer than 128 bytes are left.
  public init(_ input: inout Reader) throws(Malformed) {
    for i in bits.indices { bits[i] = try input.u64le() }
  }

  public func write(to buffer: inout Buffer) {
    for word in bits { buffer.append(littleEndian: word) }
  }
}
