import Bytes
import Transport
import Wire

/// Finding the packet that workers die of, and taking it out.
extension Outbox {
  /// Takes the next step of a part's trial on a worker, which gets nothing else meanwhile.
  mutating func tryOut(
    _ part: HeldPart, on id: ID, _ send: (ID, Span<UInt8>) -> Socket.Sent
  ) -> Socket.Sent? {
    guard var trial = part.trial, !trial.isRunning, workers[id]?.inFlight == 0 else { return nil }
    guard let range = trial.ranges.last else {
      convict(trial.convicted, of: part)
      part.trial = nil
      part.deaths = 0
      return .sent
    }
    excerpt(of: part, adding: .probe) { index, _ in range.contains(index) }
    let result = send(id, scratch.bytes)
    guard result == .sent else { return result }
    workers[id]?.inFlight += scratch.count
    workers[id]?.sent.append(Delivery(part: part, kind: .probe, bytes: scratch.count))
    trial.isRunning = true
    part.trial = trial
    return nil
  }

  /// Takes the items that workers died of out of their part, and counts them there.
  private mutating func convict(_ items: Set<Int>, of part: HeldPart) {
    guard !items.isEmpty else { return }
    var taken: [[UInt8]] = []
    excerpt(of: part, adding: []) { index, item in
      guard items.contains(index) else { return true }
      taken.append([UInt8](copying: item))
      return false
    }
    scratch.append(tally: UInt64(taken.count), .quarantined)
    part.builder.buffer.removeAll()
    scratch.withBytes { part.builder.buffer.append($0) }
    quarantined += taken
  }

  /// Writes the wanted items of a part into `scratch`.
  mutating func excerpt(
    of part: HeldPart, adding flags: MessageHeader.Flags,
    _ isWanted: (_ index: Int, _ item: Span<UInt8>) -> Bool
  ) {
    part.builder.buffer.withBytes {
      PartHeader.filter($0, adding: flags, into: &scratch, isWanted: isWanted)
    }
  }
}
