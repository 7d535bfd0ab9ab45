import Bytes
import Stage
import Wire

extension RoundBuilder {
  /// Adds a packet, to a new part of this capacity where one is needed.
  package mutating func add(_ frame: borrowing FrameItem, capacity: Int) {
    if needsPart { supply(HeldPart(capacity: capacity)) }
    add(frame)
  }

  /// Ends the round, with a new part of this capacity where one is needed.
  package mutating func finish(
    isLast: Bool, capacity: Int = 1 << 12, account: (inout Buffer) -> Void = { _ in }
  ) -> [Share] {
    if needsPart { supply(HeldPart(capacity: capacity)) }
    var counted = Buffer(capacity: 64)
    account(&counted)
    return finish(isLast: isLast, account: counted)
  }
}
