import Bytes
import Wire

extension OrderedMerge {
  /// Finds the record or packet at or after `offset` in a part of records: `takeRound`'s `item` where
  /// whole messages were accepted.
  package static func record(in message: Span<UInt8>, from offset: Int) -> Item? {
    var input = Reader(message, isBody: true)
    guard let header = try? PartHeader(&input) else { return nil }
    let start = max(offset, PartHeader.size)
    guard start < Int(header.tally) else { return nil }
    var items = Reader(message.extracting(start..<Int(header.tally)), isBody: true)
    guard let packet = try? number(&items) else { return nil }
    return Item(packet: packet, range: start..<Int(header.tally) - items.count)
  }

  /// Passes over a record or packet; the number of its packet.
  private static func number(_ items: inout Reader) throws(Malformed) -> UInt64 {
    PacketItem.isNext(in: items)
      ? try PacketItem(&items).packet : try RecordItem(&items).packet
  }

  /// Makes sure that a part of records holds what its header says, in the order of the packets.
  ///
  /// What fails here must not be acknowledged: the merge would lose its records silently.
  package static func check(records message: Span<UInt8>) throws(MessageHeader.Refusal) {
    var input = Reader(message, isBody: true)
    let header = try PartHeader(&input)
    guard header.message.kind != .frames else { throw .malformed }
    var items = Reader(message.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
    var count = 0
    var last: UInt64 = 0
    while !items.isAtEnd {
      guard let packet = try? number(&items), packet >= last else { throw .malformed }
      last = packet
      count += 1
    }
    guard count == Int(header.items) else { throw .malformed }
  }
}
