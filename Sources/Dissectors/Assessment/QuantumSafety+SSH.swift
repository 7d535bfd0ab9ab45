import Bytes
import Wire

extension SSH {
  /// The algorithms that one side offers, judged by whether quantum computers can break them.
  struct QuantumSafety: ~Escapable {
    let keyExchange, clientToServer, serverToClient: Span<UInt8>

    /// Adds the assessment; false where something offered is not as it should be.
    func report(to record: inout RecordWriter) -> Bool {
      let keyExchange = AlgorithmList(keyExchange)
      let toServer = AlgorithmList(clientToServer)
      let toClient = AlgorithmList(serverToClient)
      record.object { record in
        record.literal("policy", "quantum_safe")
        record.object("offered") { offered in
          keyExchange.report(
            refused: "kex_not_allowed", "kex_allowed", Self.keyExchanges, to: &offered)
          offered.object("client_to_server") { toServer.reportCiphers(to: &$0) }
          offered.object("server_to_client") { toClient.reportCiphers(to: &$0) }
        }
      }
      return keyExchange.allowance(Self.keyExchanges).isAll
        && toServer.allowance(Self.ciphers).isAll && toClient.allowance(Self.ciphers).isAll
    }

    /// ML-KEM, alone or along with a curve, and what came before it.
    fileprivate static let keyExchanges = NameTable(
      """
      mlkem1024-sha384
      mlkem1024nistp384-sha384
      mlkem512-sha256
      mlkem768-sha256
      mlkem768nistp256-sha256
      mlkem768x25519-sha256
      sntrup761x25519-sha512
      """)

    fileprivate static let ciphers = NameTable(
      """
      AEAD_AES_128_GCM
      AEAD_AES_192_GCM
      AEAD_AES_256_GCM
      aes128-gcm
      aes128-gcm@openssh.com
      aes192-gcm
      aes192-gcm@openssh.com
      aes256-gcm
      aes256-gcm@openssh.com
      """)
  }

  /// Names with commas between them (RFC 4251 §5); one behind the last name is passed over.
  private struct AlgorithmList: ~Escapable {
    private let names: Span<UInt8>

    @_lifetime(copy names)
    init(_ names: Span<UInt8>) { self.names = names }

    func allowance(_ allowed: NameTable) -> Allowance {
      var allowance = Allowance()
      forEach { allowance.count(allowed.name(of: $0) != nil) }
      return allowance
    }

    func reportCiphers(to record: inout RecordWriter) {
      report(
        refused: "ciphersuites_not_allowed", "ciphersuites_allowed", QuantumSafety.ciphers,
        to: &record)
    }

    func report(
      refused: StaticString, _ key: StaticString, _ allowed: NameTable,
      to record: inout RecordWriter
    ) {
      let allowance = allowance(allowed)
      if !allowance.isAll {
        record.array(refused) { list in
          forEach { name in
            if allowed.name(of: name) != nil { return }
            if name.isEmpty { list.literal("") } else { list.text(name) }
          }
        }
      }
      record.literal(key, allowance.word)
    }

    private func forEach(_ body: (Span<UInt8>) -> Void) {
      var start = 0
      while start < names.count {
        let rest = names.extracting(droppingFirst: start)
        let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.count
        body(rest.extracting(first: end))
        start += end + 1
      }
    }
  }
}
