import Bytes
import Wire

extension TLS {
  /// A certificate message that begins a segment; the message behind it tells whether a server sent it.
  struct Certificate: PlainMessage, ~Escapable {
    static let profile = Profile(
      "tls.server_certificate", over: .tcp, when: .starts("16 03 00/fc ?? ?? 0b"),
      key: "tls", summary: "TLS certificates apart from a hello",
      specification: "RFC 5246 §7.4.2")

    static let isReassembled = true

    private let certificates: CertificateList
    private let next: HandshakeType?

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      var fragment = Reader(try Record(&input).fragment, isBody: true)
      var list = CertificateList()
      list.read(try Handshake(&fragment).body)
      certificates = list
      if fragment.isAtEnd, !input.isAtEnd, let record = try? Record(&input) {
        fragment = Reader(record.fragment)
      }
      next = fragment.isAtEnd ? nil : try? Handshake(&fragment).type
      try certificates.requireSome()
    }

    var missing: Missing { .bytes(certificates.missing) }

    func report(to record: inout RecordWriter) {
      record.object("tls") { record in
        record.object(sender) { certificates.report(to: &$0) }
      }
    }

    private var sender: StaticString {
      switch next {
      case .serverKeyExchange: "server"
      case .clientKeyExchange: "client"
      default: "undetermined"
      }
    }
  }
}
