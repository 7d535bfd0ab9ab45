import Bytes

/// Resolvers that take DNS inside TLS, HTTPS or QUIC, as `doh-watchlist.txt` lists them.
package struct EncryptedDNSWatchlist: Sendable {
  private var names = StringPool()
  private var addresses: Set<UInt128> = []
  private var addresses6: Set<UInt128> = []

  /// How many resolvers there are.
  package var count: Int { names.count + addresses.count + addresses6.count }

  /// Whether the name, as it was sent, or the address is one of theirs.
  package func contains(name: Span<UInt8>, address: UInt128, isIPv6: Bool) -> Bool {
    (isIPv6 ? addresses6 : addresses).contains(address)
      || !name.isEmpty && names.id(of: name) != nil
  }

  /// Reads a line: a name or an address; what is wrong with it.
  mutating func add(_ line: Span<UInt8>) -> String? {
    let text = line.trimmed
    guard !text.isEmpty, text[0] != UInt8(ascii: "#") else { return nil }
    if let address = IPAddress(parsing: text) {
      if address.isIPv6 {
        addresses6.insert(address.bits)
      } else {
        addresses.insert(address.bits)
      }
      return nil
    }
    guard text.isHostName else { return "is neither a name nor an address" }
    _ = names.intern(text)
    return nil
  }
}

/// Fingerprints that many programs have, as `fp_prevalence_tls.txt` lists them: not one of them is
/// taken for made up.
package struct FingerprintSet: Sendable {
  private var fingerprints = StringPool()

  package var count: Int { fingerprints.count }

  package func contains(_ fingerprint: Span<UInt8>) -> Bool {
    fingerprints.id(of: fingerprint) != nil
  }

  /// Reads a line: a fingerprint, which may lack its type.
  mutating func add(_ line: Span<UInt8>) {
    guard line.starts(with: "(") else {
      _ = fingerprints.intern(line)
      return
    }
    var text = Buffer(capacity: line.count + 4)
    text.append("tls/")
    text.append(line)
    _ = fingerprints.intern(text)
  }
}
