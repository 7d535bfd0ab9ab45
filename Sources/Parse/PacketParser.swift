import Bytes
import Dissectors
import Packets
import Streams
import Wire

/// Turns one packet into at most one record: bytes in, three CBOR maps out.
///
/// Nothing allocates once the buffers have grown to the largest record.
package struct PacketParser: ~Copyable {
  package enum Outcome: Equatable, Sendable {
    /// `head` and `tail` hold a record of the message with this registry index.
    case record(Int)
    /// `head` and `tail` hold a record of data that no message was made of.
    case data
    /// Nothing selected suggested itself.
    case notSelected(Unread)
    /// All candidates were read in vain; the first one's registry index.
    case rejected(Int)
    /// Kept until the rest of its message comes, or joined to what was kept.
    case held

    /// Whether `head` and `tail` hold a record.
    var isRecord: Bool {
      switch self {
      case .record, .data: true
      case .notSelected, .rejected, .held: false
      }
    }
  }

  /// The record's first part: fingerprints and protocol objects, in one map that may be empty.
  package private(set) var head: RecordWriter
  /// What attributes the message has, in one map; nothing where it has none.
  package private(set) var analysis: RecordWriter
  /// Its last part: what is said of reassembly, the IP header and tunnels, in one map.
  package private(set) var tail: RecordWriter
  /// Ports, addresses and IP facts of the packet parsed last; without an IP version it has no flow.
  package private(set) var context = Context()

  private let identifier: Identifier
  let tunnels: TunnelRules
  private let dissectors: [Dissector]
  private var fingerprint: FingerprintWriter
  /// What the datagram read last has of a message that others continue.
  private(set) var pieces: Pieces

  package init(
    _ selection: Selection, options: RecordOptions = [],
    formats: FingerprintFormats = FingerprintFormats(), kinds: FingerprintKinds = .standard,
    gathersPieces: Bool = false, registry: [Dissector] = registry
  ) {
    pieces = Pieces(isWanted: gathersPieces)
    head = RecordWriter(options: options)
    analysis = RecordWriter(options: options, capacity: 1 << 9)
    tail = RecordWriter(options: options, capacity: 1 << 12)
    identifier = Identifier(selection, registry: registry)
    tunnels = selection.tunnelRules
    dissectors = registry
    fingerprint = FingerprintWriter(formats: formats, kinds: kinds)
    context.options = options
  }

  /// Which forms fingerprints are written in from now on.
  package mutating func use(_ formats: FingerprintFormats) { fingerprint.formats = formats }

  package var flow: Flow { context.flow }
  package var facts: Facts { head.facts }

  /// Parses a packet as it was captured.
  package mutating func parse(packet bytes: Span<UInt8>, linkType: LinkType) -> Outcome {
    parse(Packet(bytes, linkType: linkType, tunnels: tunnels))
  }

  /// Parses a packet that has been taken out of its layers.
  package mutating func parse(_ packet: borrowing Packet) -> Outcome {
    let reading = read(packet)
    if reading.isRecord { writeRest(packet, .alone(missing: reading.missing)) }
    return reading.outcome
  }

  /// What reading a payload came to; for a record, the head is written.
  struct Reading {
    var outcome: Outcome
    /// What the message lacks.
    var missing = Missing.nothing
    var isSupplementary = false
    /// Whether nothing else is made of the payload.
    var isFinal = true

    /// The registry index of the message that it was read as, or was not.
    var index: Int? {
      switch outcome {
      case .record(let index), .rejected(let index): index
      case .data, .notSelected, .held: nil
      }
    }

    var isRecord: Bool { if case .record = outcome { true } else { false } }

    /// Whether anything suggested itself, read in vain or not.
    var isChosen: Bool { if case .notSelected = outcome { false } else { true } }
  }

  /// Identifies and reads a payload, whatever came before it.
  mutating func read(_ packet: borrowing Packet) -> Reading {
    context.flow = packet.flow
    context.network = packet.network
    let candidates = identifier.candidates(for: packet)
    guard !candidates.isEmpty else {
      return Reading(outcome: .notSelected(candidates.reason), isFinal: false)
    }
    head.reset()
    head.buffer.append(CBOR.mapStart)
    let start = head.buffer.count
    pieces.reset()
    var most = Missing.nothing
    for position in 0..<candidates.count {
      let index = candidates[position]
      switch dissectors[index].dissect(packet.payload, context, &head, &fingerprint, &pieces) {
      case .reported(let missing, let isSupplementary):
        head.buffer.append(CBOR.stop)
        return Reading(
          outcome: .record(index), missing: missing, isSupplementary: isSupplementary)
      case .rejected(let missing):
        most = most.greater(missing)
        head.rewind(to: start)
        // What has a piece of a message is nothing else, even when that says nothing yet.
        if !pieces.isEmpty { return Reading(outcome: .rejected(index), missing: most) }
      }
    }
    return Reading(
      outcome: .rejected(candidates[0]), missing: most, isFinal: candidates.isFinal)
  }

  /// Reads a payload as the message with this registry index: a datagram, and at its end the
  /// message, of this many bytes, that was put together of its pieces and those of others.
  mutating func read(
    _ packet: borrowing Packet, as index: Int, assembled count: Int
  ) -> Reading {
    context.assembled = count
    defer { context.assembled = 0 }
    head.reset()
    head.buffer.append(CBOR.mapStart)
    switch dissectors[index].dissect(packet.payload, context, &head, &fingerprint, &pieces) {
    case .reported:
      head.buffer.append(CBOR.stop)
      return Reading(outcome: .record(index))
    case .rejected: return Reading(outcome: .rejected(index))
    }
  }

  /// Writes the record of a payload that no message was made of.
  mutating func writeData(_ packet: borrowing Packet, as key: StaticString) {
    head.reset()
    head.object { head in
      head.object(key) { $0.hex("data", packet.payload) }
    }
    writeRest(packet, .alone(missing: .nothing))
  }

  /// How a record's message came to be whole, or did not.
  enum Wholeness {
    case alone(missing: Missing)
    case reassembled(Assembly.Notes)
  }

  /// Writes what follows the head.
  mutating func writeRest(_ packet: borrowing Packet, _ wholeness: Wholeness) {
    analysis.reset()
    let attributes = facts.attributes
    if !attributes.isEmpty { analysis.object { $0.reportAnalysis(of: attributes) } }
    tail.reset()
    tail.buffer.append(CBOR.mapStart)
    tail.report(wholeness)
    tail.report(packet.network, extensions: packet.extensionHeaders)
    tail.report(packet.encapsulations)
    tail.buffer.append(CBOR.stop)
  }
}
