import Bytes
import Wire

extension HTTP {
  /// A response: `HTTP/1.1 200 OK`, headers, content.
  ///
  /// RFC 9112 §4.
  struct Response: PlainMessage, ~Escapable {
    static let profile = Profile(
      "http.response", over: .tcp, when: .keyword("HTTP"), key: "http",
      summary: "HTTP/1 responses", specification: "RFC 9112 §4")

    private let version: Span<UInt8>
    private let status: Span<UInt8>
    private let reason: Span<UInt8>
    private let headers: Headers

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      version = input.word()
      status = input.word()
      guard !status.isEmpty else { throw input.reject() }
      reason = input.line()
      headers = Headers(input.rest)
    }

    func report(to record: inout RecordWriter) {
      guard record.wants(.metadata) else { return }
      record.object("http") { http in
        http.object("response") { response in
          response.textOrEmpty("version", version)
          response.textOrEmpty("status_code", status)
          response.textOrEmpty("status_reason", reason)
          reportCollected(to: &response)
          headers.report(to: &response)
        }
      }
    }

    /// The first of each name; an empty one hides those after it.
    private func reportCollected(to record: inout RecordWriter) {
      var type: Span<UInt8>?
      var length: Span<UInt8>?
      var server: Span<UInt8>?
      var via: Span<UInt8>?
      var rest = headers
      while let header = rest.next() {
        switch header.name.count {
        case 3 where via == nil && header.isNamed("via"): via = header.value
        case 6 where server == nil && header.isNamed("server"): server = header.value
        case 12 where type == nil && header.isNamed("content-type"): type = header.value
        case 14 where length == nil && header.isNamed("content-length"): length = header.value
        default: break
        }
      }
      record.text("content_type", type)
      record.text("content_length", length)
      record.text("server", server)
      record.text("via", via)
    }

    func fingerprint(into text: inout FingerprintWriter) {
      text.begin("http_server")
      text.group(version)
      text.group(status)
      text.group(reason)
      headers.fingerprint(by: .response, into: &text)
    }
  }
}
