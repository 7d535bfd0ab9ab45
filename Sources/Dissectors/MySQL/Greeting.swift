import Bytes
import Wire

extension MySQL {
  /// What a server says first: its version, what it can do, and a challenge.
  ///
  /// ```
  ///  0     4    5                  4    9              2
  /// +-----+----+---------+---+----+----+--------------+--------------+---
  /// | hdr | 10 | version | 0 | thread | challenge, 0 | capabilities | …
  /// +-----+----+---------+---+----+----+--------------+--------------+---
  ///   1           2        2                  1        6          4
  /// +-----------+--------+------------------+--------+----------+-------------------+---
  /// | collation | status | more of them     | plugin | reserved | MariaDB's own     | …
  /// |           |        | (capabilities)   | length |          | capabilities      |
  /// +-----------+--------+------------------+--------+----------+-------------------+---
  ///   13                            plugin length
  /// +------------------------------+-------------+---+
  /// | rest of the challenge, 0     | plugin      | 0 |
  /// +------------------------------+-------------+---+
  /// ```
  /// Nothing before the plugin's name may be missing, and nothing may follow; without a name its
  /// end is missing too.
  struct Greeting: PlainMessage, ~Escapable {
    static let profile = Profile(
      "mysql.greeting", over: .tcp,
      when: .starts("00/f8 0a 30/f0 2e 30/f0 20/e0 20/e0", at: 3), key: "mysql_server",
      summary: "MySQL and MariaDB server greetings",
      specification: "MySQL Client/Server Protocol, HandshakeV10")

    private let number: UInt8
    private let version: Span<UInt8>
    private var salt = InlineArray<20, UInt8>(repeating: 0)
    private let capabilities: Span<UInt8>
    private let collation: UInt8
    private let status, extendedCapabilities: UInt16
    private let plugin: Span<UInt8>?
    private let pluginLength: UInt8
    private let mariaDBCapabilities: UInt32

    /// A shorter version is taken for bytes that only look like one.
    private static let leastVersion = 5

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      number = try MySQL.sequenceNumber(&input)
      try input.skip(1)
      version = try input.take(until: 0)
      guard version.count >= Self.leastVersion else { throw input.reject() }
      try input.skip(4)
      let firstSalt = try input.take(9)
      capabilities = try input.take(2)
      collation = try input.u8()
      status = try input.u16le()
      extendedCapabilities = try input.u16le()
      pluginLength = try input.u8()
      try input.skip(6)
      mariaDBCapabilities = try input.u32()
      let secondSalt = try input.take(13)
      guard secondSalt[12] == 0 else { throw input.reject() }
      plugin = try? input.take(Int(pluginLength))
      if pluginLength > 0, !input.isAtEnd { try input.skip(1) }
      guard input.isAtEnd else { throw input.reject() }
      for i in 0..<8 { salt[i] = firstSalt[i] }
      for i in 0..<12 { salt[8 + i] = secondSalt[i] }
    }

    func report(to record: inout RecordWriter) {
      record.object("mysql_server") { server in
        server.text("version", version)
        if server.wants(.metadata) { server.number("pkt_num", number) }
        server.text("salt", salt.span)
        reportFlags(to: &server)
        if pluginLength > 0 {
          server.number("auth_plugin_len", pluginLength)
          server.text("auth_plugin", plugin)
        }
        server.flag("mariadb", isMariaDB)
        server.number("mariadb_extended", mariaDBCapabilities)
      }
    }

    private func reportFlags(to record: inout RecordWriter) {
      record.hex("capabilities_value", capabilities)
      let flags = capabilities.u16(at: 0).byteSwapped
      record.bits("capabilities_str", of: flags, MySQL.capability)
      if let name = MySQL.name(ofCollation: collation) { record.literal("collation", name) }
      record.hex("server_status_value", status)
      record.bits("server_status_str", of: status, MySQL.status)
      record.hex("extended_capabilities_value", extendedCapabilities)
      record.bits("ext_capabilities_str", of: extendedCapabilities, MySQL.extendedCapability)
    }

    /// MariaDB says so in its version: `5.5.5-10.6.12-MariaDB`.
    private var isMariaDB: Bool {
      var rest = version
      while rest.count >= 7 {
        if rest.starts(with: "MariaDB") { return true }
        rest = rest.extracting(droppingFirst: 1)
      }
      return false
    }
  }
}
