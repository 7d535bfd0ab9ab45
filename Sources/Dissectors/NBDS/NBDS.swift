import Bytes
import Wire

/// A message of NetBIOS's datagram service.
///
///      0      1       2    4           8             10
///     +------+-------+----+-----------+-------------+------------------------+
///     | type | flags | id | source IP | source port | as the type asks for   |
///     +------+-------+----+-----------+-------------+------------------------+
///
/// RFC 1002 §4.4.
struct NBDS: PlainMessage, ~Escapable {
  static let profile = Profile(
    "nbds", over: .udp, when: .port(.both(138)), key: "nbds",
    summary: "NetBIOS datagrams", specification: "RFC 1002 §4.4")

  private let header: Span<UInt8>
  private let body: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    header = try input.take(10)
    body = input.rest
  }

  func report(to record: inout RecordWriter) {
    record.object("nbds") { nbds in
      nbds.name("msg_type", typeName, code: UInt64(header[0]))
      nbds.hex("flags", header[1])
      nbds.number("datagram_id", header.u16(at: 2))
      nbds.ipv4("source_ip", header.u32(at: 4))
      nbds.number("source_port", header.u16(at: 8))
      var input = Reader(body)
      switch header[0] {
      case 0x10, 0x11, 0x12: reportDatagram(to: &nbds)
      case 0x13: if let code = try? input.u8() { nbds.number("error_code", code) }
      case 0x14, 0x15, 0x16: Self.reportName("destination_name", &input, to: &nbds)
      default: nbds.hex("data", body)
      }
    }
  }

  /// The names are shown beside the data, and as part of it.
  private func reportDatagram(to record: inout RecordWriter) {
    var input = Reader(body)
    guard let length = try? input.u16(), let offset = try? input.u16() else { return }
    record.number("datagram_length", length)
    record.number("packet_offset", offset)
    let data = input.rest
    Self.reportName("source_name", &input, to: &record)
    Self.reportName("destination_name", &input, to: &record)
    record.hex("data", data)
  }

  /// A name in NetBIOS's encoding; others are passed over.
  ///
  /// Pointers into the message, which no datagram service sends, lead nowhere.
  @_lifetime(input: copy input)
  private static func reportName(
    _ key: StaticString, _ input: inout Reader, to record: inout RecordWriter
  ) {
    var name = DNS.Name(&input, in: input.rest.extracting(first: 0))
    name.decodeNetBIOS()
    if name.isNetBIOS { record.textOrEmpty(key, name.text) }
  }

  private var typeName: StaticString? {
    switch header[0] {
    case 0x10: "direct_unique_datagram"
    case 0x11: "direct_group_datagram"
    case 0x12: "broadcast_datagram"
    case 0x13: "datagram_error"
    case 0x14: "datagram_query_request"
    case 0x15: "datagram_positive_query_response"
    case 0x16: "datagram_negative_query_response"
    default: nil
    }
  }
}
