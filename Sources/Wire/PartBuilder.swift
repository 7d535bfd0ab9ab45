import Bytes

/// Fills one part: its header, its items one after the other, its tally.
///
/// The buffer is used again for the next part.
package struct PartBuilder: ~Copyable {
  package private(set) var header: PartHeader
  package var buffer: Buffer
  package init(capacity: Int = 1 << 16) {
    header = PartHeader(
      MessageHeader(.frames), name: PartName(epoch: 0, round: 0, index: 0, count: 1))
    buffer = Buffer(capacity: capacity)
  }

  /// Starts a part; what the buffer held is gone.
  package mutating func begin(_ header: PartHeader) {
    self.header = header
    buffer.removeAll()
    header.write(to: &buffer)
  }

  package var items: Int { Int(header.items) }

  /// Counts an item that the caller is about to append to `buffer`.
  package mutating func countItem(packet: UInt64) {
    if header.items == 0 { header.firstPacket = packet }
    header.lastPacket = packet
    header.items += 1
  }

  /// Appends a packet.
  package mutating func append(frame: borrowing FrameItem) {
    countItem(packet: frame.packet)
    frame.write(to: &buffer)
  }

  /// Begins the tally: no items after this.
  package mutating func endItems() { header.tally = UInt32(buffer.count) }

  /// Gives the part its final place in the round and finishes its header.
  ///
  /// `time` is how far the source has come; the header's stays where none is given.
  package mutating func finish(
    name: PartName, flags: MessageHeader.Flags = [], time: UInt64? = nil
  ) {
    if header.tally == 0 { endItems() }
    header.name = name
    if let time { header.time = time }
    header.message.flags.formUnion(flags)
    let final = header
    buffer.rewrite(at: 0) { final.write(to: &$0) }
  }
}
