import Bytes

struct NormalizedAddress {
  var bits: UInt128
  var isIPv6: Bool
  init?(parsing text: Span<UInt8>) {
    let parts = String(decoding: [UInt8](copying: text), as: UTF8.self).split(separator: ".")
      .compactMap { UInt8($0) }
    guard parts.count == 4 else { return nil }
    bits = parts.reduce(0) { $0 << 8 | UInt128($1) }
    isIPv6 = false
  }
}
extension Buffer {
  mutating func append(serverIdentifier name: Span<UInt8>) {
    if name.isEmpty || name.equals("None") { append("missing.alt") } else { append(name) }
  }
}
extension UInt128 {
  func normalizedAddress(isIPv6: Bool) -> UInt128 { self }
}
package struct FingerprintSet: Sendable { func contains(_ f: Span<UInt8>) -> Bool { false } }
package struct RoutingTable: Sendable { func system(of: UInt128, isIPv6: Bool) -> UInt32 { 0 } }
package struct EncryptedDNSWatchlist: Sendable {
  func contains(name: Span<UInt8>, address: UInt128, isIPv6: Bool) -> Bool { false }
}
package struct DomainMappings: Sendable {
  func isFaked(_ name: Span<UInt8>, at: UInt128, isIPv6: Bool) -> Bool { false }
}
package final class ResourceArchive: Sendable {
  let version: String
  let database: FingerprintDatabase
  let prevalence = FingerprintSet()
  let routes = RoutingTable()
  let encryptedDNS: EncryptedDNSWatchlist? = nil
  let domains: DomainMappings? = nil
  init(_ d: FingerprintDatabase) {
    database = d
    version = "2025.05.05; 2.0.full"
  }
}
