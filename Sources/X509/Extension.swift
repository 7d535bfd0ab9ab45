import Bytes
import Wire

/// One of the things that version 3 added, RFC 5280 §4.2.
///
///     SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
struct Extension: ~Escapable {
  private let exists: Bool
  private let identifier: ASN1.Element?
  /// Whether the extension says if it is critical, whatever it says: mercury's reading.
  private let isCritical: Bool
  /// The first element in the value, which is all there is as a rule.
  private let content: ASN1.Element?
  /// Whether it has a value; the list ends with one that has not.
  private let hasValue: Bool

  @_lifetime(copy list) @_lifetime(list: copy list)
  private init(_ list: inout Reader) {
    exists = list.count > 1
    var input = list.contents()
    identifier = try? input.element()
    if input.isNext(.boolean) {
      isCritical = (try? input.element()) != nil
    } else {
      isCritical = false
    }
    let isBare = input.isAtEnd
    if let value = try? input.element(.octetString) {
      var inner = value.contents
      content = try? inner.element()
      hasValue = !value.isAbsent
    } else {
      content = nil
      hasValue = !isBare
    }
  }

  /// Adds `extensions` from a certificate's `[3]`, if there is a single one.
  static func report(_ element: ASN1.Element, to record: inout RecordWriter) {
    var input = element.contents
    var list = input.contents()
    guard !list.isAtEnd else { return }
    record.array("extensions") { record in
      while !list.isAtEnd {
        let next = Extension(&list)
        record.object { next.report(to: &$0) }
        guard next.hasValue else { return }
      }
    }
  }

  private func report(to record: inout RecordWriter) {
    guard exists else { return }
    reportValue(to: &record)
    record.flag("critical", isCritical)
  }

  private func reportValue(to record: inout RecordWriter) {
    switch Kind(identifier) {
    case .subjectKeyIdentifier: reportBytes("subject_key_identifier", to: &record)
    case .keyUsage: reportKeyUsage(to: &record)
    case .privateKeyUsagePeriod: reportUsagePeriod(to: &record)
    case .subjectAlternativeName: reportNames("subject_alt_name", to: &record)
    case .issuerAlternativeName: reportNames("issuer_alt_name", to: &record)
    case .basicConstraints: reportConstraints(to: &record)
    case .nameConstraints: reportNameConstraints(to: &record)
    case .distributionPoints: reportDistributionPoints(to: &record)
    case .certificatePolicies: reportPolicies(to: &record)
    case .authorityKeyIdentifier: reportAuthority(to: &record)
    case .extendedKeyUsage: reportExtendedKeyUsage(to: &record)
    case .authorityInformationAccess: reportInformationAccess(to: &record)
    case .timestamps: reportBytes("signed_certificate_timestamp_list", to: &record)
    case .netscapeType: reportBytes("netscape_cert_type", to: &record)
    case .netscapeComment: record.text("netscape_certificate_comment", content)
    case nil:
      record.object("unsupported") { record in
        record.objectIdentifier("oid", identifier)
        reportBytes("value", to: &record)
      }
    }
  }

  /// The content's elements; none where there is no content.
  var elements: Reader {
    @_lifetime(copy self) get {
      if let content { return content.contents }
      return Reader(Span())
    }
  }

  private func reportBytes(_ key: StaticString, to record: inout RecordWriter) {
    if let content {
      record.hex(key, content)
    } else {
      record.hex(key, nil as Span<UInt8>?)
    }
  }

  /// A BIT STRING whose bits are the nine usages.
  private func reportKeyUsage(to record: inout RecordWriter) {
    if let content, content.isAbsent, content.length > 0 { return }
    record.array("key_usage") { record in
      guard let content, content.tag == .bitString else { return }
      for bit in 0..<9 {
        let byte = 1 + bit / 8
        guard byte < content.value.count else { return }
        if content.value[byte] << UInt8(bit % 8) >= 0x80 { record.literal(Self.keyUsage(bit)) }
      }
    }
    if let content { record.truncation(of: "key_usage", content) }
  }

  private static func keyUsage(_ bit: Int) -> StaticString {
    switch bit {
    case 0: "digital_signature"
    case 1: "non_repudiation"
    case 2: "key_encipherment"
    case 3: "data_encipherment"
    case 4: "key_agreement"
    case 5: "key_cert_sign"
    case 6: "crl_sign"
    case 7: "encipher_only"
    default: "decipher_only"
    }
  }
}

extension Extension {
  /// Those that are read.
  private enum Kind {
    case subjectKeyIdentifier, keyUsage, privateKeyUsagePeriod, subjectAlternativeName
    case issuerAlternativeName, basicConstraints, nameConstraints, distributionPoints
    case certificatePolicies, authorityKeyIdentifier, extendedKeyUsage
    case authorityInformationAccess, timestamps, netscapeType, netscapeComment

    init?(_ identifier: ASN1.Element?) {
      guard let value = identifier?.value else { return nil }
      if value.count == 3, value[0] == 0x55, value[1] == 0x1d {
        self.init(certificateExtension: value[2])
      } else {
        let identifier = ObjectIdentifier(value)
        let numbers = identifier.numbers
        if numbers.equals("1.3.6.1.5.5.7.1.1") {
          self = .authorityInformationAccess
        } else if numbers.equals("1.3.6.1.4.1.11129.2.4.2") {
          self = .timestamps
        } else if numbers.equals("2.16.840.1.113730.1.1") {
          self = .netscapeType
        } else if numbers.equals("2.16.840.1.113730.1.13") {
          self = .netscapeComment
        } else {
          return nil
        }
      }
    }

    /// The number below 2.5.29.
    private init?(certificateExtension number: UInt8) {
      switch number {
      case 14: self = .subjectKeyIdentifier
      case 15: self = .keyUsage
      case 16: self = .privateKeyUsagePeriod
      case 17: self = .subjectAlternativeName
      case 18: self = .issuerAlternativeName
      case 19: self = .basicConstraints
      case 30: self = .nameConstraints
      case 31: self = .distributionPoints
      case 32: self = .certificatePolicies
      case 35: self = .authorityKeyIdentifier
      case 37: self = .extendedKeyUsage
      default: return nil
      }
    }
  }
}
