import Bytes
import Wire

/// A control message of IPv4 or IPv6.
///
/// The message types of both are read by one rule, by number alone: they hardly overlap.
/// Layout: type, code, checksum (2), then what the type asks for. RFC 792, RFC 4443.
struct ICMP: PlainMessage, ~Escapable {
  static let profile = Profile(
    "icmp", over: .ip, when: .ipProtocol(1), .ipProtocol(58), key: "icmp",
    summary: "Control messages of IPv4 and IPv6", specification: "RFC 792, RFC 4443")

  private let type: UInt8
  private let code: UInt8
  private let body: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    type = try input.u8()
    code = try input.u8()
    try input.skip(2)
    guard !input.isAtEnd else { throw input.reject() }
    body = input.rest
  }

  func report(to record: inout RecordWriter) {
    record.object("icmp") { icmp in
      icmp.number("type", type)
      icmp.number("code", code)
      var rest = Reader(body)
      switch type {
      case 0, 8, 128, 129:
        icmp.object("echo") { echo in
          echo.number("identifier", (try? rest.u16()) ?? 0)
          echo.number("sequence_number", (try? rest.u16()) ?? 0)
          echo.hex("data", rest.rest)
        }
      case 1, 3, 11:
        icmp.object("destination_unreachable") { unreachable in
          try? rest.skip(4)
          unreachable.hex("original_datagram", rest.rest)
        }
      case 2:
        icmp.object("packet_too_big") { tooBig in
          tooBig.number("mtu", (try? rest.u32()) ?? 0)
          tooBig.hex("original_datagram", rest.rest)
        }
      default: icmp.hex("body", body)
      }
    }
  }
}
