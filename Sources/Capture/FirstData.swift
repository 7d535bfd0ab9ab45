import Packets
import Wire

/// Knows which payload is the first of its flow: for reporting what no message was made of
/// (protocol-identification.md §5).
///
/// Capture keeps it, as it alone sees all packets in order: so neither the number of parsers
/// nor the death of one changes which data is first.
package struct FirstData {
  /// After half a minute any data of a connection counts as its first; 20,000 connections wait.
  private var connections = FlowTable(limit: 20_000, patience: 30)
  /// A flow that was silent for an hour is new again.
  ///
  /// The reference has no limit here.
  private var datagrams = FlowTable(limit: 1 << 18, patience: 3600)
  /// So many UDP flows may stay where they have been silent.
  ///
  /// When the reference forgets one depends on the order of its hash table; with few flows, late.
  static let manyFlows = 4096
  private let ofTCP: Bool
  private let ofUDP: Bool

  /// `nil` where it is not asked for.
  package init?(ofTCP: Bool, ofUDP: Bool) {
    guard ofTCP || ofUDP else { return nil }
    self.ofTCP = ofTCP
    self.ofUDP = ofUDP
  }

  package init?(_ options: RecordOptions) {
    self.init(
      ofTCP: options.contains(.nonselectedTCPData), ofUDP: options.contains(.nonselectedUDPData))
  }

  /// Whether the packet's payload is the first of its flow; `second` is the packet's time.
  mutating func isFirst(_ packet: borrowing Packet, second: UInt64) -> Bool {
    switch packet.content {
    case .syn, .synAck:
      if ofTCP { open(packet.flow, second: second, sequence: packet.sequenceNumber &+ 1) }
      return false
    case _ where packet.endsConnection:
      connections.remove(packet.flow)
      return false
    case .tcp:
      return ofTCP && isFirst(packet.flow, second: second, sequence: packet.sequenceNumber)
    case .udp:
      return ofUDP && !packet.payload.isEmpty && isNew(packet.flow, second: second)
    default: return false
    }
  }

  /// Whether nothing is made of the packet: data that comes with the end of its connection.
  func ignores(_ packet: borrowing Packet) -> Bool {
    ofTCP && packet.content == .tcp && packet.endsConnection
  }

  /// A SYN or SYN-ACK was sent in `flow`; the first one counts.
  mutating func open(_ flow: Flow, second: UInt64, sequence: UInt32) {
    guard connections[flow] == nil else { return }
    connections.sweep(second)
    connections.add(flow, second: second, sequence: sequence)
  }

  /// Whether data of a connection is its first; it is so once only.
  mutating func isFirst(_ flow: Flow, second: UInt64, sequence: UInt32) -> Bool {
    guard let opening = connections[flow],
      connections.hasExpired(opening, by: second) || sequence == opening.sequence
    else {
      connections.sweep(second)
      return false
    }
    connections.remove(flow)
    return true
  }

  /// Whether a datagram begins a flow.
  mutating func isNew(_ flow: Flow, second: UInt64) -> Bool {
    guard let last = datagrams[flow] else {
      if datagrams.count >= Self.manyFlows { datagrams.sweep(second) }
      datagrams.add(flow, second: second)
      return true
    }
    // The reference leaves the time of a flow that was silent as it is: all that follows is new.
    if datagrams.hasExpired(last, by: second) { return true }
    datagrams.refresh(flow, second: second)
    return false
  }
}
