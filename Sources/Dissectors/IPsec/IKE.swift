import Bytes
import Wire

/// A message of the Internet Key Exchange, version 2.
///
///      0               8               16     17        18     19      20   24       28
///     +---------------+---------------+------+---------+------+-------+----+--------+----------+
///     | initiator SPI | responder SPI | next | version | type | flags | id | length | payloads |
///     +---------------+---------------+------+---------+------+-------+----+--------+----------+
///
/// RFC 7296 §3.1; behind four zero bytes where it shares its port with ESP (RFC 3948 §2.2).
struct IKE: PlainMessage, ~Escapable {
  static let profile = Profile(
    "ipsec.ike", over: .udp, when: .first(.either(4500), "00 00 00 00"), .port(.either(500)),
    key: "ike", summary: "Key exchanges of IPsec", specification: "RFC 7296")

  static let headerLength = 28

  private let header: Span<UInt8>
  private let body: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    if input.rest.starts(with: "\0\0\0\0") { try input.skip(4) }
    header = try input.take(Self.headerLength)
    guard header[17] == 0x20, Names.exchange(header[18]) != nil else { throw input.reject() }
    body = try input.take(Int(header.u32(at: 24)) - Self.headerLength)
  }

  func report(to record: inout RecordWriter) {
    record.object("ike") { ike in
      ike.hex("initiator_spi", header.u64(at: 0))
      ike.hex("responder_spi", header.u64(at: 8))
      ike.number("major_version", header[17] >> 4)
      ike.number("minor_version", header[17] & 15)
      ike.name("exchange_type", Names.exchange(header[18]), hexCode: header[18])
      ike.flag("response", header[19] & 0x20 != 0)
      ike.flag("version", header[19] & 0x10 != 0)
      ike.flag("initiator", header[19] & 0x08 != 0)
      ike.number("message_id", header.u32(at: 20))
      ike.number("length", header.u32(at: 24))
      ike.array("payloads") { payloads in
        var rest = Reader(body)
        var type = header[16]
        while !rest.isAtEnd {
          let payload = Payload(type, &rest)
          type = payload.next
          payloads.object { payload.report(to: &$0) }
        }
      }
    }
  }
}
