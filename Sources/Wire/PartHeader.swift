import Bytes

/// A part's name: what makes a result recognisable when it arrives twice.
public struct PartName: Equatable, Hashable, Sendable, Comparable {
  public var epoch: UInt32
  public var round: UInt64
  /// Part `index` of `count` in its round.
  public var index: UInt16
  public var count: UInt16

  public init(epoch: UInt32, round: UInt64, index: UInt16, count: UInt16) {
    self.epoch = epoch
    self.round = round
    self.index = index
    self.count = count
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.round, a.index) < (b.round, b.index)
  }
}

/// The head of a part of packets or records; items follow it, then the tally.
///
///     16          24      26      28      32             40            48        52        56          60       68     70
///     | round     | index | count | items | first packet | last packet | link    | tally   | resources | time | plan | 0 0 |
///
/// `tally` is where in the message the tally begins; it ends with the message. `resources` is drawn at
/// `ResourcesInForce`; `plan` is the generation of the `RunPlan` that the packets were captured by.
public struct PartHeader: Equatable, Sendable {
  public static let size = MessageHeader.size + 56

  public var message: MessageHeader
  public var name: PartName
  public var items: UInt32 = 0
  /// Packet numbers of the first and last item; 0 where there are none.
  public var firstPacket: UInt64 = 0
  public var lastPacket: UInt64 = 0
  /// The link type of all packets in a part of them.
  public var linkType: UInt32 = 0
  public var tally: UInt32 = 0
  /// What the records of this part, or those its packets give, are scored by.
  public var resources = ResourcesInForce()
  /// No packet of a later round of the source is older than this: nanoseconds since 1970.
  ///
  /// It lets the sink put several sources into one order.
  public var time: UInt64 = 0
  /// Which plan of the run the packets were captured by.
  public var plan: UInt16 = 1

  public init(_ message: MessageHeader, name: PartName, linkType: UInt32 = 0) {
    self.message = message
    self.name = name
    self.linkType = linkType
  }

  /// Reads the header of a part (docs/wire.md, Part), with that of the message.
  ///
  /// - Throws: `MessageHeader.Refusal` if the message is of another wire version, is no part, or contradicts
  ///   itself: an index beyond its count, or a tally outside of the part.
  public init(_ input: inout Reader) throws(MessageHeader.Refusal) {
    let whole = input.count
    let message = try MessageHeader(&input)
    guard message.kind.isPart,
      let bytes = try? input.take(Self.size - MessageHeader.size)
    else { throw .malformed }
    self.message = message
    name = PartName(
      epoch: message.epoch, round: bytes.u64(at: 0).byteSwapped,
      index: bytes.u16(at: 8).byteSwapped, count: bytes.u16(at: 10).byteSwapped)
    items = bytes.u32(at: 12).byteSwapped
    firstPacket = bytes.u64(at: 16).byteSwapped
    lastPacket = bytes.u64(at: 24).byteSwapped
    linkType = bytes.u32(at: 32).byteSwapped
    tally = bytes.u32(at: 36).byteSwapped
    guard
      let resources = ResourcesInForce(
        generation: bytes.u16(at: 40).byteSwapped, formatsCode: bytes.u16(at: 42).byteSwapped)
    else { throw .malformed }
    self.resources = resources
    time = bytes.u64(at: 44).byteSwapped
    plan = bytes.u16(at: 52).byteSwapped
    guard name.index < name.count, (Self.size...whole).contains(Int(tally)) else {
      throw .malformed
    }
  }

  public func write(to buffer: inout Buffer) {
    message.write(to: &buffer)
    buffer.append(littleEndian: name.round)
    buffer.append(littleEndian: name.index)
    buffer.append(littleEndian: name.count)
    buffer.append(littleEndian: items)
    buffer.append(littleEndian: firstPacket)
    buffer.append(littleEndian: lastPacket)
    buffer.append(littleEndian: linkType)
    buffer.append(littleEndian: tally)
    buffer.append(littleEndian: resources.generation)
    buffer.append(littleEndian: resources.formats?.code ?? 0)
    buffer.append(littleEndian: time)
    buffer.append(littleEndian: plan)
    buffer.append(littleEndian: 0 as UInt16)
  }
}
