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
  private let headers: Headers

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    guard !input.isAtEnd, let kind = Kind(input.rest[0]) else { throw input.reject() }
    self.kind = kind
    let length = input.rest.firstIndex(of: 0x0a)
    startLine = try input.take(length ?? input.count).droppingLast(0x0d)
    if length != nil { try input.skip(1) }
    headers = Headers(input.rest)
  }

  func report(to record: inout RecordWriter) {
    record.object("ssdp") { ssdp in
      ssdp.object(kind.key) { message in
        if message.wants(.metadata) { message.text("method", startLine) }
        if message.wants(.rawSSDP) {
          reportHeaders(to: &message)
          reportFeatures(to: &message)
        }
      }
    }
  }

  private func reportHeaders(to record: inout RecordWriter) {
    let all = record.wants(.metadata)
    var rest = headers
    while let header = rest.next() {
      if let key = header.key(amongAll: all) { record.textOrEmpty(key, header.value) }
    }
  }

  /// The start line and the headers that were reported, by the keys they were reported under.
  ///
  /// There has always been a comma before each header that is not the very first line, even where
  /// those before it are left out.
  private func reportFeatures(to record: inout RecordWriter) {
    let all = record.wants(.metadata)
    record.features { features in
      features.feature(startLine)
      features.featureList { list in
        var rest = headers
        var isFirst = true
        while let header = rest.next() {
          if let key = header.key(amongAll: all) {
            let isBegun = list.bytes[list.count - 1] != UInt8(ascii: "[")
            if !isFirst, !isBegun { list.append(UInt8(ascii: ",")) }
            list.featureList {
              $0.feature(key.bytes)
              $0.feature(header.value)
            }
          }
          isFirst = false
        }
      }
    }
  }
}

extension Span where Element == UInt8 {
  /// Without those at the end that are `byte`.
  @_lifetime(copy self)
  fileprivate func droppingLast(_ byte: UInt8) -> Span<UInt8> {
    var end = count
    while end > 0, self[end - 1] == byte { end -= 1 }
    return extracting(first: end)
  }
}
