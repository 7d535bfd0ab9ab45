import Bytes
import Packets
import Wire

/// The head of a pcap file that merc reads by itself (`PcapFormat` draws it).
///
/// That is version 2.4 of a link type that merc knows. Everything else is left to libpcap.
struct PlainPcap {
  let linkType: LinkType
  private let magic: PcapFormat.Magic

  init?(_ header: Span<UInt8>) {
    guard header.count >= PcapFormat.headerSize,
      let magic = PcapFormat.Magic(bigEndian: header.u32(at: 0)),
      header.u32(at: 4) == (magic.isBigEndian ? 0x0002_0004 : 0x0200_0400)
    else { return nil }
    self.magic = magic
    let number = Self.number(header, at: 20, magic)
    guard LinkType.all.contains(LinkType(rawValue: number)) else { return nil }
    linkType = PacketSource.linkType(ofDLT: CInt(bitPattern: number))
  }

  @inline(__always)
  private static func number(_ bytes: Span<UInt8>, at offset: Int, _ magic: PcapFormat.Magic)
    -> UInt32
  {
    let number = bytes.u32(at: offset)
    return magic.isBigEndian ? number : number.byteSwapped
  }

  /// What a packet's header says; it has `PcapFormat.packetHeaderSize` bytes.
  @inline(__always)
  func packet(_ header: Span<UInt8>) -> (time: UInt64, captured: UInt32, original: UInt32) {
    let seconds = Self.number(header, at: 0, magic)
    // As libpcap counts, whatever number stands there: it takes as signed what it need not swap.
    let number = Self.number(header, at: 4, magic)
    let fraction = magic.isBigEndian ? Int64(number) : Int64(Int32(bitPattern: number))
    let unit: Int64 = magic.hasNanoseconds ? 1 : 1000
    return (
      UInt64(seconds) &* 1_000_000_000 &+ UInt64(bitPattern: fraction &* unit),
      Self.number(header, at: 8, magic), Self.number(header, at: 12, magic)
    )
  }
}
