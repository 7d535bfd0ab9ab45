import Bytes
import Wire
import X509

extension SNMP {
  /// What follows the version in a message of version 3, RFC 3412 §6 and RFC 3414 §2.4.
  ///
  ///     SEQUENCE { msgID, msgMaxSize, msgFlags OCTET STRING, msgSecurityModel INTEGER },
  ///     OCTET STRING holding SEQUENCE {
  ///       engine ID, boots, time, user name, authentication parameters, privacy parameters },
  ///     SEQUENCE { contextEngineID, contextName, PDU } or OCTET STRING, encrypted
  ///
  /// The first may be unreadable, and the third missing.
  struct SecuredMessage: ~Escapable {
    private let securityModel: ASN1.Element?
    private let flags: UInt8
    private let security: Security
    private let data: Reader
    private let payload: Span<UInt8>

    @_lifetime(copy message, copy payload) @_lifetime(message: copy message)
    init(_ message: inout Reader, in payload: Span<UInt8>, before remainder: Int) throws(Malformed)
    {
      self.payload = payload
      var header = message.contents(.sequence)
      _ = try? header.element(.integer)
      _ = try? header.element(.integer)
      let flags = try? header.element(.octetString)
      if let flags, !flags.value.isEmpty {
        self.flags = flags.value[0]
      } else {
        self.flags = 0
      }
      securityModel = try? header.element(.integer)
      security = try Security(&message, before: remainder)
      data = message
    }

    var isAuthenticated: Bool { flags & 1 != 0 }
    private var isEncrypted: Bool { flags & 2 != 0 }

    func report(to record: inout RecordWriter) {
      if let securityModel {
        record.number("msg_security_model", securityModel.unsigned)
        record.flag("auth", isAuthenticated)
        record.flag("priv", isEncrypted)
      }
      security.report(to: &record)
      if isAuthenticated { security.reportRecovery(from: payload, to: &record) }
      var input = data
      if isEncrypted {
        let encrypted = try? input.element(.octetString)
        record.number("encrypted_pdu_length", encrypted?.length ?? 0)
      } else {
        reportScoped(&input, to: &record)
      }
    }

    @_lifetime(input: copy input)
    private func reportScoped(_ input: inout Reader, to record: inout RecordWriter) {
      var scoped = input.contents(.sequence)
      record.hex("context_engine_id", (try? scoped.element(.octetString))?.value)
      record.hex("context_name", (try? scoped.element(.octetString))?.value)
      if let unit = try? scoped.element() {
        PDU(unit).report(canBeTrap: false, to: &record)
      } else {
        PDU(noneOf: scoped).report(canBeTrap: false, to: &record)
      }
    }
  }

  /// The parameters of the user-based security model, RFC 3414 §2.4.
  private struct Security: ~Escapable {
    let exists: Bool
    let engine, userName, authentication: ASN1.Element?
    /// How many bytes of the payload follow the authentication parameters.
    let distanceFromEnd: Int

    @_lifetime(copy message) @_lifetime(message: copy message)
    init(_ message: inout Reader, before remainder: Int) throws(Malformed) {
      var input = try message.element(.octetString).contents
      var fields = input.contents(.sequence)
      exists = !fields.isAtEnd
      engine = try? fields.element(.octetString)
      _ = try? fields.element(.integer)
      _ = try? fields.element(.integer)
      userName = try? fields.element(.octetString)
      authentication = try? fields.element(.octetString)
      distanceFromEnd = fields.count + input.count + message.count + remainder
    }

    func report(to record: inout RecordWriter) {
      guard exists else { return }
      record.hex("engine_id_raw", engine?.value)
      if let engine, let identifier = EngineIdentifier(engine.value) {
        record.object("engine_id") { identifier.report(to: &$0) }
      }
      record.text("user_name", userName?.value)
    }

    /// What longer text is not worth.
    private static let maxRecovery = 1500

    /// Adds what is needed to find the password, in the form that programs for it read.
    ///
    /// The message stands in it as it was when its authentication was computed: with zeros.
    func reportRecovery(from payload: Span<UInt8>, to record: inout RecordWriter) {
      guard let engine, let authentication else { return }
      let zeros = authentication.value.count
      let end = payload.count - distanceFromEnd
      guard end >= zeros, end <= payload.count else { return }
      let count = 14 + 2 * (payload.count + engine.value.count + zeros)
      guard count <= Self.maxRecovery else { return }
      record.text("password_recovery", count: count) { text in
        text.append("$SNMPv3$0$0$")
        text.append(hex: payload.extracting(first: end - zeros))
        for _ in 0..<zeros { text.append("00") }
        text.append(hex: payload.extracting(droppingFirst: end))
        text.append(UInt8(ascii: "$"))
        text.append(hex: engine.value)
        text.append(UInt8(ascii: "$"))
        text.append(hex: authentication.value)
      }
    }
  }

  /// The identity of an SNMP engine, RFC 3411 §5.
  ///
  ///      0            4        5
  ///     +------------+--------+------------+
  ///     | enterprise | format | identifier |   the enterprise's first bit is set
  ///     +------------+--------+------------+
  private struct EngineIdentifier: ~Escapable {
    let enterprise: UInt32
    let rest: Reader

    @_lifetime(copy bytes)
    init?(_ bytes: Span<UInt8>) {
      var input = Reader(bytes)
      guard let enterprise = try? input.u32() else { return nil }
      self.enterprise = enterprise
      rest = input
    }

    private var hasFormat: Bool { enterprise >> 31 == 1 }

    func report(to record: inout RecordWriter) {
      record.flag("v3_format", hasFormat)
      record.number("enterprise_number", enterprise & 0x7fff_ffff)
      var input = rest
      guard hasFormat else {
        return record.hex(input.count == 8 ? "agent_id" : "data", input.rest)
      }
      guard let format = try? input.u8() else { return }
      switch format {
      case 1: if let address = try? input.u32() { record.ipv4("address", address) }
      case 2: if let address = try? input.take(16) { record.ipv6("address", address.u128(at: 0)) }
      case 3: record.hex("mac", input.rest)
      case 4: record.text("text", input.rest)
      case 5, 6: record.hex("octets", input.rest)
      default:
        record.number("format_type", format)
        record.hex("data", input.rest)
      }
    }
  }
}
