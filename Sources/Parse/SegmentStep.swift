import Bytes
import Packets
import Streams
import Wire

/// Reads TCP segments with the memory of those before them: a message that one segment begins and
/// others end gives one record, when its last byte is there (reassembly.md §2).
package struct SegmentStep: ~Copyable {
  package var step: ParseStep
  private var reassembler: Reassembler?

  /// Without a `reassembler`, each segment is read alone.
  package init(_ step: consuming ParseStep, reassembler: Reassembler?) {
    self.step = step
    self.reassembler = reassembler
  }

  package var keepsState: Bool { reassembler != nil }
  package var floor: UInt64 { reassembler?.floor ?? .max }

  /// When and where a packet came, as reassembly needs to know it.
  package struct Arrival: Sendable {
    package var slot: Int
    /// Packet time in whole seconds.
    package var second: UInt64
    package var round: UInt64

    package init(slot: Int, second: UInt64, round: UInt64) {
      self.slot = slot
      self.second = second
      self.round = round
    }
  }

  /// Parses a packet; with `remembering` off it leaves no trace in what is kept.
  package mutating func parse(
    _ bytes: Span<UInt8>, linkType: LinkType, arrival: Arrival, remembering: Bool
  ) -> ParseStep.Outcome {
    let packet = Packet(bytes, linkType: linkType, tunnels: step.tunnels)
    guard remembering, reassembler != nil, packet.content == .tcp, !packet.payload.isEmpty else {
      return step.parse(packet)
    }
    reassembler?.expire(slot: arrival.slot, second: arrival.second)
    let reading = step.read(packet)
    let isWhole = reading.isChosen && reading.missing == 0 && !reading.isSupplementary
    let isTooLong =
      reading.missing > Assembly.capacity || packet.payload.count > Assembly.capacity
    if isWhole || isTooLong { return emit(packet, reading) }
    guard let pending = reassembler?[packet.flow] else {
      guard reading.missing > 0 else { return emit(packet, reading) }
      begin(packet, arrival, missing: reading.missing)
      return .held
    }
    return extend(packet, pending, arrival)
  }

  /// The record of a segment that is read alone.
  private mutating func emit(
    _ packet: borrowing Packet, _ reading: ParseStep.Reading
  ) -> ParseStep.Outcome {
    if reading.isRecord { step.writeTail(packet, .alone(missing: reading.missing)) }
    return reading.outcome
  }

  private mutating func begin(_ packet: borrowing Packet, _ arrival: Arrival, missing: Int) {
    // What a banner begins ends with the key exchange behind it, and only reading tells where.
    let isOpenEnded = packet.payload.starts(with: "SSH-")
    reassembler?.begin(
      packet.flow, slot: arrival.slot, second: arrival.second, round: arrival.round,
      base: packet.sequenceNumber, first: packet.payload,
      need: isOpenEnded ? .unknown : .total(packet.payload.count + missing))
  }

  /// Adds a segment to the message its flow waits for, and reads that if it is whole now.
  private mutating func extend(
    _ packet: borrowing Packet, _ pending: Reassembler.Pending, _ arrival: Arrival
  ) -> ParseStep.Outcome {
    // The reference takes a sequence number of 0 for one that it was not told.
    let sequence =
      packet.sequenceNumber == 0 ? UInt32(pending.assembly.contiguous) : packet.sequenceNumber
    reassembler?.add(packet.payload, at: sequence &- pending.base, to: packet.flow)
    if pending.assembly.need == .unknown { askAgain(packet) }
    guard let now = reassembler?[packet.flow]?.assembly, now.isComplete || now.hasEnded,
      let (bytes, notes) = reassembler?.take(packet.flow, slot: arrival.slot)
    else { return .held }
    defer { reassembler?.recycle(bytes) }
    let whole = packet.carrying(bytes.span)
    let reading = step.read(whole)
    if reading.isRecord { step.writeTail(whole, .reassembled(notes)) }
    return reading.outcome
  }

  /// Reads an open-ended message as far as it has come, to learn how much it still lacks.
  private mutating func askAgain(_ packet: borrowing Packet) {
    guard let assembly = reassembler?[packet.flow]?.assembly, !assembly.hasEnded else { return }
    let contiguous = assembly.contiguous
    let bytes = assembly.copyOfContiguous
    let reading = step.read(packet.carrying(bytes.span))
    guard reading.missing != Assembly.capacity else { return }
    reassembler?.setNeed(.total(contiguous + reading.missing), of: packet.flow)
  }
}
