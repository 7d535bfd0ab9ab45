import Bytes
import Wire
import X509

extension Kerberos {
  /// A request for a ticket, RFC 4120 §5.4.1.
  ///
  ///     KDC-REQ ::= SEQUENCE { pvno [1], msg-type [2], padata [3] OPTIONAL, req-body [4] }
  struct KDCRequest: ~Escapable {
    private let version, type, body: ASN1.Element
    private let preauthentication: ASN1.Element?

    /// Reads the fields; `type` is what the message's type must be, if that matters.
    @_lifetime(copy input) @_lifetime(input: copy input)
    init(_ input: inout Reader, type wanted: UInt64?) throws(Malformed) {
      version = try input.field(1)
      type = try input.field(2)
      preauthentication = input.optionalField(3)
      body = try input.field(4)
      if let wanted, type.unsigned != wanted { throw input.reject() }
      guard body.tag == .sequence else { throw input.reject() }
    }

    func report(to record: inout RecordWriter) {
      record.kerberosType(version: version, type)
      if let preauthentication {
        record.array("pa_data") { PreauthenticationData.report(preauthentication, to: &$0) }
      }
      var fields = body.contents
      guard let body = try? Body(&fields) else { return }
      record.object("body") { body.report(to: &$0) }
    }
  }

  /// What a request asks for.
  ///
  ///     SEQUENCE {
  ///       kdc-options [0], cname [1] OPTIONAL, realm [2], sname [3] OPTIONAL, from [4] OPTIONAL,
  ///       till [5], rtime [6] OPTIONAL, nonce [7], etype [8], addresses [9] OPTIONAL,
  ///       enc-authorization-data [10] OPTIONAL, additional-tickets [11] OPTIONAL }
  private struct Body: ~Escapable {
    private let options, realm, till, nonce, encryptionTypes: ASN1.Element
    private let clientName, serverName, from, renewTill: ASN1.Element?
    private let addresses, authorizationData, additionalTickets: ASN1.Element?

    @_lifetime(copy input) @_lifetime(input: copy input)
    init(_ input: inout Reader) throws(Malformed) {
      options = try input.field(0)
      clientName = input.optionalField(1)
      realm = try input.field(2)
      serverName = input.optionalField(3)
      from = input.optionalField(4)
      till = try input.field(5)
      renewTill = input.optionalField(6)
      nonce = try input.field(7)
      encryptionTypes = try input.field(8)
      addresses = input.optionalField(9)
      authorizationData = input.optionalField(10)
      additionalTickets = input.optionalField(11)
    }

    func report(to record: inout RecordWriter) {
      record.array("kdc_options") { Flags(options).report(Flags.kdcOption, to: &$0) }
      PrincipalName.report("cname", clientName, to: &record)
      record.text("realm", realm.value)
      PrincipalName.report("sname", serverName, to: &record)
      record.kerberosTime("from", from)
      record.kerberosTime("till", till)
      record.kerberosTime("rtime", renewTill)
      record.number("nonce", nonce.unsigned)
      record.array("etype") { record in
        var rest = encryptionTypes.contents
        while !rest.isAtEnd, let type = try? rest.element() {
          let type = EncryptionType(rawValue: type.signed)
          record.name(type.name, signedCode: type.rawValue)
        }
      }
      if let addresses { record.array("addresses") { reportAddresses(addresses, to: &$0) } }
      EncryptedData.report("enc_authorization_data", authorizationData, to: &record)
      if let additionalTickets { record.hex("additional_tickets", additionalTickets.value) }
    }

    /// `SEQUENCE OF SEQUENCE { addr-type [0] Int32, address [1] OCTET STRING }`, RFC 4120 §5.2.5.
    private func reportAddresses(_ list: ASN1.Element, to record: inout RecordWriter) {
      var rest = list.contents
      while !rest.isAtEnd, var address = (try? rest.element(.sequence))?.contents,
        let type = try? address.field(0), let value = try? address.field(1)
      {
        record.object { record in
          record.number("type", type.unsigned)
          if let name = Self.addressTypeName(type.unsigned) { record.literal("type_name", name) }
          switch (type.unsigned, value.value.count) {
          case (2, 4): record.ipv4("address", value.value.u32(at: 0))
          case (24, 16): record.ipv6("address", value.value.u128(at: 0))
          case (20, _): record.text("address", value.value)
          default: record.hex("address", value.value)
          }
        }
      }
    }

    /// RFC 4120 §7.5.3.
    private static func addressTypeName(_ type: UInt64) -> StaticString? {
      switch type {
      case 2: "ipv4"
      case 3: "directional"
      case 5: "chaosnet"
      case 6: "xns"
      case 7: "iso"
      case 12: "decnet_phase_iv"
      case 16: "appletalk_ddp"
      case 20: "netbios"
      case 24: "ipv6"
      default: nil
      }
    }
  }
}
