import Bytes
import Dissectors
import Packets
import Streams
import Wire

extension ReassemblingParser {
  /// Reads a datagram that may have pieces of a message in several (reassembly.md §4, §5).
  mutating func assemble(
    datagram packet: borrowing Packet, _ arrival: Arrival
  ) -> PacketParser.Outcome {
    let reading = step.read(packet)
    let (length, missing) = (step.pieces.length, step.pieces.missing)
    let isWhole = step.pieces.start == 0 && missing == 0
    guard let index = reading.index, length > 0, !isWhole, length + missing <= Assembly.capacity
    else { return emit(packet, reading, arrival) }
    let flow = packet.flow
    if let pending = reassembler?.pending(in: flow, slot: arrival.slot, at: arrival.second) {
      guard pending.tag.matches(step.pieces.tag) else {
        return emit(packet, reading, arrival)
      }
      reassembler?.extend(flow, arrival, from: pending.base, with: step.pieces)
    } else {
      guard missing > 0, step.pieces.areAdjacent || step.pieces.opening != nil
      else { return emit(packet, reading, arrival) }
      reassembler?.begin(index, in: flow, arrival, with: step.pieces)
    }
    joined = index
    guard let now = reassembler?.pending(in: flow, slot: arrival.slot, at: arrival.second),
      now.isDone
    else {
      return .held
    }
    message.removeAll()
    message.append(packet.payload)
    let notes = reassembler?.finish(flow, slot: arrival.slot, into: &message) ?? []
    let whole = Self.read(packet, as: index, joined: message, &step)
    guard whole.isRecord else { return emit(packet, whole, arrival) }
    step.writeRest(packet, .reassembled(notes))
    return whole.outcome
  }

  /// Reads a datagram again, with the message that stands behind it in `joined`.
  private static func read(
    _ packet: borrowing Packet, as index: Int, joined: borrowing Buffer, _ step: inout PacketParser
  ) -> PacketParser.Reading {
    step.read(
      packet.carrying(joined.bytes), as: index, assembled: joined.count - packet.payload.count)
  }
}

extension Reassembler {
  /// Begins a message with all pieces, if they make one, else with that which is its front.
  fileprivate mutating func begin(
    _ message: Int, in flow: Flow, _ arrival: ReassemblingParser.Arrival,
    with pieces: borrowing Pieces
  ) {
    let first = pieces.areAdjacent ? pieces.all : pieces.front
    begin(
      flow, slot: arrival.slot, second: arrival.second, round: arrival.round,
      message: message, base: pieces.areAdjacent ? UInt32(truncatingIfNeeded: pieces.start) : 0,
      tag: pieces.tag,
      first: first, need: .total(first.count + pieces.missing))
    guard !pieces.areAdjacent else { return }
    for position in 0..<pieces.remembered where position != pieces.opening {
      add(pieces[position], at: UInt32(pieces.offset(of: position)), to: flow, slot: arrival.slot)
    }
  }

  /// Adds the pieces to the message, as one if they make one.
  fileprivate mutating func extend(
    _ flow: Flow, _ arrival: ReassemblingParser.Arrival, from base: UInt32,
    with pieces: borrowing Pieces
  ) {
    guard !pieces.areAdjacent else {
      return add(
        pieces.all, at: UInt32(truncatingIfNeeded: pieces.start) &- base, to: flow,
        slot: arrival.slot)
    }
    for position in 0..<pieces.remembered {
      add(
        pieces[position], at: UInt32(pieces.offset(of: position)) &- base, to: flow,
        slot: arrival.slot)
    }
  }
}
