import Bytes
import Wire
import X509

extension Kerberos {
  /// A ticket that was asked for, RFC 4120 §5.4.2.
  ///
  ///     KDC-REP ::= SEQUENCE {
  ///       pvno [0], msg-type [1], padata [2] OPTIONAL, crealm [3], cname [4], ticket [5],
  ///       enc-part [6] }
  struct KDCReply: ~Escapable {
    private let version, type, clientRealm, clientName, ticket, encryptedPart: ASN1.Element
    private let preauthentication: ASN1.Element?

    /// Reads the fields; `type` is what the message's type must be, if that matters.
    @_lifetime(copy input) @_lifetime(input: copy input)
    init(_ input: inout Reader, type wanted: UInt64?) throws(Malformed) {
      version = try input.field(0)
      type = try input.field(1)
      preauthentication = input.optionalField(2)
      clientRealm = try input.field(3)
      clientName = try input.field(4)
      ticket = try input.field(5)
      encryptedPart = try input.field(6)
      if let wanted, type.unsigned != wanted { throw input.reject() }
    }

    func report(to record: inout RecordWriter) {
      record.kerberosType(version: version, type)
      if let preauthentication {
        record.array("pa_data") { PreauthenticationData.report(preauthentication, to: &$0) }
      }
      record.text("crealm", clientRealm.value)
      PrincipalName.report("cname", clientName, to: &record)
      Ticket.report("ticket", ticket, to: &record)
      EncryptedData.report("enc_data", encryptedPart, to: &record)
    }
  }

  /// Why there is no ticket, RFC 4120 §5.9.1.
  ///
  ///     KRB-ERROR ::= SEQUENCE {
  ///       pvno [0], msg-type [1], ctime [2] OPTIONAL, cusec [3] OPTIONAL, stime [4], susec [5],
  ///       error-code [6], crealm [7] OPTIONAL, cname [8] OPTIONAL, realm [9], sname [10],
  ///       e-text [11] OPTIONAL, e-data [12] OPTIONAL }
  struct ErrorMessage: ~Escapable {
    private let version, type, serverTime, serverMicroseconds, code, realm, serverName: ASN1.Element
    private let clientTime, clientMicroseconds, clientRealm, clientName: ASN1.Element?
    private let text, data: ASN1.Element?

    @_lifetime(copy input) @_lifetime(input: copy input)
    init(_ input: inout Reader) throws(Malformed) {
      version = try input.field(0)
      type = try input.field(1)
      clientTime = input.optionalField(2)
      clientMicroseconds = input.optionalField(3)
      serverTime = try input.field(4)
      serverMicroseconds = try input.field(5)
      code = try input.field(6)
      clientRealm = input.optionalField(7)
      clientName = input.optionalField(8)
      realm = try input.field(9)
      serverName = try input.field(10)
      text = input.optionalField(11)
      data = input.optionalField(12)
    }

    func report(to record: inout RecordWriter) {
      record.kerberosType(version: version, type)
      record.kerberosTime("ctime", clientTime)
      if let clientMicroseconds { record.number("cusec", clientMicroseconds.unsigned) }
      record.kerberosTime("stime", serverTime)
      record.number("susec", serverMicroseconds.unsigned)
      let code = ErrorCode(rawValue: code.signed)
      record.name("error_code", code.name, hexCode: UInt64(bitPattern: code.rawValue))
      record.text("crealm", clientRealm?.value)
      PrincipalName.report("cname", clientName, to: &record)
      record.text("realm", realm.value)
      PrincipalName.report("sname", serverName, to: &record)
      record.text("e_text", text?.value)
      if let data { reportData(data, to: &record) }
    }

    /// Adds what the error's data says: pre-authentication data, or nothing that is known.
    private func reportData(_ data: ASN1.Element, to record: inout RecordWriter) {
      var input = data.contents
      if let list = try? input.element(.sequence), !list.isAbsent {
        record.array("e_data") { PreauthenticationData.report(list, to: &$0) }
      } else {
        record.hex("e_data_hex", data.value)
      }
    }
  }
}
