import Bytes
import Wire

/// What a device tells its neighbours about itself: a list of elements.
///
///      7 bits   9 bits
///     +------+--------+-------+
///     | type | length | value | …
///     +------+--------+-------+
///
/// IEEE 802.1AB §8. The element that ends the list does not: padding after it is elements too.
struct LLDP: PlainMessage, ~Escapable {
  static let profile = Profile(
    "lldp", over: .link, when: .etherType(0x88cc), key: "lldp",
    summary: "Link layer discovery announcements", specification: "IEEE 802.1AB")

  private let elements: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) { elements = input.rest }

  func report(to record: inout RecordWriter) {
    record.array("lldp") { list in
      var rest = Reader(elements)
      while !rest.isAtEnd {
        let head = (try? rest.u16()) ?? 0
        let value = try? rest.take(Int(head & 0x1ff))
        list.object { Self.report(UInt8(head >> 9), value, to: &$0) }
      }
    }
  }

  /// An element whose value is cut off has none.
  private static func report(
    _ type: UInt8, _ value: Span<UInt8>?, to record: inout RecordWriter
  ) {
    switch type {
    case 0:
      guard let value, !value.isEmpty else { return }
      record.object("end_of_pdu") { $0.hex("unexpected_data", value) }
    case 1: if let value { reportChassis(value, to: &record) }
    case 2: if let value { reportPort(value, to: &record) }
    case 3: record.number("ttl", timeToLive(value))
    case 4: record.text("port_description", value)
    case 5: record.text("system_name", value)
    case 6: record.text("system_description", value)
    case 7: if let value { reportCapabilities(value, to: &record) }
    case 8: record.hex("management_address", value)
    case 127: if let value { reportOrganization(value, to: &record) }
    default:
      record.number("type_code", type)
      record.hex("information_string", value)
    }
  }

  private static func timeToLive(_ value: Span<UInt8>?) -> UInt16 {
    guard let value, value.count >= 2 else { return 0 }
    return value.u16(at: 0)
  }

  /// IEEE 802.1AB §8.5.2: a subtype, 4 for a MAC address, and the name.
  private static func reportChassis(_ value: Span<UInt8>, to record: inout RecordWriter) {
    guard value.count > 1 else { return }
    record.object("chassis_id") { chassis in
      guard value[0] == 4 else { return }
      chassis.mac("mac_address", value.count >= 7 ? value.extracting(1..<7) : nil)
    }
  }

  /// IEEE 802.1AB §8.5.3: a subtype and the name, whose key has no name.
  private static func reportPort(_ value: Span<UInt8>, to record: inout RecordWriter) {
    guard value.count > 1 else { return }
    record.object("port_id") { $0.text("xxx", value.extracting(droppingFirst: 1)) }
  }

  /// IEEE 802.1AB §8.5.8: what the device can do, and what of that it does.
  private static func reportCapabilities(_ value: Span<UInt8>, to record: inout RecordWriter) {
    guard value.count >= 4 else { return }
    record.object("system_capabilities") {
      $0.array("capabilities") { list(value.u16(at: 0), to: &$0) }
      $0.array("enabled_capabilities") { list(value.u16(at: 2), to: &$0) }
    }
  }

  private static func list(_ capabilities: UInt16, to names: inout RecordWriter) {
    for bit in 0..<16 where capabilities >> bit & 1 == 1 { names.literal(name(of: bit)) }
  }

  private static func name(of bit: Int) -> StaticString {
    switch bit {
    case 0: "other"
    case 1: "repeater"
    case 2: "mac_bridge"
    case 3: "wlan_access_point"
    case 4: "router"
    case 5: "telephone"
    case 6: "docsis_cable_device"
    case 7: "station_only"
    case 8: "c_vlan"
    case 9: "s_vlan"
    case 10: "two_port_mac_relay"
    default: "reserved"
    }
  }

  /// IEEE 802.1AB §8.6: the organization (3 bytes), a subtype, and at least a byte.
  private static func reportOrganization(_ value: Span<UInt8>, to record: inout RecordWriter) {
    guard value.count > 4 else { return }
    record.object("organizationally_specific_tlv") {
      $0.number("oui", value.u32(at: 0) >> 8)
      $0.number("subtype", value[3])
      $0.hex("substring", value.extracting(droppingFirst: 4))
    }
  }
}
