/// Where a packet came from and went to: what a record says of its addresses.
///
/// An IPv4 address stands in the low 32 bits. Link-layer records have no flow.
public struct Flow: Equatable, Hashable, Sendable {
  public var source: UInt128 = 0
  public var destination: UInt128 = 0
  public var sourcePort: UInt16 = 0
  public var destinationPort: UInt16 = 0
  /// The innermost IP protocol.
  public var ipProtocol: UInt8 = 0
  public var isIPv6 = false

  public init() {}
}
