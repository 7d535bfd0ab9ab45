import Bytes
import Wire
import X509

extension Kerberos {
  /// What a client shows to a service, RFC 4120 §5.3.
  ///
  ///     Ticket ::= [APPLICATION 1] SEQUENCE { tkt-vno [0], realm [1], sname [2], enc-part [3] }
  struct Ticket: ~Escapable {
    private let version, realm, serverName, encryptedPart: ASN1.Element

    @_lifetime(copy element)
    init?(_ element: ASN1.Element) {
      guard element.tag == .application(1) else { return nil }
      var input = element.contents
      var fields = input.contents(.sequence)
      guard let version = try? fields.field(0), let realm = try? fields.field(1),
        let serverName = try? fields.field(2), let encryptedPart = try? fields.field(3)
      else { return nil }
      self.version = version
      self.realm = realm
      self.serverName = serverName
      self.encryptedPart = encryptedPart
    }

    /// Adds the ticket, if all of its fields are there.
    static func report(
      _ key: StaticString, _ element: ASN1.Element, to record: inout RecordWriter
    ) {
      guard let ticket = Ticket(element) else { return }
      record.object(key) { record in
        record.number("vno", ticket.version.unsigned)
        record.text("realm", ticket.realm.value)
        PrincipalName.report("sname", ticket.serverName, to: &record)
        EncryptedData.report("enc_data", ticket.encryptedPart, to: &record)
      }
    }
  }

  /// Something that cannot be read, RFC 4120 §5.2.9.
  ///
  ///     SEQUENCE { etype [0], kvno [1] OPTIONAL, cipher [2] OCTET STRING }
  struct EncryptedData: ~Escapable {
    private let type, cipher: ASN1.Element
    private let keyVersion: ASN1.Element?

    @_lifetime(copy element)
    init?(_ element: ASN1.Element) {
      var fields = element.contents
      guard let type = try? fields.field(0) else { return nil }
      keyVersion = fields.optionalField(1)
      guard let cipher = try? fields.field(2) else { return nil }
      self.type = type
      self.cipher = cipher
    }

    func report(to record: inout RecordWriter) {
      EncryptionType(rawValue: type.signed).report("etype", to: &record)
      if let keyVersion { record.number("kvno", keyVersion.unsigned) }
      record.number("ciphertext_length", UInt(cipher.value.count))
    }

    /// Adds the data, if its fields are there.
    static func report(
      _ key: StaticString, _ element: ASN1.Element?, to record: inout RecordWriter
    ) {
      guard let element, let data = EncryptedData(element) else { return }
      record.object(key) { data.report(to: &$0) }
    }
  }

  /// The name of a principal within a realm, RFC 4120 §5.2.2.
  ///
  ///     SEQUENCE { name-type [0] Int32, name-string [1] SEQUENCE OF KerberosString }
  enum PrincipalName {
    static func report(
      _ key: StaticString, _ element: ASN1.Element?, to record: inout RecordWriter
    ) {
      guard let element else { return }
      var fields = element.contents
      let type = (try? fields.field(0))?.signed ?? 0
      var names = fields.contents()
      let list = names.contents()
      record.object(key) { record in
        record.name("type", typeName(type), signedCode: type)
        record.array("names") { record in
          var rest = list
          while !rest.isAtEnd, let name = try? rest.element() { record.text(name.value) }
        }
      }
    }

    /// RFC 4120 §6.2.
    private static func typeName(_ type: Int64) -> StaticString? {
      switch type {
      case 0: "UNKNOWN"
      case 1: "PRINCIPAL"
      case 2: "SRV_INST"
      case 3: "SRV_HST"
      case 4: "SRV_XHST"
      case 5: "UID"
      case 6: "X500_PRINCIPAL"
      case 7: "SMTP_NAME"
      case 10: "ENTERPRISE"
      default: nil
      }
    }
  }
}
