import Bytes
import Wire

extension ReorderBuffer {
  /// Finds the record or packet at or after `offset` in a part of records: the `item` where whole
  /// messages were accepted.
  package static func record(in message: Span<UInt8>, from offset: Int) -> Item? {
    var input = Reader(message, isBody: true)
    guard let header = try? PartHeader(&input) else { return nil }
    let start = max(offset, PartHeader.size)
    guard start < Int(header.tally) else { return nil }
    var items = Reader(message.extracting(start..<Int(header.tally)), isBody: true)
    guard let place = try? place(&items) else { return nil }
    return Item(
      packet: place.packet, time: place.time, range: start..<Int(header.tally) - items.count)
  }

  /// Passes over a record or packet; the number and the time of its packet.
  private static func place(_ items: inout Reader) throws(Malformed) -> (
    packet: UInt64, time: UInt64
  ) {
    if PacketItem.isNext(in: items) {
      let item = try PacketItem(&items)
      return (item.packet, item.time)
    }
    let item = try RecordItem(&items)
    return (item.packet, item.time)
  }

  /// Makes sure that a part of records holds what its header says, in the order of the packets; or, of
  /// packets of several sources, in the order that another has brought them into.
  ///
  /// - Throws: `MessageHeader.Refusal` if it does not. Such a part must not be acknowledged: the merge would
  ///   lose its records silently.
  package static func check(records message: Span<UInt8>) throws(MessageHeader.Refusal) {
    var input = Reader(message, isBody: true)
    let header = try PartHeader(&input)
    guard header.message.kind != .frames else { throw .malformed }
    var items = Reader(message.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
    var count = 0
    var last: UInt64 = 0
    while !items.isAtEnd {
      guard let packet = try? place(&items).packet,
        packet >= last || header.message.kind == .ordered
      else { throw .malformed }
      last = packet
      count += 1
    }
    guard count == Int(header.items) else { throw .malformed }
  }
}
