import Bytes
import Wire
import X509

/// The Simple Network Management Protocol in its three versions.
enum SNMP {}

extension SNMP {
  /// A message: SEQUENCE { version INTEGER, … }.
  ///
  /// Versions 1 and 2c (RFC 1157 §4, RFC 3416 §3) go on with a community and a protocol data
  /// unit; version 3 (RFC 3412 §6) has headers that say how the rest is secured.
  struct Message: PlainMessage, ~Escapable {
    static let profile = Profile(
      "snmp", over: .udp, when: .port(.either(161)), .port(.either(162)), key: "snmp",
      summary: "SNMP requests, responses and traps",
      specification: "RFC 3416 §3, RFC 3412 §6")

    private enum Body: ~Escapable {
      case community(version: UInt8, ASN1.Element, PDU)
      case secured(SecuredMessage)
    }

    private let body: Body

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let payload = input.rest
      var message = try input.element(.sequence).contents
      let version = try message.element(.integer).value
      guard version.count == 1 else { throw input.reject() }
      switch version[0] {
      case 0, 1:
        let community = try message.element(.octetString)
        body = .community(version: version[0] + 1, community, PDU(try message.element()))
      case 3: body = .secured(try SecuredMessage(&message, in: payload, before: input.count))
      default: throw input.reject()
      }
    }

    /// A community is sent as it is; what authenticates a user was made of a password.
    private var exposure: Attributes? {
      switch body {
      case .community(_, let community, _):
        community.value.isEmpty ? nil : .exposedCredentialsPlaintext
      case .secured(let message): message.isAuthenticated ? .exposedCredentialsDerived : nil
      }
    }

    func report(to record: inout RecordWriter) {
      record.mark(exposed: exposure)
      record.object("snmp") { record in
        switch body {
        case .community(let version, let community, let unit):
          record.number("version", version)
          record.text("community", community.value)
          unit.report(canBeTrap: true, to: &record)
        case .secured(let message):
          record.number("version", 3 as UInt8)
          message.report(to: &record)
        }
      }
    }
  }
}
