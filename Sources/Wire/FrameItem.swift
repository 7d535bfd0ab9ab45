import Bytes

/// One captured packet in a part of packets.
///
///      0          4          8               16        24     26      28
///     | captured | original | packet number | time ns | slot | flags | bytes …
public struct FrameItem: ~Escapable {
  public static let headSize = 28

  /// The packet's length on the wire; `bytes` may be fewer.
  public let originalLength: UInt32
  /// The packet's place in its source, from 1.
  public let packet: UInt64
  /// Nanoseconds since 1970.
  public let time: UInt64
  /// Which of the flow slots the packet belongs to.
  public let slot: UInt16
  /// Whether its payload is the first of its flow; known only where that is asked for.
  public let hasFirstData: Bool
  public let bytes: Span<UInt8>

  @_lifetime(copy bytes)
  public init(
    packet: UInt64, time: UInt64, originalLength: UInt32, slot: UInt16,
    hasFirstData: Bool = false, bytes: Span<UInt8>
  ) {
    self.packet = packet
    self.time = time
    self.originalLength = originalLength
    self.slot = slot
    self.hasFirstData = hasFirstData
    self.bytes = bytes
  }

  /// Reads an item (docs/wire.md, Frame item).
  ///
  /// - Throws: `Malformed` if its head, or the length that stands in it, reaches past the end of `input`.
  @_lifetime(copy input)
  public init(_ input: inout Reader) throws(Malformed) {
    let head = try input.take(Self.headSize)
    originalLength = head.u32(at: 4).byteSwapped
    packet = head.u64(at: 8).byteSwapped
    time = head.u64(at: 16).byteSwapped
    slot = head.u16(at: 24).byteSwapped
    hasFirstData = head.u16(at: 26).byteSwapped & 1 != 0
    bytes = try input.take(Int(head.u32(at: 0).byteSwapped))
  }

  /// The slot of an item that is known to be whole.
  public static func slot(of item: Span<UInt8>) -> Int {
    Int(item.u16(at: 24).byteSwapped) & (SlotSet.count - 1)
  }

  /// The packet number of an item that is known to be whole.
  static func packet(of item: Span<UInt8>) -> UInt64 { item.u64(at: 8).byteSwapped }

  public func write(to buffer: inout Buffer) {
    buffer.append(littleEndian: UInt32(truncatingIfNeeded: bytes.count))
    buffer.append(littleEndian: originalLength)
    buffer.append(littleEndian: packet)
    buffer.append(littleEndian: time)
    buffer.append(littleEndian: slot)
    buffer.append(littleEndian: hasFirstData ? 1 : 0 as UInt16)
    buffer.append(bytes)
  }
}
