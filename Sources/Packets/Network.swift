/// What a record and a TCP fingerprint want to know of the innermost IP header.
package struct Network: Equatable, Sendable {
  /// 4 or 6; 0 where there is no IP.
  package var version: UInt8 = 0
  /// Time to live, or hop limit.
  package var timeToLive: UInt8 = 0
  /// IPv4 identification; of IPv6 the flow label, under the four bits of traffic class before it.
  package var identification: UInt32 = 0

  package init() {}
}
