import Dissectors
import Packets
import Wire

/// Remembers, roughly, which TCP flows may have begun a message that later segments continue.
///
/// It may let pass too much and never too little: flows share places, and whether a message is
/// really waited for is for the parser to say. Its memory is a table of fixed size.
struct MessageFollower {
  private static let places = 1 << 16
  /// How long after its beginning a message may be continued, in seconds, and a little more.
  private static let patience: UInt64 = 16

  /// Whether each message of the registry may be spread over segments.
  private let isReassembled: [Bool]
  /// When a message may have begun in a flow of this place, in seconds, plus one; 0 for never.
  private var beginnings = [UInt64](repeating: 0, count: places)

  init(_ registry: [Dissector]) { isReassembled = registry.map(\.isReassembled) }

  /// Whether a packet may continue a message; one that may begin a message is taken note of.
  mutating func continues(
    _ packet: borrowing Packet, _ candidates: Candidates, second: UInt64
  ) -> Bool {
    guard packet.content == .tcp, !packet.payload.isEmpty else { return false }
    let place = Self.place(of: packet.flow)
    for position in 0..<candidates.count where isReassembled[candidates[position]] {
      // The latest counts: a packet that is older than that passes anyway.
      beginnings[place] = max(beginnings[place], second + 1)
      return true
    }
    let beginning = beginnings[place]
    return beginning != 0 && (second + 1 < beginning || second + 1 - beginning < Self.patience)
  }

  /// A flow's place, by its addresses and ports in one direction.
  private static func place(of flow: Flow) -> Int {
    var mixed = UInt64(truncatingIfNeeded: flow.source ^ flow.source >> 64)
    mixed = (mixed ^ UInt64(flow.sourcePort)) &* 0x9e37_79b9_7f4a_7c15
    mixed ^= UInt64(truncatingIfNeeded: flow.destination ^ flow.destination >> 64)
    mixed = (mixed ^ UInt64(flow.destinationPort) << 16) &* 0x9e37_79b9_7f4a_7c15
    return Int(mixed >> 48)
  }
}
