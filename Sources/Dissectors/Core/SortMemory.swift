/// Numbers to put in order, in memory that is used again.
///
/// The standard library's sort allocates for long lists, and the sender of a packet chooses how
/// long they are.
struct SortMemory {
  private(set) var values: [UInt64] = []

  mutating func removeAll() { values.removeAll(keepingCapacity: true) }
  mutating func append(_ value: UInt64) { values.append(value) }

  /// Sorts, with as many steps for the worst list as for any; equal values may change places.
  ///
  /// A heap is built of all values, and its largest taken off until none are left.
  mutating func sort(by precedes: (UInt64, UInt64) -> Bool) {
    var start = values.count / 2
    while start > 0 {
      start -= 1
      sink(from: start, below: values.count, precedes)
    }
    var end = values.count
    while end > 1 {
      end -= 1
      swap(0, end)
      sink(from: 0, below: end, precedes)
    }
  }

  private mutating func sink(
    from start: Int, below end: Int, _ precedes: (UInt64, UInt64) -> Bool
  ) {
    var parent = start
    while true {
      var child = 2 * parent + 1
      guard child < end else { return }
      if child + 1 < end, precedes(values[child], values[child + 1]) { child += 1 }
      guard precedes(values[parent], values[child]) else { return }
      swap(parent, child)
      parent = child
    }
  }

  /// What `swapAt` does, which allocates in debug builds.
  private mutating func swap(_ i: Int, _ j: Int) {
    let value = values[i]
    values[i] = values[j]
    values[j] = value
  }
}
