import Bytes
import Wire

/// The name of a subject or issuer, RFC 5280 §4.1.2.4.
///
///     SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }
///
/// Of each set, only the first attribute is looked at.
struct DistinguishedName: ~Escapable {
  private let element: ASN1.Element

  /// The name that a SEQUENCE is, if there is any of it.
  @_lifetime(copy element)
  init?(_ element: ASN1.Element) {
    if element.isAbsent { return nil }
    self.element = element
  }

  /// An array with an object for each attribute; an empty one where a set cannot be read.
  func report(_ key: StaticString, to record: inout RecordWriter) {
    record.array(key) { record in
      var rest = element.contents
      while !rest.isAtEnd {
        let attribute = Attribute(&rest)
        record.object { attribute?.report(to: &$0) }
      }
    }
  }

  /// The first common name (RFC 5280 appendix A.1), as far as it is there.
  var commonName: Span<UInt8>? {
    @_lifetime(copy self) get {
      var rest = element.contents
      while !rest.isAtEnd {
        guard let attribute = Attribute(&rest) else { continue }
        if attribute.type.value.equals("\u{55}\u{04}\u{03}") { return attribute.value?.value }
      }
      return nil
    }
  }

  /// Whether the names have the same attributes in the same order, as far as both go.
  func agrees(with other: borrowing DistinguishedName) -> Bool {
    var (mine, theirs) = (element.contents, other.element.contents)
    while !mine.isAtEnd, !theirs.isAtEnd {
      let left = try? mine.element()
      let right = try? theirs.element()
      guard let left, let right else { return left == nil && right == nil }
      guard left.tag == right.tag, left.value.equals(right.value) else { return false }
    }
    return true
  }
}

/// One attribute of a name: the first of a relative distinguished name.
struct Attribute: ~Escapable {
  let type: ASN1.Element
  let value: ASN1.Element?

  /// Reads a SET, whatever its tag; `nil` where it holds nothing to be read.
  @_lifetime(copy sets) @_lifetime(sets: copy sets)
  init?(_ sets: inout Reader) {
    var set = sets.contents()
    var attribute = set.contents(.sequence)
    guard let type = try? attribute.element(.objectIdentifier) else { return nil }
    self.type = type
    value = try? attribute.element()
  }

  /// A member whose key is the type's name; an unknown type's numbers are a member of their own.
  func report(to record: inout RecordWriter) {
    guard !type.isAbsent else { return }
    let identifier = ObjectIdentifier(type.value)
    if let name = identifier.name {
      guard let value, !value.isAbsent else { return }
      record.text(key: name, value.value)
      if value.isTruncated { record.text("truncated", name) }
    } else {
      record.objectIdentifier("attribute_type", type)
      if let value, !value.isAbsent { record.hex("attribute_value", value) }
    }
  }
}
