import Bytes
import Wire

/// A message by which a host gets its address and more.
///
/// RFC 2131 §2: 236 bytes as BOOTP has them, of which none is reported, the cookie 63 82 53 63,
/// and options (RFC 2132) up to the packet's end.
struct DHCP: PlainMessage, ~Escapable {
  static let profile = Profile(
    "dhcp", over: .udp, when: .port(.destination(67)), .port(.destination(68)), key: "dhcp",
    summary: "Address configuration of hosts", specification: "RFC 2131, RFC 2132")

  static let cookie: UInt32 = 0x6382_5363
  private static let request: UInt8 = 3

  private let options: Options

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    try input.skip(236)
    guard try input.u32() == Self.cookie, !input.isAtEnd else { throw input.reject() }
    options = Options(input.rest)
  }

  /// With metadata each option is an object, without it the telling ones are members of one.
  func report(to record: inout RecordWriter) {
    record.object("dhcp") { dhcp in
      var rest = options
      if dhcp.wants(.metadata) {
        dhcp.array("options") { list in
          while let option = rest.next() { list.object { option.report(to: &$0) } }
        }
      } else {
        while let option = rest.next() { option.reportBriefly(to: &dhcp) }
      }
    }
  }

  /// Whether every message type that is given is a request's.
  private var isRequest: Bool {
    var rest = options
    while let option = rest.next() {
      if option.tag == 53, let value = option.value, !value.isEmpty, value[0] != Self.request {
        return false
      }
    }
    return true
  }

  /// What a client asks for, and in which order it says so.
  func fingerprint(into text: inout FingerprintWriter) {
    guard isRequest else { return }
    text.begin("dhcp")
    text.group { list in
      var rest = options
      while let option = rest.next() { option.fingerprint(into: &list) }
    }
  }
}
