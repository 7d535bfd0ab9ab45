import Bytes
import Wire

/// A message between routers.
///
///      0         1      2        4           8         12         14     16               24
///     +---------+------+--------+-----------+---------+----------+------+----------------+------+
///     | version | type | length | router id | area id | checksum | auth | authentication | body |
///     +---------+------+--------+-----------+---------+----------+------+----------------+------+
///
/// RFC 2328 §A.3.1. Version 3 (RFC 5340), whose header is shorter, is read by the same rule.
struct OSPF: PlainMessage, ~Escapable {
  static let profile = Profile(
    "ospf", over: .ip, when: .ipProtocol(89), key: "ospf",
    summary: "Messages between OSPF routers", specification: "RFC 2328")

  static let headerLength = 24

  private let header: Span<UInt8>
  private let body: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    header = try input.take(Self.headerLength)
    body = try input.take(Int(header.u16(at: 2)) - Self.headerLength)
    guard !body.isEmpty else { throw input.reject() }
  }

  func report(to record: inout RecordWriter) {
    record.object("ospf") { ospf in
      ospf.number("version", header[0])
      ospf.literal("type", typeName)
      ospf.number("router_id", header.u32(at: 4))
      ospf.number("area_id", header.u32(at: 8))
      ospf.literal("au_type", authenticationName)
      ospf.hex("authentication", header.extracting(16..<24))
      ospf.hex("body", body)
    }
  }

  private var typeName: StaticString {
    switch header[1] {
    case 1: "hello"
    case 2: "database_description"
    case 3: "link_state_request"
    case 4: "link_state_update"
    case 5: "link_state_acknowledgement"
    default: "unknown"
    }
  }

  private var authenticationName: StaticString {
    switch header.u16(at: 14) {
    case 0: "no_authentication"
    case 1: "simple_password_authentication"
    case 2: "cryptographic_authentication"
    case 3: "cryptographic_authentication_with_extended_sequence_numbers"
    case ..<256: "unassigned"
    default: "deprecated/unknown"
    }
  }
}
