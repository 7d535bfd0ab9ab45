import Bytes

extension HTTP {
  /// The headers that a fingerprint holds: whole lines of some, only the names of others.
  struct TellingHeaders: Sendable {
    enum Part: Sendable { case line, name }

    /// Indexed by length, so that few names are compared.
    private let namesByLength: [[(name: StaticString, part: Part)]]

    init(lines: [StaticString], names: [StaticString]) {
      let all =
        lines.map { (name: $0, part: Part.line) } + names.map { (name: $0, part: Part.name) }
      let longest = all.map(\.name.utf8CodeUnitCount).max() ?? 0
      namesByLength = (0...longest).map { length in
        all.filter { $0.name.utf8CodeUnitCount == length }
      }
    }

    func part(of name: Span<UInt8>) -> Part? {
      guard name.count < namesByLength.count else { return nil }
      let names = namesByLength[name.count]
      for i in names.indices where name.equalsIgnoringCase(names[i].name) { return names[i].part }
      return nil
    }

    static let request = Self(
      lines: [
        "accept", "accept-encoding", "connection", "dnt", "dpr", "upgrade-insecure-requests",
        "x-requested-with",
      ],
      names: [
        "accept-charset", "accept-language", "authorization", "cache-control", "host",
        "if-modified-since", "keep-alive", "user-agent", "x-flash-version", "x-p2p-peerdist",
      ])

    static let response = Self(
      lines: [
        "access-control-allow-credentials", "access-control-allow-headers",
        "access-control-allow-methods", "access-control-expose-headers", "cache-control", "code",
        "connection", "content-language", "content-transfer-encoding", "p3p", "pragma", "reason",
        "server", "strict-transport-security", "version", "x-aspnetmvc-version",
        "x-aspnet-version", "x-cid", "x-ms-version", "x-xss-protection",
      ],
      names: [
        "appex-activity-id", "cdnuuid", "cf-ray", "content-range", "content-type", "date", "etag",
        "expires", "flow_context", "ms-cv", "msregion", "ms-requestid", "request-id", "vary",
        "x-amz-cf-pop", "x-amz-request-id", "x-azure-ref-originshield", "x-cache", "x-cache-hits",
        "x-ccc", "x-diagnostic-s", "x-feserver", "x-hw", "x-msedge-ref", "x-ocsp-responder-id",
        "x-requestid", "x-served-by", "x-timer", "x-trace-context",
      ])
  }
}
