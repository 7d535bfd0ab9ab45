import Bytes
import Wire

/// The first version of Server Message Block, MS-CIFS §2.2.3.1, behind four bytes of NetBIOS.
///
///      4           8         9        13      14       16          18
///     | ff "SMB"  | command | status | flags | flags 2 | process id high | …
///     18          26         28        30               32        34             36
///     | signature | reserved | tree id | process id low | user id | multiplex id |
///
/// Integers are little-endian.
struct SMB1: PlainMessage, ~Escapable {
  static let profile = Profile(
    "smb.v1", over: .tcp, when: .starts("?? ?? ?? ?? ff 53 4d 42"), key: "smb1",
    summary: "SMB version 1 headers and the dialects clients offer",
    specification: "MS-CIFS §2.2.3.1, §2.2.4.52")

  private let command: Command
  private let status: UInt32
  private let flags: UInt8
  private let flags2: UInt16
  private let processHigh: UInt16
  private let signature: UInt64
  private let treeIdentifier, processLow, userIdentifier, multiplexIdentifier: UInt16
  private let body: Reader

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    try input.skip(8)
    command = Command(rawValue: try input.u8())
    status = try input.u32le()
    flags = try input.u8()
    flags2 = try input.u16le()
    processHigh = try input.u16le()
    signature = try input.u64le()
    try input.skip(2)
    treeIdentifier = try input.u16le()
    processLow = try input.u16le()
    userIdentifier = try input.u16le()
    multiplexIdentifier = try input.u16le()
    body = input
  }

  private var isResponse: Bool { flags & 0x80 != 0 }

  func report(to record: inout RecordWriter) {
    record.object("smb1") { record in
      record.literal("command", command.name)
      record.hex("status", status)
      reportFlags(to: &record)
      reportFlags2(to: &record)
      record.number("process_id_high", processHigh)
      record.hex("signature", signature)
      record.number("tree_id", treeIdentifier)
      record.number("process_id_low", processLow)
      record.number("user_id", userIdentifier)
      record.number("multiplex_id", multiplexIdentifier)
      if command == .negotiate, !isResponse { reportDialects(to: &record) }
    }
  }

  private func reportFlags(to record: inout RecordWriter) {
    record.flag("response", isResponse)
    record.flag("batch_oplock", flags & 0x40 != 0)
    record.flag("oplock", flags & 0x20 != 0)
    record.flag("canonicalized_path", flags & 0x10 != 0)
    record.flag("case_insensitive", flags & 0x08 != 0)
    record.flag("receive_buffer_available", flags & 0x02 != 0)
    record.flag("lock_and_read", flags & 0x01 != 0)
  }

  private func reportFlags2(to record: inout RecordWriter) {
    record.flag("unicode_string", flags2 & 0x8000 != 0)
    record.flag("NT_error_codes", flags2 & 0x4000 != 0)
    record.flag("read_if_execute", flags2 & 0x2000 != 0)
    record.flag("DFS", flags2 & 0x1000 != 0)
    record.flag("extended_security", flags2 & 0x0800 != 0)
    record.flag("reparse_path", flags2 & 0x0400 != 0)
    record.flag("long_name", flags2 & 0x0040 != 0)
    record.flag("security_signatures_required", flags2 & 0x0010 != 0)
    record.flag("compressed", flags2 & 0x0008 != 0)
    record.flag("security_signatures_allowed", flags2 & 0x0004 != 0)
    record.flag("extended_attributes", flags2 & 0x0002 != 0)
    record.flag("long_names_allowed", flags2 & 0x0001 != 0)
  }

  /// Adds the dialects a client can speak: behind a count of words and one of bytes, each is a
  /// byte 02, its name and a zero (MS-CIFS §2.2.4.52.1).
  private func reportDialects(to record: inout RecordWriter) {
    var input = body
    guard (try? input.skip(3)) != nil else { return }
    record.object("negotiate_request") { record in
      record.array("dialects") { record in
        while !input.isAtEnd, let format = try? input.u8(), format == 2 {
          let length = input.rest.firstIndex(of: 0)
          if let dialect = try? input.take(length ?? input.count) { record.text(dialect) }
          if length != nil { try? input.skip(1) }
        }
      }
    }
  }
}
