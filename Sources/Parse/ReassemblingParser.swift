import Bytes
import Dissectors
import Packets
import Streams
import Wire

/// Reads TCP segments and datagrams with the memory of those before them: a message that one begins
/// and others end gives one record, when its last byte is there (reassembly.md §2).
package struct ReassemblingParser: ~Copyable {
  package var step: PacketParser
  var reassembler: Reassembler?
  /// A message that was put together, or its front.
  var message = Buffer()
  private let options: RecordOptions
  /// The message, by registry index, that the packet parsed last began and others end, or was joined
  /// to.
  package internal(set) var joined: Int?

  /// Without a `reassembler`, each segment is read alone.
  package init(
    _ step: consuming PacketParser, options: RecordOptions, reassembler: Reassembler?
  ) {
    self.step = step
    self.options = options
    self.reassembler = reassembler
  }

  package var keepsState: Bool { reassembler != nil }
  package var lowWaterMark: UInt64 { reassembler?.lowWaterMark ?? .max }

  package mutating func forget(_ what: Forget) { reassembler?.forget(what.slots) }

  /// When and where a packet came, and whether it begins the data of its flow.
  package struct Arrival: Sendable {
    package var slot: Int
    /// Packet time in whole seconds.
    package var second: UInt64
    package var round: UInt64
    /// Whether the packet's payload is the first of its flow.
    package var hasFirstData: Bool

    package init(slot: Int, second: UInt64, round: UInt64, hasFirstData: Bool = false) {
      self.slot = slot
      self.second = second
      self.round = round
      self.hasFirstData = hasFirstData
    }
  }

  /// Parses a packet; with `remembering` off it leaves no trace in what is kept.
  package mutating func parse(
    _ bytes: Span<UInt8>, linkType: LinkType, arrival: Arrival, remembering: Bool
  ) -> PacketParser.Outcome {
    let packet = Packet(bytes, linkType: linkType, tunnels: step.tunnels)
    joined = nil
    reassembler?.advance(to: arrival.second)
    if options.contains(.nonselectedTCPData), packet.content == .tcp, packet.endsConnection {
      return .notSelected(.noPayload)
    }
    guard remembering, reassembler != nil, !packet.payload.isEmpty else {
      return emit(packet, step.read(packet), arrival)
    }
    switch packet.content {
    case .tcp: return assemble(packet, arrival)
    case .udp: return assemble(datagram: packet, arrival)
    default: return emit(packet, step.read(packet), arrival)
    }
  }

  private mutating func assemble(
    _ packet: borrowing Packet, _ arrival: Arrival
  ) -> PacketParser.Outcome {
    let reading = step.read(packet)
    let isWhole = reading.isChosen && reading.missing == .nothing && !reading.isSupplementary
    let isTooLong =
      reading.missing.exceeds(Assembly.capacity) || packet.payload.count > Assembly.capacity
    if isWhole || isTooLong { return emit(packet, reading, arrival) }
    guard
      let pending = reassembler?.pending(in: packet.flow, slot: arrival.slot, at: arrival.second)
    else {
      guard reading.missing != .nothing, let index = reading.index else {
        return emit(packet, reading, arrival)
      }
      joined = index
      begin(index, with: packet, arrival, missing: reading.missing)
      return .held
    }
    joined = pending.message
    return extend(packet, pending, arrival)
  }

  /// The record of a segment that is read alone.
  mutating func emit(
    _ packet: borrowing Packet, _ reading: PacketParser.Reading, _ arrival: Arrival
  ) -> PacketParser.Outcome {
    if reading.isRecord {
      step.writeRest(packet, .alone(missing: reading.missing))
    } else if arrival.hasFirstData, !reading.isFinal {
      step.writeData(packet, as: packet.content == .udp ? "udp" : "tcp")
      return .data
    }
    return reading.outcome
  }

  private mutating func begin(
    _ message: Int, with packet: borrowing Packet, _ arrival: Arrival, missing: Missing
  ) {
    // What a banner begins ends with the key exchange behind it, and only reading tells where.
    var need = Assembly.Need.unknown
    if case .bytes(let count) = missing, !packet.payload.starts(with: "SSH-") {
      need = .total(packet.payload.count + count)
    }
    reassembler?.begin(
      packet.flow, slot: arrival.slot, second: arrival.second, round: arrival.round,
      message: message, base: packet.sequenceNumber, first: packet.payload,
      need: need)
  }

  /// Adds a segment to the message its flow waits for, and reads that if it is whole now.
  private mutating func extend(
    _ packet: borrowing Packet, _ pending: Reassembler.Pending, _ arrival: Arrival
  ) -> PacketParser.Outcome {
    // The reference takes a sequence number of 0 for one that it was not told.
    let sequence =
      packet.sequenceNumber == 0 ? UInt32(pending.contiguous) : packet.sequenceNumber
    reassembler?.add(
      packet.payload, at: sequence &- pending.base, to: packet.flow, slot: arrival.slot)
    if pending.need == .unknown { askAgain(packet, arrival) }
    guard let now = reassembler?.pending(in: packet.flow, slot: arrival.slot, at: arrival.second),
      now.isDone
    else {
      return .held
    }
    message.removeAll()
    let notes = reassembler?.finish(packet.flow, slot: arrival.slot, into: &message) ?? []
    let reading = Self.read(packet, carrying: message, &step)
    if reading.isRecord {
      step.writeRest(packet, .reassembled(notes))
    } else if options.contains(.nonselectedTCPData), !reading.isFinal {
      Self.writeData(packet, carrying: message, &step)
      return .data
    }
    return reading.outcome
  }

  /// Reads an open-ended message as far as it has come, to learn how much it still lacks.
  private mutating func askAgain(_ packet: borrowing Packet, _ arrival: Arrival) {
    guard let now = reassembler?.pending(in: packet.flow, slot: arrival.slot, at: arrival.second),
      !now.isDone
    else {
      return
    }
    message.removeAll()
    reassembler?.copyFront(of: packet.flow, slot: arrival.slot, into: &message)
    let reading = Self.read(packet, carrying: message, &step)
    guard case .bytes(let missing) = reading.missing else { return }
    reassembler?.setNeed(
      .total(now.contiguous + missing), of: packet.flow, slot: arrival.slot)
  }

  private static func read(
    _ packet: borrowing Packet, carrying message: borrowing Buffer, _ step: inout PacketParser
  ) -> PacketParser.Reading {
    step.read(packet.carrying(message.bytes))
  }

  private static func writeData(
    _ packet: borrowing Packet, carrying message: borrowing Buffer, _ step: inout PacketParser
  ) {
    step.writeData(packet.carrying(message.bytes), as: "tcp")
  }
}
