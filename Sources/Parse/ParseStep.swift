import Bytes
import Dissectors
import Packets
import Wire

/// Turns one packet into at most one record: bytes in, two CBOR maps out.
///
/// Nothing allocates once the buffers have grown to the largest record.
package struct ParseStep: ~Copyable {
  package enum Outcome: Equatable, Sendable {
    /// `head` and `tail` hold a record of the message with this registry index.
    case record(Int)
    /// Nothing selected suggested itself.
    case notSelected(Unread)
    /// All candidates were read in vain; the first one's registry index.
    case rejected(Int)
  }

  /// The record's first part: fingerprints and protocol objects, in one map that may be empty.
  package private(set) var head: RecordWriter
  /// Its last part: what is said of reassembly, the IP header and tunnels, in one map.
  package private(set) var tail: RecordWriter
  /// Ports, addresses and IP facts of the packet parsed last; without an IP version it has no flow.
  package private(set) var context = Context()

  private let identifier: Identifier
  private let tunnels: TunnelRules
  private let dissectors: [Dissector]
  private var fingerprint: FingerprintWriter

  package init(
    _ selection: Selection, options: RecordOptions = [],
    formats: FingerprintFormats = FingerprintFormats(), registry: [Dissector] = registry
  ) {
    head = RecordWriter(options: options)
    tail = RecordWriter(options: options, capacity: 1 << 12)
    identifier = Identifier(selection, registry: registry)
    tunnels = selection.tunnelRules
    dissectors = registry
    fingerprint = FingerprintWriter(formats: formats)
    context.options = options
  }

  package var flow: Flow { context.flow }
  package var facts: Facts { head.facts }

  /// Parses a packet as it was captured.
  package mutating func parse(packet bytes: Span<UInt8>, linkType: LinkType) -> Outcome {
    parse(Packet(bytes, linkType: linkType, tunnels: tunnels))
  }

  /// Parses a packet that has been taken out of its layers.
  package mutating func parse(_ packet: borrowing Packet) -> Outcome {
    context.flow = packet.flow
    context.network = packet.network
    let candidates = identifier.candidates(for: packet)
    guard !candidates.isEmpty else { return .notSelected(candidates.reason) }
    head.reset()
    head.buffer.append(CBOR.mapStart)
    let start = head.buffer.count
    for position in 0..<candidates.count {
      let index = candidates[position]
      let verdict = dissectors[index].dissect(packet.payload, context, &head, &fingerprint)
      if case .reported(let missing) = verdict {
        head.buffer.append(CBOR.stop)
        writeTail(packet, missing: missing)
        return .record(index)
      }
      head.rewind(to: start)
    }
    return .rejected(candidates[0])
  }

  private mutating func writeTail(_ packet: borrowing Packet, missing: Int) {
    tail.reset()
    tail.buffer.append(CBOR.mapStart)
    if missing != 0 {
      tail.object("reassembly_properties") { $0.flag("truncated", true) }
    }
    tail.report(packet.network, extensions: packet.extensionHeaders)
    tail.report(packet.encapsulations)
    tail.buffer.append(CBOR.stop)
  }
}
