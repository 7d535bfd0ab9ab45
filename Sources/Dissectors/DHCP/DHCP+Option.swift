import Bytes
import Wire

extension DHCP {
  /// Walks options; the end option ends nothing.
  struct Options: ~Escapable {
    private var rest: Reader

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { rest = Reader(bytes) }

    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func next() -> Option? { rest.isAtEnd ? nil : Option(&rest) }
  }

  /// One option: a tag, and but for padding and the end a length and a value, which may be cut off.
  ///
  /// RFC 2132 §2.
  struct Option: ~Escapable {
    let tag: UInt8
    private let length: UInt8
    let value: Span<UInt8>?

    static let pad: UInt8 = 0, end: UInt8 = 255

    @_lifetime(copy input)
    init(_ input: inout Reader) {
      tag = (try? input.u8()) ?? Self.pad
      guard tag != Self.pad, tag != Self.end, let length = try? input.u8() else {
        length = 0
        value = nil
        return
      }
      self.length = length
      value = try? input.take(Int(length))
    }

    private var body: Reader {
      @_lifetime(copy self) get {
        guard let value else { return Reader(Span()) }
        return Reader(value, isBody: true)
      }
    }

    private var messageType: UInt8 {
      var body = body
      return (try? body.u8()) ?? 0
    }

    func report(to record: inout RecordWriter) {
      var body = body
      switch tag {
      case 12: record.text("hostname", value)
      case 51: record.number("ip_address_lease_time", (try? body.u32()) ?? 0)
      case 53: record.number("msg_type", messageType)
      case 60: record.text("vendor_class_id", value)
      case 61:
        record.number("hwtype", (try? body.u8()) ?? 0)
        record.hex("client_id", body.rest)
        record.literal("oui", "unknown")
      case Self.pad: record.literal("pad", "pad")
      case Self.end: record.literal("end", "end")
      default:
        record.number("tag", tag)
        record.number("length", length)
        record.hex("value", value)
      }
    }

    func reportBriefly(to record: inout RecordWriter) {
      switch tag {
      case 12: record.text("hostname", value)
      case 50:
        guard let value else { return }
        if value.count == 4 { record.ipv4("requested_address", value.u32(at: 0)) }
        if value.count == 16 { record.ipv6("requested_address", value.u128(at: 0)) }
      case 53: record.literal("msg_type", DHCP.messageTypeName(messageType))
      case 60: record.text("vendor_class_id", value)
      case 61: record.object("client_id") { reportClientIdentifier(to: &$0) }
      default: break
      }
    }

    /// RFC 2132 §9.14: a hardware type and address, or (RFC 4361 §6.1) 255, an identity
    /// association and a DUID, of which that of an enterprise (RFC 8415 §11.3) is shown.
    private func reportClientIdentifier(to record: inout RecordWriter) {
      var body = body
      let hardwareType = (try? body.u8()) ?? 0
      switch hardwareType {
      case 1:
        record.literal("hw_type", "ethernet")
        record.hex("address", body.rest)
        // Names of vendors are not part of the program.
        record.literal("oui", "unknown")
      case 255:
        record.literal("hw_type", "identity_association")
        record.number("iaid", (try? body.u32()) ?? 0)
        if (try? body.u16()) == 2 {
          record.number("enterprise_number", (try? body.u32()) ?? 0)
          record.hex("identifier", body.rest)
        }
      default:
        record.literal("hw_type", hardwareType == 0 ? "reserved" : "Unknown")
        record.number("hw_type_code", hardwareType)
      }
    }

    /// Message type, parameter list and vendor class (RFC 3925) whole, of others the tag.
    func fingerprint(into text: inout FingerprintWriter) {
      guard tag != Self.pad else { return }
      text.group { option in
        option.hex(tag)
        switch tag {
        case 53, 55, 124:
          option.hex(length)
          if let value { option.hex(value) }
        default: break
        }
      }
    }
  }

  /// RFC 2132 §9.6, RFC 3203, RFC 4388, RFC 6926, RFC 7724.
  static func messageTypeName(_ code: UInt8) -> StaticString {
    switch code {
    case 1: "discover"
    case 2: "offer"
    case 3: "request"
    case 4: "decline"
    case 5: "ack"
    case 6: "nack"
    case 7: "release"
    case 8: "inform"
    case 9: "force_renew"
    case 10: "lease_query"
    case 11: "lease_unassigned"
    case 12: "lease_unknown"
    case 13: "lease_active"
    case 14: "bulk_lease_query"
    case 15: "lease_query_done"
    case 16: "active_lease_query"
    case 17: "lease_query_status"
    case 18: "tls"
    default: "unknown"
    }
  }
}
