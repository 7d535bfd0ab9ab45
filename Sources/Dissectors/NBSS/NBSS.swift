import Bytes
import Wire

/// A packet of NetBIOS's session service: type, flags, length (2), data.
///
/// RFC 1002 §4.3.1. What carries SMB is reported as that, and never comes here.
struct NBSS: PlainMessage, ~Escapable {
  static let profile = Profile(
    "nbss", over: .tcp, when: .port(.either(139)), key: "nbss",
    summary: "NetBIOS sessions", specification: "RFC 1002 §4.3")

  private let type: UInt8
  private let length: UInt16
  private let data: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    type = try input.u8()
    try input.skip(1)
    length = try input.u16()
    data = input.rest
  }

  func report(to record: inout RecordWriter) {
    record.object("nbss") { nbss in
      nbss.name("type", typeName, code: UInt64(type))
      nbss.number("length", length)
      nbss.hex("data", data)
    }
  }

  private var typeName: StaticString? {
    switch type {
    case 0x00: "session_message"
    case 0x81: "session_request"
    case 0x82: "positive_session_response"
    case 0x83: "negative_session_response"
    case 0x84: "retarget_session_response"
    case 0x85: "session_keep_alive"
    default: nil
    }
  }
}
