import Bytes
import Wire

/// What the extensions of RFC 5280 §4.2.1 and §4.2.2 hold.
extension Extension {
  /// Names of the subject, or of the issuer.
  ///
  /// `GeneralNames ::= SEQUENCE OF GeneralName`
  func reportNames(_ key: StaticString, to record: inout RecordWriter) {
    record.array(key) { record in
      var rest = elements
      while !rest.isAtEnd {
        let name = GeneralName(&rest)
        record.object { name.report(to: &$0) }
      }
    }
  }

  /// Whether the subject may issue certificates, and how long a path from it may be.
  ///
  /// `SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }`
  ///
  /// As mercury has it: whether `cA` is there, whatever it says, and 0 for every length.
  func reportConstraints(to record: inout RecordWriter) {
    var input = elements
    var isAuthority = false
    if input.isNext(.boolean), let flag = try? input.element() { isAuthority = !flag.isAbsent }
    record.object("basic_constraints") { record in
      record.flag("ca", isAuthority)
      record.number("path_len_constraint", 0 as UInt)
    }
  }

  /// When the private key may be used.
  ///
  /// `SEQUENCE { notBefore [0] GeneralizedTime, notAfter [1] GeneralizedTime }`, both optional.
  func reportUsagePeriod(to record: inout RecordWriter) {
    record.array("private_key_usage_period") { record in
      var input = elements
      if input.isNext(.context(0)), let start = try? input.element() {
        record.object { $0.time("not_before", start, as: .generalizedTime) }
      }
      if input.isNext(.context(1)), let end = try? input.element() {
        record.object { $0.time("not_after", end, as: .generalizedTime) }
      }
    }
  }

  /// Below what the names of other certificates have to be.
  ///
  /// `SEQUENCE { permittedSubtrees [0] SEQUENCE OF SEQUENCE { base GeneralName, … }, … }`
  ///
  /// The first subtree is all that is looked at.
  func reportNameConstraints(to record: inout RecordWriter) {
    record.object("name_constraints") { record in
      var input = elements
      var subtrees = input.contents(.explicit(0))
      guard !subtrees.isAtEnd else { return }
      var subtree = subtrees.contents(.sequence)
      record.object("permitted_subtree") { record in
        GeneralName(&subtree).report(to: &record)
        if subtree.isAtEnd { record.number("minimim", 0 as UInt) }
      }
    }
  }

  /// Where lists of revoked certificates are.
  ///
  /// `SEQUENCE OF SEQUENCE { distributionPoint [0] …, reasons [1], cRLIssuer [2] }`
  func reportDistributionPoints(to record: inout RecordWriter) {
    reportEach("crl_distribution_points", "crl_distribution_point", to: &record) { fields, record in
      guard let name = try? fields.element(.explicit(0)) else { return }
      record.object { Self.reportPointName(name, to: &$0) }
    }
  }

  /// Adds an array of objects, one for each in the list, all that is said of it in an array.
  private func reportEach(
    _ list: StaticString, _ item: StaticString, to record: inout RecordWriter,
    _ report: (inout Reader, inout RecordWriter) -> Void
  ) {
    record.array(list) { record in
      var rest = elements
      while !rest.isAtEnd {
        var fields = rest.contents()
        record.object { $0.array(item) { report(&fields, &$0) } }
      }
    }
  }

  /// A place, in full or as what is added to the issuer's name.
  ///
  /// `CHOICE { fullName [0] GeneralNames, nameRelativeToCRLIssuer [1] RelativeDistinguishedName }`
  private static func reportPointName(_ name: ASN1.Element, to record: inout RecordWriter) {
    record.object("distribution_point_name") { record in
      var input = name.contents
      guard let choice = try? input.element() else { return }
      var rest = choice.contents
      switch choice.tag {
      case .explicit(0):
        guard let first = GeneralName(orNone: &rest) else { return }
        record.object("full_name") { first.report(to: &$0) }
      case .explicit(1):
        guard let attribute = Attribute(&rest) else { return }
        record.object("name_relative_to_crl_issuer") { attribute.report(to: &$0) }
      default: break
      }
    }
  }

  /// What the certificate was issued under.
  ///
  /// `SEQUENCE OF SEQUENCE { policyIdentifier OBJECT IDENTIFIER, policyQualifiers SEQUENCE OF … }`
  func reportPolicies(to record: inout RecordWriter) {
    reportEach("certificate_policies", "policy_information", to: &record) { policy, record in
      record.object { Self.reportPolicy(&policy, to: &$0) }
    }
  }

  private static func reportPolicy(_ input: inout Reader, to record: inout RecordWriter) {
    record.objectIdentifier("policy_identifier", try? input.element(.objectIdentifier))
    var qualifiers = input.contents(.sequence)
    guard !qualifiers.isAtEnd else { return }
    var qualifier = qualifiers.contents(.sequence)
    record.object("policy_qualifier_info") { record in
      record.objectIdentifier("qualifier_id", try? qualifier.element(.objectIdentifier))
      record.text("qualifier", try? qualifier.element())
    }
  }

  /// The key that the certificate is signed with.
  ///
  /// `SEQUENCE { keyIdentifier [0], authorityCertIssuer [1], authorityCertSerialNumber [2] }`
  func reportAuthority(to record: inout RecordWriter) {
    var keyIdentifier: ASN1.Element?
    var issuer: ASN1.Element?
    var serialNumber: ASN1.Element?
    var rest = elements
    while !rest.isAtEnd, let field = try? rest.element() {
      switch field.tag {
      case .context(0): keyIdentifier = field
      case .explicit(1): issuer = field
      case .context(2): serialNumber = field
      default: break
      }
    }
    record.object("authority_key_identifier") { record in
      record.hex("key_identifier", keyIdentifier)
      if let issuer { Self.reportIssuer(issuer, to: &record) }
      record.hex("cert_serial_number", serialNumber)
    }
  }

  /// Adds the directory name that is the first of an issuer's names.
  private static func reportIssuer(_ names: ASN1.Element, to record: inout RecordWriter) {
    var input = names.contents
    if let name = try? input.element(.explicit(4)) {
      name.reportDirectoryName("cert_issuer", to: &record)
    } else {
      record.array("cert_issuer") { _ in }
    }
  }

  /// What else the key may be used for.
  ///
  /// `SEQUENCE OF OBJECT IDENTIFIER`
  func reportExtendedKeyUsage(to record: inout RecordWriter) {
    record.array("ext_key_usage") { record in
      var rest = elements
      while !rest.isAtEnd {
        if let purpose = try? rest.element(), !purpose.value.isEmpty {
          record.objectIdentifier(purpose.value)
        } else {
          record.literal("")
        }
      }
    }
  }

  /// Where there is more about the issuer.
  ///
  /// `SEQUENCE OF SEQUENCE { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }`
  ///
  /// What the last description lacks because it is cut short is that of the one before.
  func reportInformationAccess(to record: inout RecordWriter) {
    record.array("authority_info_access") { record in
      var rest = elements
      var method: ASN1.Element?
      var location: GeneralName?
      while !rest.isAtEnd {
        var access = rest.contents()
        let next = try? access.element(.objectIdentifier)
        if let next, !next.isAbsent || method == nil { method = next }
        if let name = GeneralName(orNone: &access) { location = name }
        record.object { record in
          guard let method else { return }
          record.objectIdentifier("access_method", method)
          if let location { record.object("access_location") { location.report(to: &$0) } }
        }
        if next == nil { return }
      }
    }
  }
}
