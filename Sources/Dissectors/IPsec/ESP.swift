import Bytes
import Wire

/// The first packet of a security association: sequence number 1, so that each gives one record.
///
///      0     4                 8
///     +-----+-----------------+------------------------------------------+
///     | SPI | sequence number | encrypted payload, then integrity check  |
///     +-----+-----------------+------------------------------------------+
///
/// RFC 4303 §2, in UDP RFC 3948 §2.1.
struct ESP: PlainMessage, ~Escapable {
  static let profile = Profile(
    "ipsec.esp", over: .udp, when: .first(.either(4500), ""), .ipProtocol(50), key: "esp",
    summary: "First packets of IPsec security associations", specification: "RFC 4303")

  /// How much of the payload is shown.
  static let maxPayload = 32

  private let spi: UInt32
  private let sequenceNumber: UInt32
  private let payload: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    spi = try input.u32()
    sequenceNumber = try input.u32()
    guard spi != 0, sequenceNumber == 1, !input.isAtEnd else { throw input.reject() }
    payload = input.rest
  }

  func report(to record: inout RecordWriter) {
    record.object("esp") { esp in
      esp.hex("spi", spi)
      esp.hex("seq", sequenceNumber)
      esp.number("payload_length", UInt64(payload.count))
      if esp.wants(.metadata) {
        esp.hex("payload", payload.extracting(first: min(payload.count, Self.maxPayload)))
      }
    }
  }
}
