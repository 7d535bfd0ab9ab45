import Bytes
import Wire

extension SOCKS {
  /// What a client asks of a SOCKS 4 proxy; with a host's name behind, 4a.
  ///
  /// ```
  ///  0   1         2      4         8
  /// +---+---------+------+---------+------+---+--------+---+
  /// | 4 | command | port | address | user | 0 | domain | 0 |
  /// +---+---------+------+---------+------+---+--------+---+
  /// ```
  struct Version4: PlainMessage, ~Escapable {
    static let profile = Profile(
      "socks.v4", over: .tcp, when: .whole("04 00/fc", WholePayload.isSOCKS4), key: "socks4",
      summary: "SOCKS 4 and 4a requests", specification: "SOCKS 4, SOCKS 4a")

    private let command: UInt8
    private let port: UInt16
    private let address: UInt32
    private let user: Span<UInt8>
    private let domain: Span<UInt8>?

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      try input.skip(1)
      command = try input.u8()
      port = try input.u16()
      address = try input.u32()
      user = try input.take(until: 0)
      domain = input.isAtEnd ? nil : try input.take(until: 0)
      guard input.isAtEnd else { throw input.reject() }
    }

    func report(to record: inout RecordWriter) {
      record.object("socks4") { socks in
        socks.name("cmd", Self.name(ofCommand: command), code: UInt64(command))
        socks.number("port", port)
        if socks.wants(.metadata) { socks.ipv4("ip", address) }
        socks.text("id", user)
        guard let domain else { return }
        if socks.wants(.metadata) { socks.flag("socks4a", true) }
        socks.text("domain", domain)
      }
    }

    private static func name(ofCommand command: UInt8) -> StaticString? {
      switch command {
      case 1: "CONNECT"
      case 2: "BIND"
      default: nil
      }
    }
  }
}
