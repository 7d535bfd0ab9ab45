import Bytes
import Wire

/// The message that opens a WireGuard session, which has one length only.
///
///      0      1              4        8               40              88          116     148
///     +------+--------------+--------+---------------+---------------+-----------+-------+
///     | 01   | reserved (3) | sender | ephemeral key | static key    | timestamp | MACs  |
///     +------+--------------+--------+---------------+---------------+-----------+-------+
///
/// WireGuard: Next Generation Kernel Network Tunnel, §5.4.2.
struct WireGuard: PlainMessage, ~Escapable {
  static let profile = Profile(
    "wireguard", over: .udp, when: .starts("01 00 00 00"), key: "wireguard",
    summary: "WireGuard handshake initiations", specification: "WireGuard whitepaper §5.4.2")

  static let length = 148

  private let sender: UInt32

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    guard input.count == Self.length else { throw input.reject() }
    try input.skip(4)
    sender = try input.u32le()
  }

  /// Records have always shown the index as eight bytes, of which it fills the first four.
  func report(to record: inout RecordWriter) {
    record.object("wireguard") { $0.hex("sender_index", UInt64(sender) << 32) }
  }
}
