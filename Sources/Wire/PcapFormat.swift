import Bytes

/// Classic pcap, as every capture tool reads it: a header, then records.
///
///      0       4       6       8      12      16      20      24
///     +-------+---+---+-------+-------+-------+-------+
///     | magic | 2 | 4 |   0   |   0   |snaplen| link  |   header
///     +-------+---+---+-------+-------+-------+-------+
///     |seconds| frac. |captured original| bytes …         a record, many times
///     +-------+-------+-------+-------+---
///
/// All little-endian. The magic number says both the byte order and the unit of time
/// (draft-ietf-opsawg-pcap §4, §5).
public enum PcapFormat {
  public static let headerSize = 24
  /// What stands before a packet's bytes.
  public static let packetHeaderSize = 16
  /// The longest packet that libpcap takes from a file.
  public static let maxPacketLength = 262_144

  /// What the number that a file begins with says.
  public struct Magic: Sendable {
    fileprivate static let microseconds: UInt32 = 0xa1b2_c3d4
    fileprivate static let nanoseconds: UInt32 = 0xa1b2_3c4d

    public let isBigEndian: Bool
    public let hasNanoseconds: Bool

    /// Of a number that was read as big-endian; `nil` if it is not pcap's.
    public init?(bigEndian magic: UInt32) {
      let own = [Self.microseconds, Self.nanoseconds]
      isBigEndian = own.contains(magic)
      guard isBigEndian || own.contains(magic.byteSwapped) else { return nil }
      hasNanoseconds = (isBigEndian ? magic : magic.byteSwapped) == Self.nanoseconds
    }
  }

  /// Begins a file whose packets all start with a header of `linkType`.
  public static func appendHeader(
    linkType: UInt32, hasNanoseconds: Bool = true, to file: inout Buffer
  ) {
    file.append(littleEndian: hasNanoseconds ? Magic.nanoseconds : Magic.microseconds)
    file.append(littleEndian: 2 as UInt16)
    file.append(littleEndian: 4 as UInt16)
    file.append(littleEndian: 0 as UInt64)
    file.append(littleEndian: UInt32(maxPacketLength))
    file.append(littleEndian: linkType)
  }

  /// Adds a packet, in the unit that the file began with, captured at `time`, in nanoseconds since 1970; the format ends in 2106.
  public static func appendPacket(
    _ bytes: Span<UInt8>, time: UInt64, originalLength: UInt32, hasNanoseconds: Bool = true,
    to file: inout Buffer
  ) {
    let captured = bytes.extracting(first: min(bytes.count, maxPacketLength))
    file.append(littleEndian: UInt32(truncatingIfNeeded: time / 1_000_000_000))
    let fraction = UInt32(time % 1_000_000_000)
    file.append(littleEndian: hasNanoseconds ? fraction : fraction / 1000)
    file.append(littleEndian: UInt32(captured.count))
    file.append(littleEndian: max(originalLength, UInt32(captured.count)))
    file.append(captured)
  }
}
