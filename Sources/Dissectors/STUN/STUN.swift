import Bytes
import Wire

/// A message of Session Traversal Utilities for NAT, in the form of RFC 8489 or RFC 3489.
///
///      0       2        4                8                       20
///     +-------+--------+----------------+-----------------------+--------------+
///     | type  | length | cookie 2112a442| transaction (12)      | attributes   |
///     +-------+--------+----------------+-----------------------+--------------+
///
/// RFC 8489 §5. The older form has no cookie, its transaction has 16 bytes: so little tells it
/// from anything else that only a few types are believed, and only with further signs.
struct STUN: PlainMessage, ~Escapable {
  static let profile = Profile(
    "stun", over: .udp, when: .whole("", WholePayload.isSTUN), key: "stun",
    summary: "NAT traversal requests, indications and responses, with TURN's and ICE's",
    specification: "RFC 8489, RFC 8656, RFC 8445")

  static let headerLength = 20
  static let cookie: UInt32 = 0x2112_a442

  private let type: UInt16
  private let length: UInt16
  private let hasCookie: Bool
  private let transaction: Span<UInt8>
  private let body: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    let header = try input.take(Self.headerLength)
    type = header.u16(at: 0)
    length = header.u16(at: 2)
    guard input.count == Int(length) else { throw input.reject() }
    hasCookie = header.u32(at: 4) == Self.cookie
    transaction = header.extracting(droppingFirst: hasCookie ? 8 : 4)
    body = input.rest
    guard hasCookie || isPlausibleWithoutCookie else { throw input.reject() }
  }

  private var isPlausibleWithoutCookie: Bool {
    switch type {
    case 0x0001, 0x0101, 0x0111, 0x0002, 0x0102, 0x0112: break
    default: return false
    }
    var attributes = attributes
    guard body.isEmpty else { return attributes.next() != nil }
    var zeros = 0
    for i in transaction.indices where transaction[i] == 0 { zeros += 1 }
    return zeros < 2
  }

  // MARK: What the type says

  /// Method bits stand around the two of the class (RFC 8489 §5); the first two bits are nothing.
  private var method: UInt16 { type & 0x0f | type >> 1 & 0x70 | type >> 2 & 0x0f80 }

  private var messageClass: MessageClass {
    MessageClass(rawValue: UInt8(type >> 7 & 2 | type >> 4 & 1)) ?? .request
  }

  private enum MessageClass: UInt8 {
    case request, indication, success, error

    var isAnswer: Bool { self == .success || self == .error }

    var name: StaticString {
      switch self {
      case .request: "request"
      case .indication: "indication"
      case .success: "success_resp"
      case .error: "err_resp"
      }
    }
  }

  private var attributes: Attributes {
    @_lifetime(copy self) get { Attributes(body) }
  }

  /// Which of the protocols that share these messages it belongs to, as far as it shows.
  private var usage: Usage {
    var usage = Usage(method: method)
    var attributes = attributes
    while let attribute = attributes.next() { usage.formUnion(Usage(attribute: attribute.type)) }
    return usage
  }

  // MARK: Output

  func report(to record: inout RecordWriter) {
    record.object("stun") { stun in
      if length % 4 != 0 { stun.flag("malformed", true) }
      stun.name("method", Self.methodName(method), hexCode: method)
      stun.literal("class", messageClass.name)
      stun.number("message_length", length)
      stun.hex("transaction_id", transaction)
      stun.flag("magic_cookie", hasCookie)
      stun.array("attributes") { list in
        var attributes = attributes
        while let attribute = attributes.next() {
          list.object { attribute.report(to: &$0) }
        }
        if !attributes.rest.isEmpty { list.object { $0.hex("unparseable", attributes.rest) } }
      }
      stun.literal("usage", usage.name)
      if stun.wants(.rawSTUN) { reportFeatures(to: &stun) }
    }
  }

  /// The type and all attributes that can be read.
  private func reportFeatures(to record: inout RecordWriter) {
    record.features { features in
      features.feature(type)
      features.featureList { list in
        var attributes = attributes
        while let attribute = attributes.next() {
          list.featurePair(attribute.type, attribute.value)
        }
      }
    }
  }

  /// Requests and indications only: what an implementation asks tells which it is.
  func fingerprint(into text: inout FingerprintWriter) {
    guard !messageClass.isAnswer else { return }
    text.begin("stun")
    text.literal("1/")
    text.group { $0.hex(messageClass.rawValue) }
    text.group { $0.hex(method) }
    text.literal(hasCookie ? "(01)" : "(00)")
    text.group { list in
      var attributes = attributes
      while let attribute = attributes.next() { attribute.fingerprint(into: &list) }
    }
  }
}
