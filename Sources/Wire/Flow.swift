/// Where a packet came from and went to: what a record says of its addresses.
///
/// An IPv4 address stands in the low 32 bits. Link-layer records have no flow.
package struct Flow: Equatable, Hashable, Sendable {
  package var source: UInt128 = 0
  package var destination: UInt128 = 0
  package var sourcePort: UInt16 = 0
  package var destinationPort: UInt16 = 0
  /// The innermost IP protocol.
  package var ipProtocol: UInt8 = 0
  package var isIPv6 = false

  package init() {}
}
