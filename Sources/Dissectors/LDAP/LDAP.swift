import Bytes
import Wire
import X509

/// The Lightweight Directory Access Protocol, RFC 4511: logins and their results.
enum LDAP {}

extension LDAP {
  /// The first message in a segment; of its operations, only those that log a user in are read.
  ///
  ///     LDAPMessage ::= SEQUENCE { messageID INTEGER, protocolOp CHOICE, controls [0] OPTIONAL }
  struct Message: PlainMessage, ~Escapable {
    static let profile = Profile(
      "ldap", over: .tcp, when: .port(.either(389)), key: "ldap",
      summary: "LDAP messages, with the logins among them", specification: "RFC 4511 §4.1.1, §4.2")

    private let identifier: ASN1.Element
    private let operation: ASN1.Element?

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      var message = try input.element(.sequence).contents
      identifier = try message.element(.integer)
      guard !identifier.value.isEmpty else { throw input.reject() }
      operation = try? message.element()
    }

    func report(to record: inout RecordWriter) {
      record.object("ldap") { record in
        record.hex("message_id", identifier.value)
        guard let operation, !operation.isAbsent else { return }
        switch operation.tag {
        case .application(0):
          let request = BindRequest(operation)
          record.mark(exposed: request.exposure)
          record.object("bind_request") { request.report(to: &$0) }
        case .application(1):
          if let response = BindResponse(operation) {
            record.object("bind_response") { response.report(to: &$0) }
          }
        default: break
        }
      }
    }
  }

  /// `[APPLICATION 0] SEQUENCE { version INTEGER, name LDAPDN, authentication CHOICE }`,
  /// RFC 4511 §4.2.
  private struct BindRequest: ~Escapable {
    private let version, name, authentication: ASN1.Element?

    @_lifetime(copy element)
    init(_ element: ASN1.Element) {
      var fields = element.contents
      version = try? fields.element(.integer)
      name = try? fields.element()
      authentication = try? fields.element()
    }

    var exposure: Attributes? {
      guard let authentication else { return nil }
      switch authentication.tag {
      case .context(0): return authentication.value.isEmpty ? nil : .exposedCredentialsPlaintext
      case .explicit(3): return SASLCredentials(authentication)?.exposure
      default: return nil
      }
    }

    func report(to record: inout RecordWriter) {
      record.hex("version", version?.value)
      record.text("ldapdn", name)
      record.object("auth") { record in
        guard let authentication else { return record.hex("unknown", nil as Span<UInt8>?) }
        switch authentication.tag {
        case .context(0): record.text("simple", authentication)
        case .explicit(3): SASLCredentials(authentication)?.report(to: &record)
        default: record.hex("unknown", authentication.value)
        }
      }
    }
  }

  /// `[3] SEQUENCE { mechanism LDAPString, credentials OCTET STRING OPTIONAL }`, RFC 4511 §4.2.
  private struct SASLCredentials: ~Escapable {
    private let mechanism, credentials: ASN1.Element

    /// Reads the two; `nil` where one is missing.
    @_lifetime(copy element)
    init?(_ element: ASN1.Element) {
      var fields = element.contents
      guard let mechanism = try? fields.element(), let credentials = try? fields.element() else {
        return nil
      }
      self.mechanism = mechanism
      self.credentials = credentials
    }

    var exposure: Attributes? {
      guard !credentials.value.isEmpty else { return nil }
      let name = mechanism.value
      if name.equalsIgnoringCase("plain") { return .exposedCredentialsPlaintext }
      if name.equalsIgnoringCase("oauthbearer") || name.equalsIgnoringCase("xoauth2") {
        return .exposedCredentialsToken
      }
      let isDerived =
        name.equalsIgnoringCase("cram-md5") || name.equalsIgnoringCase("digest-md5")
        || name.equalsIgnoringCase("scram-sha-1") || name.equalsIgnoringCase("scram-sha-256")
        || name.equalsIgnoringCase("scram-sha-512")
      return isDerived ? .exposedCredentialsDerived : nil
    }

    func report(to record: inout RecordWriter) {
      record.object("sasl") { record in
        record.object(key) { record in
          record.base64("base64", credentials.value)
          record.truncation(of: "base64", credentials)
        }
      }
    }

    /// The mechanism's name in IANA's registry, as a key.
    private var key: StaticString {
      let name = mechanism.value
      if name.equals("GSSAPI") { return "gssapi" }
      if name.equals("GSS-SPNEGO") { return "gss_spnego" }
      if name.equals("PLAIN") { return "plain" }
      if name.equals("EXTERNAL") { return "external" }
      if name.equals("ANONYMOUS") { return "anonymous" }
      if name.equals("NTLM") { return "ntlm" }
      if name.equals("CRAM-MD5") { return "cram_md5" }
      if name.equals("DIGEST-MD5") { return "digest_md5" }
      if name.equals("SCRAM-SHA-1") { return "scram_sha_1" }
      if name.equals("SCRAM-SHA-256") { return "scram_sha_256" }
      if name.equals("SCRAM-SHA-512") { return "scram_sha_512" }
      if name.equals("OAUTHBEARER") { return "oauthbearer" }
      if name.equals("XOAUTH2") { return "xoauth2" }
      return "unknown"
    }
  }

  /// `[APPLICATION 1] SEQUENCE { resultCode ENUMERATED, matchedDN, diagnosticMessage, … }`,
  /// RFC 4511 §4.2.2.
  private struct BindResponse: ~Escapable {
    private let result, matchedName, message: ASN1.Element

    /// Reads the three; `nil` where one is missing.
    @_lifetime(copy element)
    init?(_ element: ASN1.Element) {
      var fields = element.contents
      guard let result = try? fields.element(), let matchedName = try? fields.element(),
        let message = try? fields.element()
      else { return nil }
      self.result = result
      self.matchedName = matchedName
      self.message = message
    }

    func report(to record: inout RecordWriter) {
      if result.value.count == 1 {
        record.literal("result_code", ResultCode(rawValue: result.value[0]).name)
      } else {
        record.literal("result_code", "UNKNOWN")
      }
      record.hex("matched_dn", matchedName)
      record.hex("diagnostic_message", message)
    }
  }
}
