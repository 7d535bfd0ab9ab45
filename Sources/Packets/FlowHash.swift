import Wire

/// What decides which worker a packet goes to.
///
/// The same in both directions, in every process and on every machine.
struct FlowHash {
  let flow: Flow

  var value: UInt32 {
    var (here, there) = (Self.fold(flow.source), Self.fold(flow.destination))
    here ^= UInt64(flow.sourcePort) << 40 | UInt64(flow.ipProtocol) << 56
    there ^= UInt64(flow.destinationPort) << 40 | UInt64(flow.ipProtocol) << 56
    let mixed = Self.mix(Self.mix(here) &+ Self.mix(there))
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }

  private static func fold(_ address: UInt128) -> UInt64 {
    let high = UInt64(truncatingIfNeeded: address >> 64)
    return high &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(truncatingIfNeeded: address)
  }

  /// Two rounds of multiply and shift.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 29) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 32
  }
}
