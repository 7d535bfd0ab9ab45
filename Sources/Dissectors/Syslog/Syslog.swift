import Bytes
import Wire

/// A line of a log sent to where logs are kept.
///
/// RFC 5424 §6, RFC 3164 §4: a priority in angle brackets, eight times the facility plus the
/// severity, which may be missing; then anything that is not binary.
struct Syslog: PlainMessage, ~Escapable {
  static let profile = Profile(
    "syslog", over: .udp, when: .port(.destination(514)), key: "syslog",
    summary: "Log messages", specification: "RFC 5424, RFC 3164")

  /// How many bytes must be ASCII.
  static let looksLikeText = 32
  static let maxPriority = 191

  private let text: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    text = input.rest
    let start = text.extracting(first: min(text.count, Self.looksLikeText))
    guard !text.isEmpty, start.isASCII else { throw input.reject() }
  }

  private var priority: Int? {
    guard text[0] == UInt8(ascii: "<") else { return nil }
    var (value, i) = (0, 1)
    while i < text.count, text[i].isASCIIDigit {
      value = min(value * 10 + Int(text[i] - UInt8(ascii: "0")), Self.maxPriority + 1)
      i += 1
    }
    guard i > 1, i < text.count, text[i] == UInt8(ascii: ">"), value <= Self.maxPriority else {
      return nil
    }
    return value
  }

  func report(to record: inout RecordWriter) {
    record.object("syslog") { syslog in
      if let priority {
        syslog.literal("severity", Self.severity(priority % 8))
        syslog.literal("facility", Self.facility(priority / 8))
      }
      syslog.text("body", text)
    }
  }

  private static func severity(_ code: Int) -> StaticString {
    switch code {
    case 0: "emergency"
    case 1: "alert"
    case 2: "critical"
    case 3: "error"
    case 4: "warning"
    case 5: "notice"
    case 6: "informational"
    default: "debug"
    }
  }

  private static func facility(_ code: Int) -> StaticString {
    switch code {
    case 0: "kernel messages"
    case 1: "user-level messages"
    case 2: "mail system"
    case 3: "system daemons"
    case 4, 10: "security/authorization messages"
    case 5: "messages generated internally by syslogd"
    case 6: "line printer subsystem"
    case 7: "network news subsystem"
    case 8: "UUCP subsystem"
    case 9, 15: "clock daemon"
    case 11: "FTP daemon"
    case 12: "NTP subsystem"
    case 13: "log audit"
    case 14: "log alert"
    case 16: "local use 0"
    case 17: "local use 1"
    case 18: "local use 2"
    case 19: "local use 3"
    case 20: "local use 4"
    case 21: "local use 5"
    case 22: "local use 6"
    default: "local use 7"
    }
  }
}
