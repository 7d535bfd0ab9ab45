import Bytes
import Wire

/// Server Message Block 2 and 3, MS-SMB2 §2.2.1, behind four bytes of NetBIOS.
///
///      4           8          10       12       16        18        20      24             28
///     | fe "SMB"  | size 64  | charge | status | command | credits | flags | next command |
///     28           36           40        44           52          68
///     | message id | process id | tree id | session id | signature |
///
/// Integers are little-endian. What else the message holds is read where it negotiates.
struct SMB2: PlainMessage, ~Escapable {
  static let profile = Profile(
    "smb.v2", over: .tcp, when: .starts("?? ?? ?? ?? fe 53 4d 42"), key: "smb2",
    summary: "SMB 2 and 3 headers and negotiation",
    specification: "MS-SMB2 §2.2.1, §2.2.3, §2.2.4")

  private let size, creditCharge, command, credits: UInt16
  private let status, flags, next, process, tree: UInt32
  private let message, session: UInt64
  private let signature: Span<UInt8>
  private let body: Reader

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    try input.skip(8)
    size = try input.u16le()
    creditCharge = try input.u16le()
    status = try input.u32le()
    command = try input.u16le()
    credits = try input.u16le()
    flags = try input.u32le()
    next = try input.u32le()
    message = try input.u64le()
    process = try input.u32le()
    tree = try input.u32le()
    session = try input.u64le()
    signature = try input.take(16)
    body = input
  }

  private static let negotiate: UInt16 = 0

  private var isResponse: Bool { flags & 1 != 0 }

  func report(to record: inout RecordWriter) {
    record.object("smb2") { record in
      record.number("structure_size", size)
      record.number("credit_charge", creditCharge)
      record.hex("status", status)
      record.name("command", Self.commandName(command), code: UInt64(command))
      record.number(isResponse ? "credits_granted" : "credits_requested", credits)
      record.flag("response", isResponse)
      record.flag("async_command", flags & 2 != 0)
      record.flag("chained_request", flags & 4 != 0)
      record.flag("signed", flags & 8 != 0)
      record.hex("priority", UInt8(flags >> 4 & 7))
      record.flag("dfs_operation", flags & 0x1000_0000 != 0)
      record.flag("replay_operation", flags & 0x2000_0000 != 0)
      record.hex("next_command", next)
      record.hex("message_id", message)
      record.hex("process_id", process)
      record.hex("tree_id", tree)
      record.hex("session_id", session)
      record.hex("signature", signature)
      if command == Self.negotiate {
        reportNegotiation(to: &record)
        if record.wants(.rawSMB) { reportFeatures(to: &record) }
      }
    }
  }

  /// What the header says, and what client or server offers or chooses, if that can be read.
  private func reportFeatures(to record: inout RecordWriter) {
    record.features(tooLong: nil) { features in
      features.featureList {
        $0.feature(command)
        $0.feature(flags)
        $0.feature(next)
      }
      var input = body
      if isResponse {
        (try? NegotiateResponse(&input))?.reportFeatures(to: &features)
      } else {
        (try? NegotiateRequest(&input))?.reportFeatures(to: &features)
      }
    }
  }

  private func reportNegotiation(to record: inout RecordWriter) {
    var input = body
    if isResponse {
      guard let response = try? NegotiateResponse(&input) else { return }
      record.object("negotiate_response") { response.report(to: &$0) }
    } else {
      guard let request = try? NegotiateRequest(&input) else { return }
      record.object("negotiate_request") { request.report(to: &$0) }
    }
  }

  private static func commandName(_ command: UInt16) -> StaticString? {
    switch command {
    case 0: "smb2_negotiate"
    case 1: "smb2_session_setup"
    case 2: "smb2_logoff"
    case 3: "smb2_tree_connect"
    case 4: "smb2_tree_disconnect"
    case 5: "smb2_create"
    case 6: "smb2_close"
    case 7: "smb2_flush"
    case 8: "smb2_read"
    case 9: "smb2_write"
    case 10: "smb2_lock"
    case 11: "smb2_ioctl"
    case 12: "smb2_cancel"
    case 13: "smb2_echo"
    case 14: "smb2_query_directory"
    case 15: "smb2_change_notify"
    case 16: "smb2_query_info"
    case 17: "smb2_set_info"
    case 18: "smb2_oplock_break"
    default: nil
    }
  }
}
