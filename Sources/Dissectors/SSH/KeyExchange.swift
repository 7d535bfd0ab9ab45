import Bytes
import Wire

extension SSH {
  /// The algorithms one side can do, SSH_MSG_KEXINIT (RFC 4253 §7.1).
  ///
  /// ```
  ///  0      1        17
  /// +------+--------+----------------------------------------+-----
  /// | code | cookie | ten name lists, each behind its length | …
  /// +------+--------+----------------------------------------+-----
  /// ```
  /// If one exists, it names at least one key exchange algorithm; later lists may be cut off.
  struct KeyExchange: ~Escapable {
    private let lists: Span<UInt8>

    @_lifetime(copy payload)
    init(_ payload: Span<UInt8>) throws(Malformed) {
      var input = Reader(payload)
      try input.skip(17)
      lists = input.rest
      guard !(try Self.nameList(&input)).isEmpty else { throw .invalid }
    }

    static let listCount = 10
    /// A longer list ends the message.
    static let maxListLength: UInt32 = 2048

    @_lifetime(copy input)
    private static func nameList(_ input: inout Reader) throws(Malformed) -> Span<UInt8> {
      let length = try input.u32()
      guard length <= maxListLength else { throw input.reject() }
      return try input.take(Int(length))
    }

    /// Each list in brackets; those cut off are empty.
    func fingerprint(into text: inout FingerprintWriter) {
      var rest = Reader(lists)
      for _ in 0..<Self.listCount {
        if let list = try? Self.nameList(&rest) {
          text.group(list)
        } else {
          text.literal("()")
        }
      }
    }

    func report(to record: inout RecordWriter) {
      record.object("kex") { record in
        var rest = Reader(lists)
        for i in 0..<Self.listCount {
          record.textOrEmpty(Self.key(i), try? Self.nameList(&rest))
        }
      }
    }

    /// Lists that were cut off are judged like empty ones.
    func assess(to record: inout RecordWriter) {
      let offer = QuantumSafety(
        keyExchange: list(0), clientToServer: list(2), serverToClient: list(3))
      record.reportAssessment(quantumSafety: { offer.report(to: &$0) })
    }

    @_lifetime(copy self)
    private func list(_ index: Int) -> Span<UInt8> {
      var rest = Reader(lists)
      for _ in 0..<index { if (try? Self.nameList(&rest)) == nil { break } }
      guard let list = try? Self.nameList(&rest) else { return lists.extracting(first: 0) }
      return list
    }

    private static func key(_ index: Int) -> StaticString {
      switch index {
      case 0: "kex_algorithms"
      case 1: "server_host_key_algorithms"
      case 2: "encryption_algorithms_client_to_server"
      case 3: "encryption_algorithms_server_to_client"
      case 4: "mac_algorithms_client_to_server"
      case 5: "mac_algorithms_server_to_client"
      case 6: "compression_algorithms_client_to_server"
      case 7: "compression_algorithms_server_to_client"
      case 8: "languages_client_to_server"
      default: "languages_server_to_client"
      }
    }
  }
}
