/// Different codes in the order in which the reference lists them: that of a chained hash table
/// which grows (GCC's `std::unordered_set`, whose hash of a number is the number).
///
/// A new code comes first of all, unless its bucket has some already: then it comes first of
/// those. When the table grows, all are put into the new one, from the first to the last.
struct HashOrder {
  private var codes = InlineArray<59, UInt16>(repeating: 0)
  private(set) var count = 0
  private var buckets: UInt16 = 13

  /// Beyond this, which no server comes near, codes are left out.
  static let capacity = 59

  subscript(_ position: Int) -> UInt16 { codes[position] }

  mutating func insert(_ code: UInt16) {
    for i in 0..<count where codes[i] == code { return }
    guard count < Self.capacity else { return }
    if count == Int(buckets) { grow() }
    place(code)
  }

  private mutating func grow() {
    let (old, oldCount) = (codes, count)
    count = 0
    buckets = buckets == 13 ? 29 : 59
    for i in 0..<oldCount { place(old[i]) }
  }

  private mutating func place(_ code: UInt16) {
    var position = 0
    for i in 0..<count where codes[i] % buckets == code % buckets {
      position = i
      break
    }
    var i = count
    while i > position {
      codes[i] = codes[i - 1]
      i -= 1
    }
    codes[position] = code
    count += 1
  }
}
