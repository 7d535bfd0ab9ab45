import Bytes
import Wire

extension SOCKS {
  /// How a client could prove itself to a SOCKS 5 proxy: 5, a count, that many methods
  /// (RFC 1928 §3).
  struct Version5Hello: PlainMessage, ~Escapable {
    static let profile = Profile(
      "socks.v5_hello", over: .tcp, when: .whole("05 00/f0", WholePayload.isSOCKS5Hello),
      key: "socks5", summary: "SOCKS 5 authentication methods", specification: "RFC 1928 §3")

    private let count: UInt8
    private let methods: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      try input.skip(1)
      count = try input.u8()
      methods = try input.take(Int(count))
    }

    func report(to record: inout RecordWriter) {
      record.object("socks5") { socks in
        if socks.wants(.metadata) { socks.number("nauth", count) }
        socks.array("auth_list") { list in
          for i in methods.indices { list.literal(Self.name(ofMethod: methods[i])) }
        }
      }
    }

    /// What IANA lists, and what it has for the rest.
    private static func name(ofMethod method: UInt8) -> StaticString {
      switch method {
      case 0: "NO_AUTH"
      case 1: "GSSAPI"
      case 2: "USER_PASS"
      case 3: "CHALLENGE_HANDSHAKE_AUTH"
      case 5: "CHALLENGE_RESPONSE_AUTH"
      case 6: "SSL"
      case 7: "NDS"
      case 8: "MULTI_AUTH_FRAMEWORK"
      case 9: "JSON_FRAMEWORK_BLOCK"
      case 0..<0x7f: "UNASSIGNED"
      case 0x7f..<0xfe: "PRIVATE"
      default: "NO_MATCH"
      }
    }
  }
}
