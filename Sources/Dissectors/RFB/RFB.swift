import Bytes
import Wire

/// The version handshake that opens a VNC session: `RFB 003.008` LF, the LF maybe cut off.
struct RFB: PlainMessage, ~Escapable {
  static let profile = Profile(
    "rfb", over: .tcp, when: .keyword("RFB "), key: "vnc",
    summary: "VNC remote framebuffer version", specification: "RFC 6143 §7.1.1")

  private let version: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    try input.expect("RFB ")
    guard !input.isAtEnd else { throw input.reject() }
    version = input.take { $0 != UInt8(ascii: "\n") }
  }

  func report(to record: inout RecordWriter) {
    record.object("vnc") { $0.text("version", version) }
  }
}
