import Bytes
import Wire

extension RecordWriter {
  /// An element's value as hexadecimal; nothing where there should be one, and is not.
  package mutating func hex(_ key: StaticString, _ element: ASN1.Element?) {
    guard let element, !element.isAbsent || element.length == 0 else { return }
    hex(key, element.value)
    truncation(of: key, element)
  }

  /// An element's value as text; nothing where it is absent or empty.
  package mutating func text(_ key: StaticString, _ element: ASN1.Element?) {
    guard let element, !element.isAbsent else { return }
    text(key, element.value)
    truncation(of: key, element)
  }

  /// An object identifier; `""` where there is no element, nothing where its value is absent.
  package mutating func objectIdentifier(_ key: StaticString, _ element: ASN1.Element?) {
    guard let element else { return literal(key, "") }
    if element.isAbsent { return }
    objectIdentifier(key, element.value)
    truncation(of: key, element)
  }

  /// A moment; nothing where it is absent.
  ///
  /// UTCTime has two digits of the year, of which 50 is 1950; no fractions, and no zone but
  /// Greenwich (RFC 5280 §4.1.2.5).
  package mutating func time(
    _ key: StaticString, _ element: ASN1.Element?, as tag: ASN1.Tag? = nil
  ) {
    guard let element, !element.isAbsent else { return }
    switch tag ?? element.tag {
    case .utcTime: textOrEmpty(key, Moment(utcTime: element.value).text)
    case .generalizedTime: textOrEmpty(key, Moment(generalizedTime: element.value).text)
    default: hex(key, element.value)
    }
    truncation(of: key, element)
  }

  /// Says that the value before this ended too early.
  package mutating func truncation(of key: StaticString, _ element: ASN1.Element) {
    if element.isTruncated { literal("truncated", key) }
  }
}
