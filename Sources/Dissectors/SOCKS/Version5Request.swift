import Bytes
import Wire

extension SOCKS {
  /// A request to a SOCKS 5 proxy, or its reply, which look alike (RFC 1928 §4, §6).
  ///
  /// ```
  ///  0   1                  2   3              4
  /// +---+------------------+---+--------------+---------+------+
  /// | 5 | command or reply | 0 | address type | address | port |
  /// +---+------------------+---+--------------+---------+------+
  /// ```
  struct Version5Request: PlainMessage, ~Escapable {
    static let profile = Profile(
      "socks.v5_request", over: .tcp,
      when: .whole("05 00/f0 00 00/f8", WholePayload.isSOCKS5Request), key: "socks5_req_resp",
      summary: "SOCKS 5 requests and replies", specification: "RFC 1928 §4, §6")

    private let code, addressType: UInt8
    private let address: Span<UInt8>
    private let port: UInt16

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      try input.skip(1)
      code = try input.u8()
      try input.skip(1)
      addressType = try input.u8()
      switch addressType {
      case 1: address = try input.take(4)
      case 3: address = try input.take(Int(try input.u8()))
      case 4: address = try input.take(16)
      default: throw input.reject()
      }
      port = try input.u16()
    }

    func report(to record: inout RecordWriter) {
      record.object("socks5_req_resp") { socks in
        socks.literal("cmd", Self.name(ofReply: code))
        if socks.wants(.metadata) { socks.number("addr_type", addressType) }
        switch addressType {
        case 1: socks.ipv4("ipv4", address.u32(at: 0))
        case 3: socks.text("domain", address)
        default: socks.ipv6("ipv6", address.u128(at: 0))
        }
        socks.number("dst_port", port)
      }
    }

    /// A request's code is named as if it were a reply's: only the direction could tell them apart.
    private static func name(ofReply code: UInt8) -> StaticString {
      switch code {
      case 0: "request_granted"
      case 1: "tcp_conn_or_gen_failure"
      case 2: "tcp_bind_or_not_allowed"
      case 3: "udp_port_or_net_unreach"
      case 4: "host_unreach"
      case 5: "conn_refused"
      case 6: "ttl_expire"
      case 7: "proto_err"
      case 8: "addr_unsupp"
      default: "NULL"
      }
    }
  }
}
