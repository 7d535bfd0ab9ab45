import Bytes

/// A copy of a packet in a part of records, for a sink that writes captures.
///
/// It stands behind its record, where it has one. Parts have them only where the parsers were asked
/// for it.
///
///      0        4       5         6     8                 12              20        28
///     | length | flags | message | 0 0 | original length | packet number | time ns | message | bytes …
///
/// `length` counts the whole item, `message` the bytes of the message's name, and `flags` has the bit that no record has; packet number and time
/// stand where a record has them, so that what puts items into order need not tell one from the
/// other.
public struct PacketItem: ~Escapable {
  public static let headSize = 28
  /// The bit of `flags` that tells a packet from a record.
  static let flag: UInt8 = 16

  public let packet: UInt64
  public let time: UInt64
  /// The packet's length on the wire; `bytes` may be fewer.
  public let originalLength: UInt32
  /// The message that the packet gave a record of, or has a piece of; empty for neither.
  public let message: Span<UInt8>
  public let bytes: Span<UInt8>

  @_lifetime(copy message, copy bytes)
  public init(
    packet: UInt64, time: UInt64, originalLength: UInt32, message: Span<UInt8>, bytes: Span<UInt8>
  ) {
    self.packet = packet
    self.time = time
    self.originalLength = originalLength
    // No name is longer than its length's byte can say.
    self.message = message.extracting(first: min(message.count, Int(UInt8.max)))
    self.bytes = bytes
  }

  /// The packet that a part of packets has.
  @_lifetime(copy frame, copy message)
  public init(_ frame: borrowing FrameItem, of message: Span<UInt8>) {
    self.init(
      packet: frame.packet, time: frame.time, originalLength: frame.originalLength,
      message: message, bytes: frame.bytes)
  }

  /// Reads an item (docs/wire.md, Packet item).
  ///
  /// - Throws: `Malformed` if what comes next is no packet item, or reaches past the end of `input`.
  @_lifetime(copy input)
  public init(_ input: inout Reader) throws(Malformed) {
    var look = input
    let length = Int(try look.u32le())
    guard length >= Self.headSize, Self.isNext(in: input) else { throw input.reject() }
    let item = try input.take(length)
    originalLength = item.u32(at: 8).byteSwapped
    packet = item.u64(at: 12).byteSwapped
    time = item.u64(at: 20).byteSwapped
    var sections = Reader(item.extracting(droppingFirst: Self.headSize), isBody: true)
    message = try sections.take(Int(item[5]))
    bytes = sections.rest
  }

  /// Whether the next item of a part of records is a packet.
  public static func isNext(in items: borrowing Reader) -> Bool {
    items.count > 4 && items.rest[4] & flag != 0
  }

  /// Passes over packets up to the next record; false where none follows.
  ///
  /// - Throws: `Malformed` if a packet item reaches past the end of the part.
  @_lifetime(items: copy items)
  public static func skip(in items: inout Reader) throws(Malformed) -> Bool {
    while isNext(in: items) { _ = try PacketItem(&items) }
    return !items.isAtEnd
  }

  public func write(to buffer: inout Buffer) {
    buffer.append(littleEndian: UInt32(Self.headSize + message.count + bytes.count))
    buffer.append(Self.flag)
    buffer.append(UInt8(message.count))
    buffer.append(littleEndian: 0 as UInt16)
    buffer.append(littleEndian: originalLength)
    buffer.append(littleEndian: packet)
    buffer.append(littleEndian: time)
    buffer.append(message)
    buffer.append(bytes)
  }
}
