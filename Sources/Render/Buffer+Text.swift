import Bytes

extension Buffer {
  /// Appends bytes meant as UTF-8 text as the inside of a JSON string, in printable ASCII only.
  ///
  /// What is not UTF-8 shows as `\ufffd`, once for each byte that begins no sequence.
  package mutating func append(escaping text: Span<UInt8>) {
    var at = 0
    while at < text.count {
      let end = text.endOfPlain(from: at)
      if end > at {
        append(text.extracting(at..<end))
        at = end
      }
      if at < text.count { at += appendEscape(text, at) }
    }
  }

  /// Appends what stands for the byte or sequence at `at`, and gives its length.
  private mutating func appendEscape(_ text: Span<UInt8>, _ at: Int) -> Int {
    let byte = text[at]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      append(UInt8(ascii: "\\"))
      append(byte)
      return 1
    case 0..<0x80:
      append(escape: UInt16(byte))
      return 1
    default:
      let (scalar, length) = text.scalar(at: at)
      appendScalar(scalar)
      return length
    }
  }

  private mutating func appendScalar(_ scalar: UInt32) {
    switch scalar {
    // Private use: what it means is unknown to every reader.
    case 0xe000...0xf8ff, 0xf_0000...0xf_fffd, 0x10_0000...0x10_fffd: append(escape: 0xfffd)
    case 0..<0x1_0000: append(escape: UInt16(scalar))
    default:
      let rest = scalar - 0x1_0000
      append(escape: 0xd800 | UInt16(rest >> 10))
      append(escape: 0xdc00 | UInt16(rest & 0x3ff))
    }
  }

  private mutating func append(escape unit: UInt16) {
    append("\\u")
    append(UInt8(unit >> 12 & 15).hexDigit)
    append(UInt8(unit >> 8 & 15).hexDigit)
    append(UInt8(unit >> 4 & 15).hexDigit)
    append(UInt8(unit & 15).hexDigit)
  }

  /// Appends base64 with padding (RFC 4648 §4).
  package mutating func append(base64 bytes: Span<UInt8>) {
    var at = 0
    // Eight bytes are read, and six of them used.
    while at + 8 <= bytes.count {
      append(littleEndian: base64Digits(bytes.u64(at: at) >> 16))
      at += 6
    }
    while at + 3 <= bytes.count {
      let group = UInt64(bytes[at]) << 16 | UInt64(bytes[at + 1]) << 8 | UInt64(bytes[at + 2])
      append(littleEndian: UInt32(truncatingIfNeeded: base64Digits(group << 24)))
      at += 3
    }
    switch bytes.count - at {
    case 1:
      append(littleEndian: UInt16(truncatingIfNeeded: base64Digits(UInt64(bytes[at]) << 40)))
      append("==")
    case 2:
      let digits = base64Digits(UInt64(bytes[at]) << 40 | UInt64(bytes[at + 1]) << 32)
      append(littleEndian: UInt16(truncatingIfNeeded: digits))
      append(UInt8(truncatingIfNeeded: digits >> 16))
      append(UInt8(ascii: "="))
    default: break
    }
  }
}

/// The eight digits of 48 bits, the first of them lowest.
private func base64Digits(_ bits: UInt64) -> UInt64 {
  let ones: UInt64 = 0x0101_0101_0101_0101
  // 24 bits in each half, the first in the lower one; then six in each byte, likewise.
  let halves = bits >> 24 | (bits & 0xff_ffff) << 32
  let six: UInt64 = 0x0000_003f_0000_003f
  let sixes =
    halves >> 18 & six | (halves >> 12 & six) << 8 | (halves >> 6 & six) << 16
    | (halves & six) << 24
  // All eight at once: a value's letter is its distance from the start of its range of letters.
  // The top bit of each byte of `value + (128 - start)` says whether the range is reached.
  let lower = (sixes &+ ones &* 0x66) >> 7 & ones
  let digit = (sixes &+ ones &* 0x4c) >> 7 & ones
  let plus = (sixes &+ ones &* 0x42) >> 7 & ones
  let slash = (sixes &+ ones &* 0x41) >> 7 & ones
  return sixes &+ ones &* 0x41 &+ lower &* 6 &- digit &* 75 &- plus &* 15 &+ slash &* 3
}

extension Span where Element == UInt8 {
  /// Where the first byte from `start` on stands that JSON does not show as it is.
  fileprivate func endOfPlain(from start: Int) -> Int {
    var at = start
    while at + 8 <= count {
      let plain = u64(at: at).byteSwapped.plainBytes
      if plain < 8 { return at + plain }
      at += 8
    }
    let left = count - at
    guard left > 0 else { return count }
    return Swift.min(at + lastBytes(left).plainBytes, count)
  }

  /// The last bytes, 1 to 7, as a word with plain bytes behind them.
  private func lastBytes(_ left: Int) -> UInt64 {
    var word: UInt64 = 0x2020_2020_2020_2020 << UInt64(8 * left)
    let at = count - left
    if left >= 4 {
      // Some bytes are in both halves.
      word |= UInt64(u32(at: at).byteSwapped)
      word |= UInt64(u32(at: count - 4).byteSwapped) << UInt64(8 * (left - 4))
    } else {
      for i in 0..<left { word |= UInt64(self[at + i]) << UInt64(8 * i) }
    }
    return word
  }

  /// The character that begins at `offset` with a byte above 0x7f, and its length.
  ///
  /// U+FFFD of length 1 when there is none: too short, too long a form, a surrogate, or no
  /// leading byte (RFC 3629 §4).
  fileprivate func scalar(at offset: Int) -> (UInt32, length: Int) {
    let lead = self[offset]
    let length: Int
    let second: ClosedRange<UInt8>
    switch lead {
    case 0xc2...0xdf: (length, second) = (2, 0x80...0xbf)
    case 0xe0: (length, second) = (3, 0xa0...0xbf)
    case 0xed: (length, second) = (3, 0x80...0x9f)
    case 0xe1...0xef: (length, second) = (3, 0x80...0xbf)
    case 0xf0: (length, second) = (4, 0x90...0xbf)
    case 0xf4: (length, second) = (4, 0x80...0x8f)
    case 0xf1...0xf3: (length, second) = (4, 0x80...0xbf)
    default: return (0xfffd, 1)
    }
    guard length <= count - offset, second.contains(self[offset + 1]) else { return (0xfffd, 1) }
    var scalar = UInt32(lead) & (0x7f >> UInt32(length))
    for i in 1..<length {
      let byte = self[offset + i]
      guard byte & 0xc0 == 0x80 else { return (0xfffd, 1) }
      scalar = scalar << 6 | UInt32(byte & 0x3f)
    }
    return (scalar, length)
  }
}

extension UInt64 {
  /// How many of its bytes, from the lowest on, JSON shows as they are.
  fileprivate var plainBytes: Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = self ^ ones &* 0x22
    let backslash = self ^ ones &* 0x5c
    // A byte's top bit is set where it is special. A borrow may set it for the bytes after the
    // first special one also, so only the lowest counts.
    let special =
      ((self &- ones &* 0x20) | (quote &- ones) | (backslash &- ones) | self | (self &+ ones))
      & (ones &* 0x80)
    return special.trailingZeroBitCount / 8
  }
}
