import Bytes
import Wire

/// A name of one of nine kinds, RFC 5280 §4.2.1.6.
struct GeneralName: ~Escapable {
  private let element: ASN1.Element?

  /// Reads the next name, of which there may be nothing to read.
  @_lifetime(copy input) @_lifetime(input: copy input)
  init(_ input: inout Reader) { element = try? input.element() }

  /// Reads the next name, if there is one.
  @_lifetime(copy input) @_lifetime(input: copy input)
  init?(orNone input: inout Reader) {
    guard let element = try? input.element(), !element.isAbsent else { return nil }
    self.element = element
  }

  func report(to record: inout RecordWriter) {
    guard let element else { return reportUnknown(tag: 0, to: &record) }
    switch element.tag {
    case .explicit(0): record.object("other_name") { reportOtherName(element, to: &$0) }
    case .context(1): record.text("rfc822_name", element)
    case .context(2): record.text("dns_name", element)
    case .explicit(4): element.reportDirectoryName("directory_name", to: &record)
    case .context(6): record.text("uri", element)
    case .context(7): reportAddress(element, to: &record)
    default: reportUnknown(tag: element.tag.rawValue, to: &record)
    }
  }

  /// `SEQUENCE { type-id OBJECT IDENTIFIER, value [0] ANY }`, without the outer tag.
  private func reportOtherName(_ element: ASN1.Element, to record: inout RecordWriter) {
    var input = element.contents
    record.objectIdentifier("type_id", try? input.element(.objectIdentifier))
    record.text("value", try? input.element())
  }

  private func reportAddress(_ element: ASN1.Element, to record: inout RecordWriter) {
    switch element.value.count {
    case 4: record.ipv4("ip_address", element.value.u32(at: 0))
    case 16: record.ipv6("ip_address", element.value.u128(at: 0))
    default: record.literal("ip_address", "malformed")
    }
    record.truncation(of: "ip_address", element)
  }

  private func reportUnknown(tag: UInt8, to record: inout RecordWriter) {
    record.number("explicit_tag", tag)
    record.hex("value", element?.value)
  }
}

extension ASN1.Element {
  /// Adds the distinguished name that is this value's first element.
  func reportDirectoryName(_ key: StaticString, to record: inout RecordWriter) {
    var input = contents
    guard let element = try? input.element(.sequence), let name = DistinguishedName(element) else {
      return record.array(key) { _ in }
    }
    name.report(key, to: &record)
  }
}
