import Bytes
import Wire

/// Records, and packets that come along, in their final order: what a part for secondary sinks is made
/// of.
package struct OrderedBatch: ~Copyable {
  private var items = Buffer(capacity: OrderedBatch.size + (64 << 10))
  package private(set) var records: UInt64 = 0
  package private(set) var packets: UInt64 = 0
  /// The plan that all of it was made by.
  package private(set) var plan: UInt16
  private var firstPacket: UInt64 = 0
  private var lastPacket: UInt64 = 0

  /// So many bytes are enough for a part.
  static let size = 256 << 10

  /// Empty, and by this plan.
  package init(by plan: UInt16 = 1) { self.plan = plan }

  package var isEmpty: Bool { items.isEmpty }
  package var isFull: Bool { items.count >= Self.size }

  /// Adds a record, whose analysis is settled.
  mutating func add(_ record: borrowing RecordItem, _ analysis: Span<UInt8>) {
    note(record.packet)
    records += 1
    record.write(to: &items, analysis: analysis, later: nil)
  }

  mutating func add(_ packet: borrowing PacketItem) {
    note(packet.packet)
    packets += 1
    packet.write(to: &items)
  }

  private mutating func note(_ packet: UInt64) {
    if items.isEmpty { firstPacket = packet }
    lastPacket = packet
  }

  /// What is added from now on was made by this plan.
  mutating func begin(_ plan: UInt16) { self.plan = plan }

  mutating func removeAll() {
    items.removeAll()
    (records, packets) = (0, 0)
    (firstPacket, lastPacket) = (0, 0)
  }

  /// Writes it as a part, which ends with `tally`.
  package func write(to part: inout PartBuilder, _ header: PartHeader, _ tally: Tally) {
    var header = header
    header.items = UInt32(records + packets)
    header.firstPacket = firstPacket
    header.lastPacket = lastPacket
    header.plan = plan
    part.begin(header)
    part.buffer.append(items.bytes)
    part.endItems()
    tally.write(to: &part.buffer)
    part.finish(name: header.name)
  }
}
