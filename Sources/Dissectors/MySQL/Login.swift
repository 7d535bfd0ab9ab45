import Bytes
import Wire

extension MySQL {
  /// What a client answers a greeting with: its name and proof, or a wish for TLS first.
  ///
  /// ```
  ///  0     4              6      8             12          13     32
  /// +-----+--------------+------+-------------+-----------+------+-------------------+
  /// | hdr | capabilities | more | packet size | collation | zero | MariaDB's own (4) |
  /// +-----+--------------+------+-------------+-----------+------+-------------------+
  /// +------+---+------------------------+--------------+------------+-----
  /// | user | 0 | length, authentication | database, 0  | plugin, 0  | …
  /// +------+---+------------------------+--------------+------------+-----
  /// ```
  /// A request for TLS ends before the user; flags tell what there is behind the authentication.
  /// From MariaDB's capabilities on the packet may be cut off.
  struct Login: PlainMessage, ~Escapable {
    static let profile = Profile(
      "mysql.login", over: .tcp, when: .port(.either(3306)), key: "mysql_login",
      summary: "MySQL and MariaDB logins",
      specification: "MySQL Client/Server Protocol, HandshakeResponse41")

    private let number: UInt8
    private let collation: UInt8
    private let mariaDBCapabilities: UInt32
    private let isTLSRequest: Bool
    private let user: Span<UInt8>
    private let authentication: Span<UInt8>?
    private let plugin: Span<UInt8>?

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      number = try MySQL.sequenceNumber(&input)
      let capabilities = try input.u16le()
      let extended = try input.u16le()
      try input.skip(4)
      collation = try input.u8()
      let reserved = try input.take(19)
      for i in reserved.indices where reserved[i] != 0 { throw input.reject() }
      let mariaDBCapabilities = try? input.u32()
      self.mariaDBCapabilities = mariaDBCapabilities ?? 0
      isTLSRequest = mariaDBCapabilities != nil && input.isAtEnd
      user = Self.string(&input)
      let length = try Self.authenticationLength(&input, extended)
      guard let length, let authentication = try? input.take(length) else {
        (self.authentication, plugin) = (nil, nil)
        return
      }
      self.authentication = authentication
      if capabilities & Self.connectsWithDatabase != 0 { _ = Self.string(&input) }
      plugin = extended & Self.namesPlugin != 0 ? Self.string(&input) : nil
    }

    /// CLIENT_CONNECT_WITH_DB, and of the upper half CLIENT_PLUGIN_AUTH and
    /// CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA.
    private static let connectsWithDatabase: UInt16 = 0x08
    private static let namesPlugin: UInt16 = 0x08
    private static let encodesLength: UInt16 = 0x20

    /// A string and the zero that ends it.
    ///
    /// Without a zero it is everything, yet only one byte is consumed. That makes no sense, but
    /// records of cut logins have always been read this way.
    @_lifetime(copy input)
    private static func string(_ input: inout Reader) -> Span<UInt8> {
      let all = input.rest
      let end = all.firstIndex(of: 0)
      try? input.skip(min((end ?? 0) + 1, all.count))
      return all.extracting(first: end ?? all.count)
    }

    /// The length of what follows: a byte or, if `flags` say so, a length-encoded integer; none
    /// where it is cut off.
    private static func authenticationLength(
      _ input: inout Reader, _ flags: UInt16
    ) throws(Malformed) -> Int? {
      guard let first = try? input.u8() else { return nil }
      guard flags & encodesLength != 0 else { return Int(first) }
      switch first {
      case 0...0xfa: return Int(first)
      case 0xfb:
        guard let second = try? input.u8() else { return nil }
        guard second == 0 else { throw input.reject() }
        return 1
      case 0xfc:
        guard let length = try? input.u16le() else { return nil }
        guard Int(length) <= input.count else { throw input.reject() }
        return Int(length)
      default: throw input.reject()
      }
    }

    func report(to record: inout RecordWriter) {
      record.object("mysql_login") { login in
        if login.wants(.metadata) { login.number("pkt_num", number) }
        if let name = MySQL.name(ofCollation: collation) { login.literal("collation", name) }
        if mariaDBCapabilities != 0 {
          login.flag("mariadb", true)
          login.number("mariadb_extended", mariaDBCapabilities)
        }
        login.text("username", user)
        login.text("auth_plugin", plugin)
        if isTLSRequest { login.flag("ssl_request", true) }
        if login.wants(.metadata), let authentication, !authentication.isEmpty {
          login.hex("auth_data", authentication)
        }
      }
    }
  }
}
