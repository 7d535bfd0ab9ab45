import Bytes

struct NormalizedAddress {
  var bits: UInt128
  var isIPv6: Bool
  init?(parsing text: Span<UInt8>) { return nil }
}
extension Buffer {
  mutating func append(serverIdentifier name: Span<UInt8>) { append(name) }
}
