import Bytes

extension PartHeader {
  /// Calls `body` with each item's index and bytes, whatever kind of item it is, up to the first one
  /// that is shorter than its head.
  public static func forEachItem(
    in message: Span<UInt8>, _ body: (_ index: Int, _ item: Span<UInt8>) -> Void
  ) {
    var input = Reader(message, isBody: true)
    guard let header = try? PartHeader(&input) else { return }
    var items = Reader(
      message.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
    for index in 0..<Int(header.items) {
      var look = items
      guard let length = try? look.u32le() else { return }
      let isFrame = header.message.kind == .frames
      let size = isFrame ? FrameItem.headSize + Int(length) : Int(length)
      let least = PacketItem.isNext(in: items) ? PacketItem.headSize : RecordItem.headSize
      guard isFrame || size >= least, let item = try? items.take(size) else { return }
      body(index, item)
    }
  }

  /// Rewrites a part into `buffer` with only the items that `isWanted` keeps; the tally stays.
  public static func filter(
    _ message: Span<UInt8>, adding flags: MessageHeader.Flags, into buffer: inout Buffer,
    isWanted: (_ index: Int, _ item: Span<UInt8>) -> Bool
  ) {
    var input = Reader(message, isBody: true)
    guard var header = try? PartHeader(&input) else { return }
    buffer.removeAll()
    header.write(to: &buffer)
    var kept: UInt32 = 0
    var last: UInt64 = 0
    forEachItem(in: message) { index, item in
      guard isWanted(index, item) else { return }
      let packet =
        header.message.kind == .frames ? FrameItem.packet(of: item) : RecordItem.packet(of: item)
      if kept == 0 { header.firstPacket = packet }
      last = packet
      kept += 1
      buffer.append(item)
    }
    header.items = kept
    if kept == 0 { header.firstPacket = 0 }
    header.lastPacket = last
    header.message.flags.formUnion(flags)
    let tally = message.extracting(droppingFirst: Int(header.tally))
    header.tally = UInt32(buffer.count)
    buffer.append(tally)
    let final = header
    buffer.rewrite(at: 0) { final.write(to: &$0) }
  }
}
