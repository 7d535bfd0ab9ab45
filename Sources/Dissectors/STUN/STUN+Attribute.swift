import Bytes
import Wire

extension STUN {
  /// One attribute: its value without padding.
  struct Attribute: ~Escapable {
    let type: UInt16
    let value: Span<UInt8>

    @_lifetime(copy value)
    init(type: UInt16, value: Span<UInt8>) {
      self.type = type
      self.value = value
    }

    /// A value too short for what its type has says nothing but its length.
    func report(to record: inout RecordWriter) {
      record.name("type", STUN.attributeName(type), hexCode: type)
      record.number("length", UInt16(truncatingIfNeeded: value.count))
      switch type {
      case 0x0025: break
      case 0x0001, 0x0002, 0x0004, 0x0005, 0x000b, 0x8023, 0x802b, 0x802c:
        reportAddress(to: &record)
      case 0x0020, 0x0012, 0x0016: reportXORAddress(to: &record)
      case 0x8022:
        record.textOrEmpty("value", value)
        record.note(.stunSoftware) { appendSoftware(to: &$0) }
      case 0x0006, 0x0015: record.textOrEmpty("value", value)
      case 0x0009: reportError(to: &record)
      case 0x000c: reportWord("channel_number", to: &record) { $0 >> 16 }
      case 0x000d: reportWord("seconds", to: &record) { $0 }
      case 0x0010: reportWord("kbps", to: &record) { $0 }
      case 0x0019: if !value.isEmpty { record.number("protocol", value[0]) }
      case 0x0024: reportWord("priority", to: &record) { $0 }
      case 0x8029, 0x802a: if value.count >= 8 { record.hex("tiebreaker", value.u64(at: 0)) }
      case 0x8056: reportAdmissionControl(to: &record)
      case 0x8070: reportWord("number", to: &record) { $0 }
      default: record.hex("hex_value", value)
      }
    }

    /// The most bytes of a name that count.
    private static let maxSoftware = 511

    /// The name of the software as archives have it: as it stands in JSON, with everything but
    /// printable ASCII in escape sequences; nothing where it is not UTF-8 or too long.
    private func appendSoftware(to text: inout Buffer) {
      guard let characters = try? UTF8Span(validating: value) else { return }
      let start = text.count
      var scalars = characters.makeUnicodeScalarIterator()
      while let scalar = scalars.next() {
        switch scalar {
        case "\"", "\\":
          text.append(UInt8(ascii: "\\"))
          text.append(UInt8(ascii: scalar))
        case " "..."~": text.append(UInt8(ascii: scalar))
        default:
          for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
            text.append("\\u")
            text.append(hex: UInt8(unit >> 8))
            text.append(hex: UInt8(unit & 0xff))
          }
        }
      }
      if text.count - start > Self.maxSoftware { text.truncate(to: start) }
    }

    private func reportWord(
      _ key: StaticString, to record: inout RecordWriter, _ part: (UInt32) -> UInt32
    ) {
      if value.count >= 4 { record.number(key, part(value.u32(at: 0))) }
    }

    // MARK: Addresses

    /// RFC 8489 §14.1: a byte of nothing, the family, the port, the address.
    private enum Family {
      case ipv4, ipv6, unknown

      init(_ code: UInt8) {
        switch code {
        case 1: self = .ipv4
        case 2: self = .ipv6
        default: self = .unknown
        }
      }

      var addressLength: Int { self == .ipv6 ? 16 : 4 }

      var name: StaticString {
        switch self {
        case .ipv4: "ipv4"
        case .ipv6: "ipv6"
        case .unknown: "UNKNOWN"
        }
      }
    }

    /// The family, where its address is all there.
    private var family: Family? {
      guard value.count >= 8 else { return nil }
      let family = Family(value[1])
      return value.count >= 4 + family.addressLength ? family : nil
    }

    private func reportAddress(to record: inout RecordWriter) {
      guard let family else { return }
      record.literal("family", family.name)
      record.number("port", value.u16(at: 2))
      switch family {
      case .ipv4: record.ipv4("address", value.u32(at: 4))
      case .ipv6: record.ipv6("address", value.u128(at: 4))
      case .unknown: record.literal("address", "malformed")
      }
    }

    /// RFC 8489 §14.2: port and address are xored with the cookie; records have always shown those
    /// of IPv6 as they are sent.
    private func reportXORAddress(to record: inout RecordWriter) {
      guard let family else { return }
      record.literal("family", family.name)
      record.number("x_port", value.u16(at: 2) ^ UInt16(truncatingIfNeeded: STUN.cookie >> 16))
      if family == .ipv4 {
        record.ipv4("x_address", value.u32(at: 4) ^ STUN.cookie)
      } else {
        record.hex("x_address", value.extracting(4..<4 + family.addressLength))
      }
    }

    // MARK: Others

    /// RFC 8489 §14.8: 21 bits of nothing, three of the hundreds, eight of the rest.
    private func reportError(to record: inout RecordWriter) {
      guard value.count >= 4 else { return }
      record.number("class", value[2] & 7)
      record.number("number", value[3])
      record.text("reason_phrase", value.extracting(droppingFirst: 4))
    }

    /// [MS-TURNBWM] §2.2.1: two bytes of nothing, then what the message is.
    private func reportAdmissionControl(to record: inout RecordWriter) {
      guard value.count >= 4 else { return }
      let code = value.u16(at: 2)
      let name: StaticString? =
        switch code {
        case 0: "reservation_check"
        case 1: "reservation_commit"
        case 2: "reservation_update"
        default: nil
        }
      record.name("message_type", name, hexCode: code)
    }

    /// Types whose presence tells implementations apart, and of two of them the value.
    func fingerprint(into text: inout FingerprintWriter) {
      switch type {
      case 0x0006, 0x0008, 0x0020, 0x8007, 0x8008, 0x8022, 0x8028, 0xc003, 0xc057, 0xdaba:
        text.group { $0.hex(type) }
      case 0x8037, 0x8070:
        text.group {
          $0.hex(type)
          $0.hex(UInt16(truncatingIfNeeded: value.count))
          $0.hex(value)
        }
      default: break
      }
    }
  }
}
