import Bytes
import Wire

/// A message by which devices of a local network find each other.
///
/// UPnP Device Architecture 2.0 §1. It has the form of HTTP; only the start line is reported.
struct SSDP: PlainMessage, ~Escapable {
  static let profile = Profile(
    "ssdp", over: .udp, when: .starts("48/e8 04/84 50/f0 40/e0 ?? 10/90"), key: "ssdp",
    summary: "UPnP announcements, searches and their responses",
    specification: "UPnP Device Architecture 2.0 §1")

  private enum Kind {
    case notify, search, response

    /// The start line's first letter is all that is looked at.
    init?(_ letter: UInt8) {
      switch letter {
      case UInt8(ascii: "N"): self = .notify
      case UInt8(ascii: "M"): self = .search
      case UInt8(ascii: "H"): self = .response
      default: return nil
      }
    }

    var key: StaticString {
      switch self {
      case .notify: "notify"
      case .search: "m_search"
      case .response: "response"
      }
    }
  }

  private let kind: Kind
  private let startLine: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    guard !input.isAtEnd, let kind = Kind(input.rest[0]) else { throw input.reject() }
    self.kind = kind
    startLine = try input.take(Self.lineLength(input.rest))
  }

  /// Where the first carriage return or line feed is.
  private static func lineLength(_ bytes: Span<UInt8>) -> Int {
    for i in bytes.indices where bytes[i] == 0x0d || bytes[i] == 0x0a { return i }
    return bytes.count
  }

  func report(to record: inout RecordWriter) {
    record.object("ssdp") { ssdp in
      ssdp.object(kind.key) { message in
        if message.wants(.metadata) { message.text("method", startLine) }
      }
    }
  }
}
