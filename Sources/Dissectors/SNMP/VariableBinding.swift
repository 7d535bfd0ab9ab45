import Bytes
import Wire
import X509

extension SNMP {
  /// A variable and its value: SEQUENCE { name OBJECT IDENTIFIER, value ANY }, RFC 3416 §3.
  struct VariableBinding: ~Escapable {
    private let name: ASN1.Element?
    private let value: ASN1.Element?
    /// The value with its tag and length, and all that follows it.
    private let encodedValue: Span<UInt8>

    @_lifetime(copy element)
    init(_ element: ASN1.Element) {
      var input = element.contents
      name = try? input.element(.objectIdentifier)
      encodedValue = input.rest
      value = try? input.element()
    }

    func report(to record: inout RecordWriter) {
      if let name {
        record.objectIdentifier("name", name.value)
      } else {
        record.literal("name", "")
      }
      guard let value else { return record.hex("value_tlv_hex", encodedValue) }
      switch value.tag {
      case .boolean: record.flag("boolean", !value.value.isEmpty && value.value[0] == 0xff)
      case .integer: record.signed("integer", value.signed)
      case .bitString: record.hex("bit_string_hex", value.value)
      case .octetString: record.hex("octet_string", value.value)
      case .null: record.flag("null", true)
      case .objectIdentifier:
        record.objectIdentifier("oid", value.value)
        let identifier = ObjectIdentifier(value.value)
        record.note(label: .snmp, identifier.numbers)
      default: reportOther(value, to: &record)
      }
    }

    /// Values of the types that RFC 2578 §7.1 adds, which have tags of class APPLICATION, and
    /// strings.
    private func reportOther(_ value: ASN1.Element, to record: inout RecordWriter) {
      switch value.tag.rawValue {
      case 0x13...0x16, 0x19, 0x1a: record.text("string", value)
      case 0x40 where value.value.count == 4:
        record.ipv4("ipv4_address", value.value.u32(at: 0))
      case 0x41: record.number("counter32", value.unsigned)
      case 0x42: record.number("unsigned32", Self.firstFour(value.value))
      case 0x43: record.number("time_ticks", Self.firstFour(value.value))
      case 0x44: record.hex("opaque", value.value)
      case 0x45: record.flag("null", true)
      case 0x46:
        record.number("counter64", value.value.count < 8 ? 0 : value.value.u64(at: 0))
      default: record.hex("value_tlv_hex", encodedValue)
      }
    }

    /// A number as if it always had four bytes, the same for `counter64` with eight: mercury's
    /// reading, which gives 0 for the shorter forms that are usual.
    private static func firstFour(_ value: Span<UInt8>) -> UInt32 {
      value.count < 4 ? 0 : value.u32(at: 0)
    }
  }
}
