import Bytes
import Dissectors
import Packets
import Wire

/// Capture's early selection: holds back packets that cannot lead to a record.
///
/// It asks what the parser asks first, of the same tables: do the headers lead to a payload, and
/// does anything selected suggest itself? What it holds back it counts under the very reason that
/// the parser would have given, so the sums do not depend on whether there is a gate.
package struct Gate: ~Copyable {
  package enum Verdict: Equatable, Sendable {
    /// To be parsed, by the worker that has the slot this hash falls into; whether its payload is
    /// the first of its flow.
    case forwarded(slotHash: UInt32, hasFirstData: Bool)
    /// Nothing selected suggests itself.
    case notSelected(Unread)
  }

  private let identifier: Identifier
  private let tunnels: TunnelRules
  private let isOpen: Bool
  /// Where data that no message was made of is reported, the first of each flow passes.
  private var firstData: FirstData?
  /// Lets pass what may continue a message, where messages are reassembled.
  private var follower: MessageFollower?
  /// What has been held back since it was last told, by `Unread`.
  private var counts: [UInt64]
  /// What the ledger calls each of `counts`.
  private let names: [String]

  /// A gate that is not open forwards everything.
  package init(
    _ selection: Selection, isOpen: Bool, followsMessages: Bool = false,
    firstData: FirstData? = nil,
    registry: [Dissector] = registry
  ) {
    self.firstData = firstData
    follower = followsMessages ? MessageFollower(registry) : nil
    identifier = Identifier(selection, registry: registry)
    tunnels = selection.tunnelRules
    self.isOpen = isOpen
    names = Unread.allCases.map { "\($0.name)" }
    counts = [UInt64](repeating: 0, count: names.count)
  }

  /// Judges a packet, and counts it where it is held back.
  ///
  /// `time` is the packet's, in nanoseconds.
  package mutating func judge(
    _ bytes: Span<UInt8>, linkType: LinkType, time: UInt64 = 0
  ) -> Verdict {
    let packet = Packet(bytes, linkType: linkType, tunnels: tunnels)
    let second = time / 1_000_000_000
    let isFirst = firstData?.isFirst(packet, second: second) ?? false
    let forwarded = Verdict.forwarded(slotHash: packet.slotHash, hasFirstData: isFirst)
    if isOpen { return forwarded }
    if firstData?.ignores(packet) == true {
      counts[Int(Unread.noPayload.rawValue)] += 1
      return .notSelected(.noPayload)
    }
    let candidates = identifier.candidates(for: packet)
    let isContinued = follower?.continues(packet, candidates, second: second) ?? false
    if isContinued || isFirst { return forwarded }
    if candidates.isEmpty {
      counts[Int(candidates.reason.rawValue)] += 1
      return .notSelected(candidates.reason)
    }
    return forwarded
  }

  /// Writes what has been held back since the last time, as lines of a part's tally.
  package mutating func tell(in buffer: inout Buffer) {
    for i in counts.indices where counts[i] > 0 {
      buffer.append(tally: counts[i], .gated, names[i])
      counts[i] = 0
    }
  }
}
