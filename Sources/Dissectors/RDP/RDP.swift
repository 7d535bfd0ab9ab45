import Bytes
import Wire

/// The request that opens a remote desktop connection: X.224 with a cookie and a list of security
/// protocols, either of which may be missing ([MS-RDPBCGR] §2.2.1.1).
///
/// ```
///  0   1    2        4        5     6           8           10      11
/// +---+----+--------+--------+-----+-----------+-----------+-------+--------+-------------+
/// | 3 | 0  | length | length | e0  | dst-ref 0 | src-ref   | class | cookie | negotiation |
/// +---+----+--------+--------+-----+-----------+-----------+-------+--------+-------------+
/// ```
struct RDP: PlainMessage, ~Escapable {
  static let profile = Profile(
    "rdp", over: .tcp, when: .port(.either(3389)), key: "rdp",
    summary: "Remote desktop connection requests", specification: "[MS-RDPBCGR] §2.2.1.1")

  private let cookie: Span<UInt8>?
  private let negotiation: Negotiation?

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    guard try input.u16() == 0x0300 else { throw input.reject() }
    try input.skip(3)
    guard try input.u8() == 0xe0, try input.u16() == 0 else { throw input.reject() }
    try input.skip(3)
    var rest = copy input
    cookie = try? rest.takeLine()
    if cookie == nil { rest = copy input }
    negotiation = try? Negotiation(&rest)
  }

  func report(to record: inout RecordWriter) {
    record.object("rdp") { rdp in
      rdp.text("cookie", cookie)
      if let negotiation {
        rdp.object("negotiation_request") { negotiation.report(to: &$0) }
      }
    }
  }

  /// What the client offers, RDP_NEG_REQ: `01`, flags, length 8 and protocols, little-endian.
  ///
  /// [MS-RDPBCGR] §2.2.1.1.1.
  private struct Negotiation {
    let flags: UInt8
    let protocols: UInt32

    init(_ input: inout Reader) throws(Malformed) {
      guard try input.u8() == 1 else { throw input.reject() }
      flags = try input.u8()
      guard try input.u16le() == 8 else { throw input.reject() }
      protocols = try input.u32le()
    }

    func report(to record: inout RecordWriter) {
      record.array("flags") { list in
        if flags & 0x01 != 0 { list.literal("RESTRICTED_ADMIN_MODE_REQUIRED") }
        if flags & 0x02 != 0 { list.literal("REDIRECTED_AUTHENTICATION_MODE_REQUIRED") }
        if flags & 0x08 != 0 { list.literal("CORRELATION_INFO_PRESENT") }
      }
      record.array("requested_protocols") { list in
        if protocols & 0x01 != 0 { list.literal("PROTOCOL_SSL") }
        if protocols & 0x02 != 0 { list.literal("PROTOCOL_HYBRID") }
        if protocols & 0x04 != 0 { list.literal("PROTOCOL_RDSTLS") }
        if protocols & 0x08 != 0 { list.literal("PROTOCOL_HYBRID_EX") }
        if protocols & 0x10 != 0 { list.literal("PROTOCOL_RDSAAD") }
      }
    }
  }
}
