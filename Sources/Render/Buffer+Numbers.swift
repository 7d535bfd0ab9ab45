import Bytes

extension Buffer {
  /// Appends -1 - `value`, as CBOR counts negative numbers.
  mutating func append(decimalOfComplement value: UInt64) {
    append(UInt8(ascii: "-"))
    if value == .max {
      append("18446744073709551616")
    } else {
      append(decimal: value + 1)
    }
  }

  /// Appends a time given in nanoseconds as seconds with six decimals, the rest cut off.
  package mutating func append(seconds nanoseconds: UInt64) {
    append(decimal: nanoseconds / 1_000_000_000)
    append(millionths: UInt32(nanoseconds % 1_000_000_000 / 1000))
  }

  /// Appends the point and six digits.
  private mutating func append(millionths: UInt32) {
    append(UInt8(ascii: "."))
    append(twoDigits: millionths / 10_000)
    append(twoDigits: millionths / 100 % 100)
    append(twoDigits: millionths % 100)
  }

  /// Appends a number as C's `%f` does: exact, then rounded to six decimals, ties to even.
  ///
  /// JSON cannot say infinity or not-a-number: they print as `null`.
  package mutating func append(sixDecimals value: Double) {
    guard value.isFinite else { return append("null") }
    if value.sign == .minus { append(UInt8(ascii: "-")) }
    // The value is `fraction` · 2^`exponent`, and has decimals only if the exponent is negative.
    let isNormal = value.exponentBitPattern != 0
    let fraction = value.significandBitPattern | (isNormal ? 1 << 52 : 0)
    let exponent = max(Int(value.exponentBitPattern), 1) - 1075
    if exponent > 10 {
      append(decimal: fraction, shiftedLeft: exponent)
      return append(millionths: 0)
    }
    guard exponent < 0 else {
      append(decimal: fraction << UInt64(exponent))
      return append(millionths: 0)
    }
    // Below 2^73, so a shift by 100 and more leaves less than half a millionth.
    let scaled = UInt128(fraction) * 1_000_000
    let shift = UInt128(min(-exponent, 100))
    var millionths = scaled >> shift
    let left = scaled & (1 << shift - 1)
    let half: UInt128 = 1 << (shift - 1)
    if left > half || left == half && millionths & 1 == 1 { millionths += 1 }
    append(decimal: UInt64(millionths / 1_000_000))
    append(millionths: UInt32(millionths % 1_000_000))
  }

  /// Appends `value` · 2^`shift`, at most 2^1024: too large for any integer type.
  private mutating func append(decimal value: UInt64, shiftedLeft shift: Int) {
    var words = InlineArray<34, UInt32>(repeating: 0)
    let spread = UInt128(value) << UInt128(shift % 32)
    for i in 0..<3 {
      words[shift / 32 + i] = UInt32(truncatingIfNeeded: spread >> UInt128(32 * i))
    }
    var groups = InlineArray<36, UInt32>(repeating: 0)
    var count = 0
    repeat {
      var remainder: UInt64 = 0
      for i in words.indices.reversed() {
        let part = remainder << 32 | UInt64(words[i])
        words[i] = UInt32(part / 1_000_000_000)
        remainder = part % 1_000_000_000
      }
      groups[count] = UInt32(remainder)
      count += 1
    } while words.indices.contains { words[$0] != 0 }
    append(decimal: UInt64(groups[count - 1]))
    for i in stride(from: count - 2, through: 0, by: -1) {
      append(decimal: groups[i], digits: 9)
    }
  }

  private mutating func append(decimal value: UInt32, digits: Int) {
    var unit: UInt32 = 1
    for _ in 1..<digits { unit *= 10 }
    while unit > 0 {
      append(0x30 + UInt8(truncatingIfNeeded: value / unit % 10))
      unit /= 10
    }
  }
}
