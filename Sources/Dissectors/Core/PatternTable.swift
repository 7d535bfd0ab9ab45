/// Byte patterns in the order they are tried, bucketed by the payload's first byte.
struct PatternTable: Sendable {
  struct Entry: Sendable {
    let value: UInt128, mask: UInt128
    /// How long a payload must be.
    let needs: Int
    var messages: [Int]
    var candidates = Candidates([])

    /// Value and mask in hexadecimal, and the length.
    var text: String {
      "\(String(value, radix: 16))/\(String(mask, radix: 16)) \(needs)"
    }
  }

  private(set) var entries: [Entry] = []
  /// For each first byte, a bit for each entry it does not rule out.
  private var buckets = [UInt64](repeating: 0, count: 256)

  /// Messages with an equal pattern share the entry of the first of them.
  mutating func add(_ pattern: BytePattern, at offset: Int, _ message: Int) {
    precondition(offset + pattern.count <= 16, "a pattern reaches beyond the payload's head")
    let shift = UInt128(offset * 8)
    let needs = offset > 0 ? offset + pattern.count : pattern.count > 8 ? 16 : 8
    let entry = Entry(
      value: pattern.value >> shift, mask: pattern.mask >> shift, needs: needs,
      messages: [message])
    for i in entries.indices
    where entries[i].value == entry.value && entries[i].mask == entry.mask
      && entries[i].needs == needs
    {
      entries[i].messages.append(message)
      return
    }
    entries.append(entry)
  }

  mutating func compile() {
    precondition(entries.count <= 64, "a bucket has 64 bits")
    for i in entries.indices {
      entries[i].candidates = Candidates(entries[i].messages)
      let mask = UInt8(truncatingIfNeeded: entries[i].mask >> 120)
      let value = UInt8(truncatingIfNeeded: entries[i].value >> 120)
      for byte in 0..<256 where UInt8(byte) & mask == value { buckets[byte] |= 1 << UInt64(i) }
    }
  }

  func candidates(_ head: UInt128, count: Int) -> Candidates? {
    var left = buckets[Int(truncatingIfNeeded: head >> 120)]
    while left != 0 {
      let i = left.trailingZeroBitCount
      if count >= entries[i].needs && head & entries[i].mask == entries[i].value {
        return entries[i].candidates
      }
      left &= left - 1
    }
    return nil
  }
}
