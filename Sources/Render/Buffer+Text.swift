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
    while at + 3 <= bytes.count {
      let group = UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2])
      append(littleEndian: base64Digits(group))
      at += 3
    }
    switch bytes.count - at {
    case 1:
      append(littleEndian: UInt16(truncatingIfNeeded: base64Digits(UInt32(bytes[at]) << 16)))
      append("==")
    case 2:
      let digits = base64Digits(UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8)
      append(littleEndian: UInt16(truncatingIfNeeded: digits))
      append(UInt8(truncatingIfNeeded: digits >> 16))
      append(UInt8(ascii: "="))
    default: break
    }
  }
}

/// The four digits of 24 bits, the first of them lowest.
private func base64Digits(_ group: UInt32) -> UInt32 {
  let sixes = group >> 18 | (group >> 12 & 63) << 8 | (group >> 6 & 63) << 16 | (group & 63) << 24
  // All four at once: a value's letter is its distance from the start of its range of letters.
  // The top bit of each byte of `value + (128 - start)` says whether the range is reached.
  let lower = (sixes &+ 0x6666_6666) >> 7 & 0x0101_0101
  let digit = (sixes &+ 0x4c4c_4c4c) >> 7 & 0x0101_0101
  let plus = (sixes &+ 0x4242_4242) >> 7 & 0x0101_0101
  let slash = (sixes &+ 0x4141_4141) >> 7 & 0x0101_0101
  return sixes &+ 0x4141_4141 &+ lower &* 6 &- digit &* 75 &- plus &* 15 &+ slash &* 3
}

extension Span where Element == UInt8 {
  /// Where the first byte from `start` on stands that JSON does not show as it is.
  fileprivate func endOfPlain(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    var at = start
    while at + 8 <= count {
      let word = u64(at: at).byteSwapped
      let quote = word ^ ones &* 0x22
      let backslash = word ^ ones &* 0x5c
      // A byte's top bit is set where it is special. A borrow may set it for the bytes after the
      // first special one also, so only the lowest counts.
      let special =
        ((word &- ones &* 0x20) | (quote &- ones) | (backslash &- ones) | word | (word &+ ones))
        & tops
      if special != 0 { return at + special.trailingZeroBitCount / 8 }
      at += 8
    }
    while at < count, self[at].isPlain { at += 1 }
    return at
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

extension UInt8 {
  /// Whether a JSON string shows the byte as it is.
  fileprivate var isPlain: Bool { self &- 0x20 < 0x5f && self != 0x22 && self != 0x5c }
}
