import Bytes
import Wire
import X509

extension Kerberos {
  /// Data that proves the client's identity, or says what proof is wanted, RFC 4120 §5.2.7.
  ///
  ///     PA-DATA ::= SEQUENCE { padata-type [1] Int32, padata-value [2] OCTET STRING }
  enum PreauthenticationData {
    /// Adds an object for each in the list, up to what is none.
    static func report(_ list: ASN1.Element, to record: inout RecordWriter) {
      var rest = list.contents
      while !rest.isAtEnd, var fields = (try? rest.element(.sequence))?.contents {
        let number = try? fields.field(1)
        let value = try? fields.element(.explicit(2))
        record.object { record in
          let type = PreauthenticationType(rawValue: number?.unsigned ?? 0)
          record.name("pa_data_type", type.name, hexCode: type.rawValue)
          var contents = fields
          if var value = value?.contents, let octets = try? value.element() {
            contents = octets.contents
          }
          reportValue(contents, of: type, to: &record)
        }
      }
    }

    private static func reportValue(
      _ value: Reader, of type: PreauthenticationType, to record: inout RecordWriter
    ) {
      var input = value
      switch type {
      case .tgsRequest:
        guard let request = try? ApplicationRequest(&input) else { break }
        return record.object("pa_tgs_req") { record in
          record.object("ap_req") { request.report(to: &$0) }
        }
      case .encryptedTimestamp:
        guard let element = try? input.element(.sequence), let data = EncryptedData(element) else {
          break
        }
        return record.object("pa_enc_timestamp") { record in
          record.object("enc_timestamp") { data.report(to: &$0) }
        }
      case .encryptionTypeInfo2:
        return record.array("pa_etype_info2") { reportInfo(&input, to: &$0) }
      default: break
      }
      record.hex("value_hex", value.rest)
    }

    /// `SEQUENCE OF SEQUENCE { etype [0], salt [1] OPTIONAL, s2kparams [2] OPTIONAL }`,
    /// RFC 4120 §5.2.7.5.
    @_lifetime(input: copy input)
    private static func reportInfo(_ input: inout Reader, to record: inout RecordWriter) {
      var rest = input.contents(.sequence)
      while !rest.isAtEnd, let entry = try? rest.element() {
        var fields = entry.contents
        record.object { record in
          guard let type = try? fields.field(0) else { return }
          EncryptionType(rawValue: type.signed).report("etype", to: &record)
          record.text("salt", fields.optionalField(1)?.value)
          if let parameters = fields.optionalField(2) {
            record.hex("s2kparams", parameters.value)
          }
        }
      }
    }
  }

  /// A request to a service, RFC 4120 §5.5.1, as it stands in a request for another ticket.
  ///
  ///     AP-REQ ::= [APPLICATION 14] SEQUENCE {
  ///       pvno [0], msg-type [1], ap-options [2], ticket [3], authenticator [4] }
  ///
  /// Its options are reported as none at all, as mercury does.
  private struct ApplicationRequest: ~Escapable {
    private let version, type, ticket, authenticator: ASN1.Element

    @_lifetime(copy input) @_lifetime(input: copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let outer = try input.element(.application(14))
      var fields = try input.fields(in: outer)
      version = try fields.field(0)
      type = try fields.field(1)
      _ = try fields.field(2)
      ticket = try fields.field(3)
      authenticator = try fields.field(4)
    }

    func report(to record: inout RecordWriter) {
      record.kerberosType(version: version, type)
      record.array("ap_options") { _ in }
      Ticket.report("ticket", ticket, to: &record)
      EncryptedData.report("authenticator", authenticator, to: &record)
    }
  }
}
