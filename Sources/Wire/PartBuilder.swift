import Bytes

/// Fills one part: its header, its items one after the other, its tally.
///
/// The buffer is used again for the next part.
public struct PartBuilder: ~Copyable {
  public private(set) var header: PartHeader
  public var buffer: Buffer
  public init(capacity: Int = 1 << 16) {
    header = PartHeader(
      MessageHeader(.frames), name: PartName(epoch: 0, round: 0, index: 0, count: 1))
    buffer = Buffer(capacity: capacity)
  }

  /// Starts a part; what the buffer held is gone.
  public mutating func begin(_ header: PartHeader) {
    self.header = header
    buffer.removeAll()
    header.write(to: &buffer)
  }

  public var items: Int { Int(header.items) }

  /// Counts an item that the caller is about to append to `buffer`.
  public mutating func countItem(packet: UInt64) {
    if header.items == 0 { header.firstPacket = packet }
    header.lastPacket = packet
    header.items += 1
  }

  /// Appends a packet; how many bytes the part has with it.
  @discardableResult
  public mutating func append(frame: borrowing FrameItem) -> Int {
    countItem(packet: frame.packet)
    frame.write(to: &buffer)
    return buffer.count
  }

  /// Begins the tally: no items after this.
  public mutating func endItems() { header.tally = UInt32(buffer.count) }

  /// Gives the part its final place in the round and finishes its header.
  ///
  /// `time` is how far the source has come; the header's stays where none is given.
  public mutating func finish(
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
