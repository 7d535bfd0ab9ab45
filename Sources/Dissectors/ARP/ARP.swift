import Bytes
import Wire

/// A question after, or an answer about, the hardware address of an IPv4 host.
///
///      0                   2                   4      5      6
///     +-------------------+-------------------+------+------+------------+
///     |   hardware type   |   protocol type   | hlen | plen | operation  |
///     +-------------------+-------------------+------+------+------------+
///     | sender: hardware (hlen), protocol (plen); target: the same       |
///     +------------------------------------------------------------------+
///
/// RFC 826.
struct ARP: PlainMessage, ~Escapable {
  static let profile = Profile(
    "arp", over: .link, when: .etherType(0x0806), key: "arp",
    summary: "Address resolution requests and replies", specification: "RFC 826")

  private let hardwareType: UInt16
  private let protocolType: UInt16
  private let hardwareLength: UInt8
  private let protocolLength: UInt8
  private let operation: UInt16
  /// Both parties' addresses, where they are Ethernet's and IPv4's and all there.
  private let addresses: Span<UInt8>?

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    hardwareType = try input.u16()
    protocolType = try input.u16()
    hardwareLength = try input.u8()
    protocolLength = try input.u8()
    operation = try input.u16()
    addresses = hardwareLength == 6 && protocolLength == 4 ? try? input.take(20) : nil
  }

  func report(to record: inout RecordWriter) {
    record.object("arp") { arp in
      arp.number("hwtype", hardwareType)
      arp.number("protocol", protocolType)
      arp.number("hw_addr_len", hardwareLength)
      arp.number("proto_addr_len", protocolLength)
      arp.literal("opcode", operationName)
      guard let addresses else { return }
      arp.hex("sender_hw_addr", addresses.extracting(0..<6))
      arp.ipv4("sender_proto_addr", addresses.u32(at: 6))
      arp.hex("target_hw_addr", addresses.extracting(10..<16))
      arp.ipv4("target_proto_addr", addresses.u32(at: 16))
    }
  }

  private var operationName: StaticString {
    switch operation {
    case 0: "RESERVED"
    case 1: "REQUEST"
    case 2: "REPLY"
    case 3: "REQUEST REVERSE"
    case 4: "REPLY REVERSE"
    default: "unknown"
    }
  }
}
