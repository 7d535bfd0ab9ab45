import Bytes
import Wire

extension HTTP {
  /// Credentials of an Authorization header: a scheme, a space, and what the scheme asks for.
  ///
  /// RFC 9110 §11.6.2.
  struct Authorization: ~Escapable {
    private let scheme: Span<UInt8>
    private let credentials: Span<UInt8>

    @_lifetime(copy value)
    init?(_ value: Span<UInt8>) {
      var rest = Reader(value)
      guard let scheme = try? rest.take(until: UInt8(ascii: " ")) else { return nil }
      self.scheme = scheme
      credentials = rest.rest
    }

    /// In what form a header's value exposes credentials: the scheme alone says so.
    static func exposure(of value: Span<UInt8>) -> Attributes? {
      let scheme = value.extracting(first: value.firstIndex(of: UInt8(ascii: " ")) ?? value.count)
      if scheme.equals("Basic") { return .exposedCredentialsPlaintext }
      if scheme.equals("Bearer") { return .exposedCredentialsToken }
      if scheme.equals("Digest") { return .exposedCredentialsDerived }
      return nil
    }

    func report(to record: inout RecordWriter) {
      record.object("authorization") { authorization in
        if scheme.equals("Basic") {
          authorization.object("basic") { reportBasic(to: &$0) }
        } else if scheme.equals("Bearer") {
          authorization.object("bearer") { reportBearer(to: &$0) }
        } else {
          authorization.object(scheme.equals("Digest") ? "digest" : "unknown") {
            $0.textOrEmpty("param", credentials)
          }
        }
      }
    }

    /// RFC 7617: base64 of `user:password`.
    private func reportBasic(to record: inout RecordWriter) {
      var plain = InlineArray<2048, UInt8>(repeating: 0)
      var room = plain.mutableSpan
      let count = Base64.decode(credentials, into: &room) ?? 0
      record.textOrEmpty("param", plain.span.extracting(first: count))
    }

    /// RFC 7519: a token whose header and payload can be read, or one that means something only
    /// to its issuer.
    private func reportBearer(to record: inout RecordWriter) {
      var rest = Reader(credentials)
      guard let header = try? rest.take(until: UInt8(ascii: ".")),
        let payload = try? rest.take(until: UInt8(ascii: "."))
      else { return }
      var plainHeader = InlineArray<1024, UInt8>(repeating: 0)
      var plainPayload = InlineArray<1024, UInt8>(repeating: 0)
      var headerRoom = plainHeader.mutableSpan
      guard let headerCount = Base64.decode(header, into: &headerRoom) else {
        return record.textOrEmpty("token", credentials)
      }
      var payloadRoom = plainPayload.mutableSpan
      guard let payloadCount = Base64.decode(payload, into: &payloadRoom) else {
        return record.textOrEmpty("token", credentials)
      }
      record.textOrEmpty("header", plainHeader.span.extracting(first: headerCount))
      record.textOrEmpty("payload", plainPayload.span.extracting(first: payloadCount))
      record.textOrEmpty("signature", rest.rest)
    }
  }
}
