import Bytes
import Wire

/// An X.509 certificate, RFC 5280 §4.1, as far as it can be read.
///
///     Certificate ::= SEQUENCE {
///       SEQUENCE {
///         version [0] INTEGER, serialNumber INTEGER, signature AlgorithmIdentifier, issuer Name,
///         validity SEQUENCE { notBefore, notAfter }, subject Name, subjectPublicKeyInfo,
///         extensions [3] SEQUENCE OF Extension },
///       signatureAlgorithm AlgorithmIdentifier,
///       signature BIT STRING }
///
/// Any bytes are a certificate of which perhaps nothing can be read.
package struct Certificate: ~Escapable {
  private var hasVersion = false
  private var version: ASN1.Element?
  private var serialNumber: ASN1.Element?
  private var signatureIdentifier: AlgorithmIdentifier?
  private var issuer: DistinguishedName?
  private var validity: Validity?
  private var subject: DistinguishedName?
  private var publicKey: PublicKey?
  private var extensions: ASN1.Element?
  private var signatureAlgorithm: AlgorithmIdentifier?
  private var signature: Signature?

  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>) {
    var input = Reader(bytes)
    var certificate = input.contents(.sequence)
    var body = certificate.contents(.sequence)
    readBody(&body)
    guard !body.isAtEnd else { return }
    extensions = try? body.element(.explicit(3))
    if let algorithm = try? certificate.element(.sequence) {
      signatureAlgorithm = AlgorithmIdentifier(algorithm)
    }
    if let bits = try? certificate.element(.bitString) { signature = Signature(bits) }
  }

  /// Reads what precedes the extensions.
  @_lifetime(self: copy body)
  private mutating func readBody(_ body: inout Reader) {
    if body.isNext(.explicit(0)) {
      hasVersion = true
      var inner = body.contents()
      version = try? inner.element(.integer)
    }
    serialNumber = try? body.element(.integer)
    if let algorithm = try? body.element(.sequence) {
      signatureIdentifier = AlgorithmIdentifier(algorithm)
    }
    if let name = try? body.element(.sequence) { issuer = DistinguishedName(name) }
    if let times = try? body.element(.sequence) { validity = Validity(times) }
    if let name = try? body.element(.sequence) { subject = DistinguishedName(name) }
    if let key = try? body.element(.sequence) { publicKey = PublicKey(key) }
  }

  /// The first common name of the subject, if it has one.
  package var commonName: Span<UInt8>? {
    @_lifetime(copy self) get { subject?.commonName }
  }

  /// Adds all that could be read to `record`.
  package func report(to record: inout RecordWriter) {
    if hasVersion {
      record.hex("version", version)
    } else {
      record.hex("version", 0 as UInt8)
    }
    record.hex("serial_number", serialNumber)
    if let signatureIdentifier, signatureIdentifier.isWellFormed {
      signatureIdentifier.report("signature_identifier", to: &record)
    }
    if let issuer { issuer.report("issuer", to: &record) }
    if let validity { validity.report(to: &record) }
    if let subject { subject.report("subject", to: &record) }
    if let publicKey { publicKey.report("subject_public_key_info", to: &record) }
    if let extensions { Extension.report(extensions, to: &record) }
    if let signatureAlgorithm, signatureAlgorithm.isWellFormed {
      signatureAlgorithm.report("signature_algorithm", to: &record)
    }
    if let signature { signature.report(as: signatureAlgorithm?.known, to: &record) }
    reportViolations(to: &record)
  }
}

/// When a certificate may be used, RFC 5280 §4.1.2.5.
private struct Validity: ~Escapable {
  let notBefore, notAfter: ASN1.Element

  /// Reads the two; `nil` where one is missing.
  @_lifetime(copy element)
  init?(_ element: ASN1.Element) {
    var input = element.contents
    guard let notBefore = try? input.element(), let notAfter = try? input.element() else {
      return nil
    }
    self.notBefore = notBefore
    self.notAfter = notAfter
  }

  /// Whether the end is announced, but missing.
  var isEndless: Bool { notAfter.isAbsent && notAfter.length > 0 }

  func report(to record: inout RecordWriter) {
    record.array("validity") { record in
      if !notBefore.isAbsent { record.object { $0.time("not_before", notBefore) } }
      if !notAfter.isAbsent { record.object { $0.time("not_after", notAfter) } }
    }
  }
}

// MARK: Violations

extension Certificate {
  /// Adds `violations`, what speaks against the certificate; nothing where nothing does.
  private func reportViolations(to record: inout RecordWriter) {
    let isWeakKey = publicKey?.isWeak ?? false
    let isWeakSignature = signature?.isWeak(as: signatureAlgorithm?.known) ?? false
    let isInvalid = validity?.isEndless ?? false
    guard isInvalid || isSelfIssued || isWeakKey || isWeakSignature || isNonconformant else {
      return
    }
    record.array("violations") { record in
      if isInvalid { record.literal("invalid") }
      if isSelfIssued { record.literal("self_issued") }
      if isWeakKey { record.literal("weak_subject_key") }
      if isWeakSignature { record.literal("weak_signature") }
      if isNonconformant { record.literal("nonconformant") }
    }
  }

  private var isSelfIssued: Bool {
    guard let issuer, let subject else { return false }
    return issuer.agrees(with: subject)
  }

  /// Whether the certificate's two ideas of its signature's algorithm differ.
  private var isNonconformant: Bool {
    guard let inner = signatureIdentifier?.algorithm, let outer = signatureAlgorithm?.algorithm
    else { return false }
    let identifier = ObjectIdentifier(outer.value)
    return !outer.isTruncated && !inner.value.equals(outer.value) && identifier.name != nil
  }
}
