import Bytes
import Wire
import X509

/// Kerberos version 5, RFC 4120: what clients and key distribution centers say to each other.
enum Kerberos {}

extension Kerberos {
  /// A message over UDP.
  struct OverUDP: PlainMessage, ~Escapable {
    static let profile = Profile(
      "kerberos", over: .udp, when: .port(.either(88)), key: "kerberos",
      summary: "Kerberos requests, replies and errors", specification: "RFC 4120 §5.4, §5.9")

    private let message: Message

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) { message = try Message(&input) }

    func report(to record: inout RecordWriter) { message.report(to: &record) }
  }

  /// A message over TCP, which a length goes before.
  struct OverTCP: PlainMessage, ~Escapable {
    static let profile = Profile(
      "kerberos.tcp", over: .tcp, when: .port(.either(88)), key: "kerberos",
      summary: "Kerberos over TCP", specification: "RFC 4120 §7.2.2")

    private let message: Message

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) { message = try Message(&input) }

    func report(to record: inout RecordWriter) { message.report(to: &record) }
  }

  /// The messages that are read, each an APPLICATION tag around a SEQUENCE.
  enum Message: ~Escapable {
    case request(StaticString, KDCRequest)
    case reply(StaticString, KDCReply)
    case error(ErrorMessage)

    /// No message is as long as its first bytes would say, were they a length.
    private static let maxLength: UInt32 = 0xff_ffff

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      var look = input
      if let length = try? look.u32(), length < Self.maxLength {
        input = Reader(try look.take(upTo: Int(length)))
      }
      let outer = try input.element()
      var fields = try input.fields(in: outer)
      switch outer.tag {
      case .application(10): self = .request("kdc_req", try KDCRequest(&fields, type: nil))
      case .application(12): self = .request("tgs_req", try KDCRequest(&fields, type: 12))
      case .application(11): self = .reply("kdc_rep", try KDCReply(&fields, type: nil))
      case .application(13): self = .reply("tgs_rep", try KDCReply(&fields, type: 13))
      case .application(30): self = .error(try ErrorMessage(&fields))
      default: throw input.reject()
      }
    }

    func report(to record: inout RecordWriter) {
      record.object("kerberos") { record in
        switch self {
        case .request(let key, let request): record.object(key) { request.report(to: &$0) }
        case .reply(let key, let reply): record.object(key) { reply.report(to: &$0) }
        case .error(let error): record.object("error") { error.report(to: &$0) }
        }
      }
    }
  }

  /// The name of a message's type, RFC 4120 §7.5.7.
  static func messageTypeName(_ type: UInt64) -> StaticString? {
    switch type {
    case 10: "AS_REQ"
    case 11: "AS_REP"
    case 12: "TGS_REQ"
    case 13: "TGS_REP"
    case 14: "AP_REQ"
    case 15: "AP_REP"
    case 16: "KRB_RESERVED16"
    case 17: "KRB_RESERVED17"
    case 20: "KRB_SAFE"
    case 21: "KRB_PRIV"
    case 22: "KRB_CRED"
    case 30: "KRB_ERROR"
    default: nil
    }
  }
}

extension RecordWriter {
  /// The version and type that every message of Kerberos begins with.
  mutating func kerberosType(version: ASN1.Element, _ type: ASN1.Element) {
    number("pvno", version.unsigned)
    name("msg_type", Kerberos.messageTypeName(type.unsigned), hexCode: type.unsigned)
  }

  /// A moment as Kerberos has it: GeneralizedTime without fractions, RFC 4120 §5.2.3.
  mutating func kerberosTime(_ key: StaticString, _ time: ASN1.Element?) {
    if let time { text(key, Moment(generalizedTime: time.value).text) }
  }
}

extension Reader {
  /// The value of field `[number]`, which is an element in an element; neither may be missing.
  @_lifetime(copy self) @_lifetime(self: copy self)
  mutating func field(_ number: UInt8) throws(Malformed) -> ASN1.Element {
    var inner = try element(.explicit(number)).contents
    guard let value = try? inner.element(), !value.isAbsent else { throw reject() }
    return value
  }

  /// The value of field `[number]`, if that is next and holds one.
  @_lifetime(copy self) @_lifetime(self: copy self)
  mutating func optionalField(_ number: UInt8) -> ASN1.Element? {
    guard isNext(.explicit(number)) else { return nil }
    var inner = contents()
    guard let value = try? inner.element(), !value.isAbsent else { return nil }
    return value
  }

  /// The fields of the SEQUENCE in `element`.
  @_lifetime(copy element) @_lifetime(self: copy self)
  mutating func fields(in element: ASN1.Element) throws(Malformed) -> Reader {
    var inner = element.contents
    guard let sequence = try? inner.element(.sequence) else { throw reject() }
    return sequence.contents
  }
}
