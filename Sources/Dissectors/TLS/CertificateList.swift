import Bytes
import Wire
import X509

extension TLS {
  /// The certificates of a certificate message before TLS 1.3, as many as were captured
  /// (RFC 5246 §7.4.2).
  ///
  /// ```
  ///  0             3
  /// +-------------+--------+-------------+--------+-------------+---
  /// | list length | length | certificate | length | certificate | …
  /// +-------------+--------+-------------+--------+-------------+---
  /// ```
  struct CertificateList: ~Escapable {
    private var list: Span<UInt8>
    private var length = 0

    /// A longer list is taken for bytes that only look like one.
    static let maxLength = 65536

    /// A list of none.
    @_lifetime(immortal)
    init() { list = Span() }

    /// Takes the list in a certificate message's body for its own, as far as there is one.
    @_lifetime(self: copy body)
    mutating func read(_ body: Span<UInt8>) {
      var input = Reader(body)
      guard let length = try? input.u24(), length <= Self.maxLength else { return }
      self.length = Int(length)
      if let list = try? input.take(upTo: Int(length)), !list.isEmpty { self.list = list }
    }

    var isEmpty: Bool { list.isEmpty }

    /// How many bytes of the list were cut off.
    var missing: Int { max(length - list.count, 0) }

    /// Fails if not a single byte of a certificate was captured.
    func requireSome() throws(Malformed) {
      if isEmpty { throw missing > 0 ? .short(by: missing) : .invalid }
    }

    /// Adds `certs`, of which the last may be cut short; nothing for an empty list.
    func report(to record: inout RecordWriter) {
      guard !isEmpty else { return }
      record.array("certs") { record in
        var rest = Reader(list)
        var isFirst = true
        while !rest.isAtEnd, let length = try? rest.u24(), length > 0,
          let certificate = try? rest.take(upTo: Int(length)), !certificate.isEmpty
        {
          // The sender's own certificate; those behind it are its issuers'.
          if isFirst, record.wants(.labels),
            let name = X509.Certificate(certificate).commonName
          {
            record.note(label: .certificate, name)
          }
          isFirst = false
          record.object { record in
            guard record.wants(.certsJSON) else { return record.base64("base64", certificate) }
            record.object("cert") { X509.Certificate(certificate).report(to: &$0) }
          }
        }
      }
    }
  }
}
