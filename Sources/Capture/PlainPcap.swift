import Bytes
import Packets

/// The head of a pcap file that merc reads by itself (draft-ietf-opsawg-pcap §4).
///
/// That is version 2.4 of a link type that merc knows. Everything else is left to libpcap.
///
///     0       4       6       8      12     16         20
///     | magic | major | minor | zone | sigfigs | snaplen | link type |
struct PlainPcap {
  static let headerSize = 24
  /// What stands before each packet: seconds, their fraction, captured and original length, 4 bytes each.
  static let packetHeaderSize = 16
  /// The longest packet that libpcap takes (`MAXIMUM_SNAPLEN`) of the link types that merc knows.
  static let maxCaptured: UInt32 = 262_144

  let linkType: LinkType
  /// Whether numbers stand in the order of bytes that is not this machine's.
  private let isSwapped: Bool
  /// How many nanoseconds a fraction of a second counts.
  private let unit: Int64

  init?(_ header: Span<UInt8>) {
    guard header.count >= Self.headerSize else { return nil }
    switch header.u32(at: 0).byteSwapped {
    case 0xa1b2_c3d4: (isSwapped, unit) = (false, 1000)
    case 0xd4c3_b2a1: (isSwapped, unit) = (true, 1000)
    case 0xa1b2_3c4d: (isSwapped, unit) = (false, 1)
    case 0x4d3c_b2a1: (isSwapped, unit) = (true, 1)
    default: return nil
    }
    let version = header.u32(at: 4)
    guard version == (isSwapped ? 0x0002_0004 : 0x0200_0400) else { return nil }
    let number = Self.number(header, at: 20, isSwapped)
    guard LinkType.all.contains(LinkType(rawValue: number)) else { return nil }
    linkType = PacketSource.linkType(ofDLT: CInt(bitPattern: number))
  }

  @inline(__always)
  private static func number(_ bytes: Span<UInt8>, at offset: Int, _ isSwapped: Bool) -> UInt32 {
    let number = bytes.u32(at: offset)
    return isSwapped ? number : number.byteSwapped
  }

  /// What a packet's header says; it has `packetHeaderSize` bytes.
  @inline(__always)
  func packet(_ header: Span<UInt8>) -> (time: UInt64, captured: UInt32, original: UInt32) {
    let seconds = Self.number(header, at: 0, isSwapped)
    // As libpcap counts, whatever number stands there: it takes only what it need not swap as signed.
    let number = Self.number(header, at: 4, isSwapped)
    let fraction = (isSwapped ? Int64(number) : Int64(Int32(bitPattern: number))) &* unit
    return (
      UInt64(seconds) &* 1_000_000_000 &+ UInt64(bitPattern: fraction),
      Self.number(header, at: 8, isSwapped), Self.number(header, at: 12, isSwapped)
    )
  }
}
