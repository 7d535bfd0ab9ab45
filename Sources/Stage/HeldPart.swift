import Bytes
import Wire

/// A part that is kept until the next stage has taken its result over.
package final class HeldPart {
  /// The whole message, as it goes out, and what fills it.
  package var builder: PartBuilder
  package internal(set) var name = PartName(epoch: 0, round: 0, index: 0, count: 1)
  var isAcknowledged = false
  /// How many workers have died while they had it.
  var deaths = 0
  /// Set while the part is suspected of killing workers.
  var trial: Trial?

  /// What is left to find out about a part that two workers did not survive.
  ///
  /// Halves are tried until the packet that does it stands alone; it must do it twice.
  struct Trial {
    /// Ranges of items still to be tried, the next one last.
    var ranges: [Range<Int>]
    var convicted: Set<Int> = []
    var strikes = 0
    var isRunning = false

    init(items: Int) { ranges = items > 0 ? [0..<items] : [] }

    /// A worker survived the range in question.
    mutating func survived() {
      isRunning = false
      strikes = 0
      _ = ranges.popLast()
    }

    /// A worker died of it.
    mutating func died() {
      isRunning = false
      guard let range = ranges.popLast() else { return }
      if range.count > 1 {
        let middle = range.lowerBound + range.count / 2
        ranges.append(middle..<range.upperBound)
        ranges.append(range.lowerBound..<middle)
      } else {
        strikes += 1
        if strikes < 2 {
          ranges.append(range)
        } else {
          strikes = 0
          convicted.insert(range.lowerBound)
        }
      }
    }
  }

  package init(capacity: Int) { builder = PartBuilder(capacity: capacity) }

  var items: Int { builder.items }

  /// Appends a packet; the part's size after it, in bytes.
  func append(_ frame: borrowing FrameItem) -> Int { builder.append(frame: frame) }

  /// Calls `body` with the slot of each item, for parts of packets.
  func forEachSlot(_ body: (Int) -> Void) {
    builder.buffer.withBytes { bytes in
      PartHeader.forEachItem(in: bytes) { _, item in body(FrameItem.slot(of: item)) }
    }
  }

  /// The slot of the first item.
  var firstSlot: Int? {
    var first: Int?
    forEachSlot { if first == nil { first = $0 } }
    return first
  }

  func reset() {
    builder.buffer.removeAll()
    isAcknowledged = false
    deaths = 0
    trial = nil
  }
}
