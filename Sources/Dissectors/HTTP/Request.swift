import Bytes
import Wire

extension HTTP {
  /// A request: `GET /index.html HTTP/1.1`, headers, content.
  ///
  /// RFC 9112 §3.
  struct Request: PlainMessage, ~Escapable {
    static let profile = Profile(
      "http.request", over: .tcp,
      when: .keyword(
        """
        ACL |BASE|BIND|CHEC|CONN|COPY|DELE|GET |HEAD|LABE|LINK|LOCK|MERG|MKAC|MKCA|MKCO|MKRE|MKWO|\
        MOVE|OPTI|ORDE|PATC|POST|PRI |PROP|PUT |REBI|REPO|SEAR|TRAC|UNBI|UNCH|UNLI|UNLO|UPDA|VERS
        """),
      key: "http", summary: "HTTP/1 requests", specification: "RFC 9112 §3")

    private let method: Span<UInt8>
    private let target: Span<UInt8>
    private let version: Span<UInt8>
    private let headers: Headers

    // The first of each name; an empty one hides those after it.
    private let userAgent: Span<UInt8>?
    private let host: Span<UInt8>?
    private let forwardedFor: Span<UInt8>?
    private let via: Span<UInt8>?
    private let upgrade: Span<UInt8>?
    private let referer: Span<UInt8>?
    private let authorization: Span<UInt8>?

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      method = input.word()
      guard method.isMethod else { throw input.reject() }
      target = input.word()
      version = input.line()
      guard version.starts(with: "HTTP/") else { throw input.reject() }
      headers = Headers(input.rest)

      var userAgent: Span<UInt8>?
      var host: Span<UInt8>?
      var forwardedFor: Span<UInt8>?
      var via: Span<UInt8>?
      var upgrade: Span<UInt8>?
      var referer: Span<UInt8>?
      var authorization: Span<UInt8>?
      var rest = headers
      while let header = rest.next() {
        switch header.name.count {
        case 3 where via == nil && header.isNamed("via"): via = header.value
        case 4 where host == nil && header.isNamed("host"): host = header.value
        case 7 where upgrade == nil && header.isNamed("upgrade"): upgrade = header.value
        case 7 where referer == nil && header.isNamed("referer"): referer = header.value
        case 10 where userAgent == nil && header.isNamed("user-agent"): userAgent = header.value
        case 13 where authorization == nil && header.isNamed("authorization"):
          authorization = header.value
        case 15 where forwardedFor == nil && header.isNamed("x-forwarded-for"):
          forwardedFor = header.value
        default: break
        }
      }
      self.userAgent = userAgent
      self.host = host
      self.forwardedFor = forwardedFor
      self.via = via
      self.upgrade = upgrade
      self.referer = referer
      self.authorization = authorization
    }

    func report(to record: inout RecordWriter) {
      if let authorization { record.mark(exposed: Authorization.exposure(of: authorization)) }
      record.object("http") { http in
        http.object("request") { request in
          guard request.wants(.metadata) else {
            request.text(.httpUserAgent, userAgent)
            if let host, !host.isEmpty { request.note(.httpHost) { $0.append(host) } }
            return
          }
          request.text("method", method)
          request.text("uri", target)
          request.text("protocol", version)
          request.text(.httpUserAgent, userAgent)
          request.text(.httpHost, host)
          request.text("x_forwarded_for", forwardedFor)
          request.text("via", via)
          request.text("upgrade", upgrade)
          request.text("referer", referer)
          if let authorization { Authorization(authorization)?.report(to: &request) }
          headers.report(to: &request)
        }
      }
    }

    func fingerprint(into text: inout FingerprintWriter) {
      text.begin("http")
      text.group(method)
      text.group(version)
      headers.fingerprint(by: .request, into: &text)
    }
  }
}

extension Span where Element == UInt8 {
  /// Whether this may be a method's name: 3 to 16 upper-case letters.
  fileprivate var isMethod: Bool {
    guard 3...16 ~= count else { return false }
    for i in indices where !(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self[i]) { return false }
    return true
  }
}
