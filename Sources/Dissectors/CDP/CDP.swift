import Bytes
import Wire

/// What a Cisco device tells its neighbours about itself.
///
///      0                      8         9     10         12
///     +----------------------+---------+-----+----------+------------------------------+
///     | LLC and SNAP headers | version | TTL | checksum | type (2), length (2), value… |
///     +----------------------+---------+-----+----------+------------------------------+
struct CDP: PlainMessage, ~Escapable {
  static let profile = Profile(
    "cdp", over: .link, when: .etherType(0x2000), key: "cdp",
    summary: "Cisco discovery announcements", specification: "Cisco Discovery Protocol")

  private let elements: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    try input.skip(12)
    guard !input.isAtEnd else { throw input.reject() }
    elements = input.rest
  }

  /// Elements up to the first that is empty, or not all there.
  func report(to record: inout RecordWriter) {
    record.array("cdp") { list in
      var rest = Reader(elements)
      while !rest.isAtEnd, let type = try? rest.u16(), let length = try? rest.u16(),
        let value = try? rest.take(Int(length) - 4), !value.isEmpty
      {
        list.object { Self.report(type, length, value, to: &$0) }
      }
    }
  }

  private static func report(
    _ type: UInt16, _ length: UInt16, _ value: Span<UInt8>, to record: inout RecordWriter
  ) {
    switch type {
    case 1: record.text("device_id", value)
    case 2: record.array("addresses") { reportAddresses(value, to: &$0) }
    case 3: record.text("interface", value)
    case 4: record.hex("capabilities", value)
    case 5: record.text("software_version", value)
    case 6: record.text("platform", value)
    case 9: record.text("vtp_domain", value)
    case 10: record.hex("native_vlan_tag", value)
    case 11: if value.count == 1 { record.flag("full_duplex", value[0] == 0x80) }
    case 17: record.number("mtu", lowest64Bits(of: value))
    case 20: record.text("sys_name_fqdn", value)
    case 21: record.hex("sys_mib_oid", value)
    default:
      record.number("type", type)
      record.number("length", length)
      record.hex("value", value)
    }
  }

  private static func lowest64Bits(of bytes: Span<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    for i in bytes.indices { value = value << 8 | UInt64(bytes[i]) }
    return value
  }

  /// More addresses than this are not shown.
  static let maxAddresses = 256

  /// A count, then for each a protocol and an address, either behind its length.
  private static func reportAddresses(_ value: Span<UInt8>, to list: inout RecordWriter) {
    var input = Reader(value, isBody: true)
    for _ in 0..<min(Int((try? input.u32()) ?? 0), maxAddresses) {
      list.object { address in
        try? input.skip(1)
        guard let length = try? input.u8(), let network = try? input.take(Int(length)),
          let addressLength = try? input.u16(), let bytes = try? input.take(Int(addressLength))
        else { return }
        switch (network.isEmpty ? 0 : network[0], bytes.count) {
        case (0xcc, 4): address.ipv4("ipv4_addr", bytes.u32(at: 0))
        case (0xaa, 16): address.ipv6("ipv6_addr", bytes.u128(at: 0))
        default: break
        }
      }
    }
  }
}
