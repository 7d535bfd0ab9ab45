import Bytes
import Wire

extension SSH {
  /// The server's opening, told from the client's by the ports: servers have the lower one.
  struct Server: Message, ~Escapable {
    static let profile = Profile(
      "ssh.server", over: .tcp,
      when: .starts("53 53 48 2d"), .starts("00 00 00/f0 ?? ?? 14"),
      key: "ssh", summary: "SSH server banner and key exchange",
      specification: "RFC 4253 §4.2, §7.1")

    static let isReassembled = true

    private let opening: Opening

    @_lifetime(copy input)
    init(_ input: inout Reader, in context: borrowing Context) throws(Malformed) {
      guard context.flow.destinationPort > context.flow.sourcePort else { throw .invalid }
      opening = try Opening(&input)
    }

    var missing: Missing { opening.missing }
    var isSupplementary: Bool { opening.isSupplementary }

    func fingerprint(into text: inout FingerprintWriter) {
      opening.fingerprint(as: Self.fingerprints, into: &text)
    }

    func report(to record: inout RecordWriter) { opening.report(to: &record) }
    func assess(to record: inout RecordWriter) { opening.assess(to: &record) }

    private static let fingerprints = FingerprintTypes(
      banner: "ssh_init_server", keyExchange: "ssh_kex_server", both: "ssh_server")
  }
}
