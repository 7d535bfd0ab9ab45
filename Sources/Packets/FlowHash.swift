import Wire

/// What decides which worker a packet goes to.
///
/// The same in both directions, in every process and on every machine.
struct FlowHash {
  /// The outermost addresses, ports and protocol.
  var outermost = Flow()
  var isFragment = false
  var isTunnel = false

  var value: UInt32 {
    var (here, there) = (Self.mix(outermost.source), Self.mix(outermost.destination))
    if !isFragment && !isTunnel {
      here ^= Self.mix(UInt64(outermost.sourcePort) << 8 | UInt64(outermost.ipProtocol))
      there ^= Self.mix(UInt64(outermost.destinationPort) << 8 | UInt64(outermost.ipProtocol))
    }
    let mixed = Self.mix(Self.mix(here) &+ Self.mix(there))
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }

  private static func mix(_ address: UInt128) -> UInt64 {
    let high = UInt64(truncatingIfNeeded: address >> 64)
    return mix(mix(high) ^ UInt64(truncatingIfNeeded: address))
  }

  /// The finisher of SplitMix64.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
