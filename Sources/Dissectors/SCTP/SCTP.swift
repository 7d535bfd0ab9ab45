import Bytes
import Wire

/// The packet that opens an SCTP association: no verification tag yet, an INIT chunk.
///
///      0             2                  4     8          12   13      14       16
///     +-------------+------------------+-----+----------+----+-------+--------+-------+
///     | source port | destination port | tag | checksum | 01 | flags | length | value |
///     +-------------+------------------+-----+----------+----+-------+--------+-------+
///
/// RFC 9260 §3, §3.3.2.
struct SCTP: PlainMessage, ~Escapable {
  static let profile = Profile(
    "sctp", over: .ip, when: .ipProtocol(132), key: "sctp",
    summary: "SCTP associations being opened", specification: "RFC 9260 §3.3.2")

  private static let initiation: UInt8 = 1
  /// A chunk shorter than this lacks a fixed parameter.
  static let minChunkLength = 20

  private let header: Span<UInt8>
  private let value: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    header = try input.take(16)
    let length = Int(header.u16(at: 14))
    guard header.u32(at: 4) == 0, header[12] == Self.initiation, length >= Self.minChunkLength
    else { throw input.reject() }
    value = try input.take(length - 4)
  }

  func report(to record: inout RecordWriter) {
    record.object("sctp") { sctp in
      sctp.number("src_port", header.u16(at: 0))
      sctp.number("dst_port", header.u16(at: 2))
      sctp.object("chunk") { chunk in
        chunk.literal("type", "INIT")
        chunk.number("flags", header[13])
        chunk.number("length", header.u16(at: 14))
        chunk.hex("value", value)
      }
    }
  }
}
