/// Numbers the counts that occur in a model, so that each logarithm is worked out once.
struct GainNumbers: ~Copyable {
  /// The counts, by their numbers.
  private(set) var counts: [UInt64] = []
  /// The numbers plus 1 of small counts, which are nearly all; 0 where there is none yet.
  private var small = [UInt32](repeating: 0, count: 1024)
  private var large: [UInt64: UInt32] = [:]

  mutating func removeAll() {
    for count in counts where count < UInt64(small.count) { small[Int(count)] = 0 }
    counts.removeAll(keepingCapacity: true)
    if !large.isEmpty { large.removeAll(keepingCapacity: true) }
  }

  mutating func number(of count: UInt64) -> UInt32 {
    let next = UInt32(truncatingIfNeeded: counts.count)
    if count < UInt64(small.count) {
      let known = small[Int(count)]
      if known > 0 { return known - 1 }
      small[Int(count)] = next + 1
    } else {
      if let known = large[count] { return known }
      large[count] = next
    }
    counts.append(count)
    return next
  }
}
