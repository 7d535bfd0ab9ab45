extension Span where Element == UInt8 {
  /// A big-endian integer at `offset`, which must leave room for it.
  @inlinable @inline(__always) package func u16(at offset: Int) -> UInt16 {
    UInt16(self[offset]) << 8 | UInt16(self[offset + 1])
  }

  @inlinable @inline(__always) package func u32(at offset: Int) -> UInt32 {
    UInt32(self[offset]) << 24 | UInt32(self[offset + 1]) << 16
      | UInt32(self[offset + 2]) << 8 | UInt32(self[offset + 3])
  }

  @inlinable @inline(__always) package func u64(at offset: Int) -> UInt64 {
    UInt64(u32(at: offset)) << 32 | UInt64(u32(at: offset + 4))
  }

  @inlinable package func u128(at offset: Int) -> UInt128 {
    UInt128(u64(at: offset)) << 64 | UInt128(u64(at: offset + 8))
  }

  @inlinable package func firstIndex(of byte: UInt8) -> Int? {
    for i in indices where self[i] == byte { return i }
    return nil
  }

  /// Whether the bytes are exactly `literal`'s.
  package func equals(_ literal: StaticString) -> Bool {
    guard count == literal.utf8CodeUnitCount else { return false }
    return literal.withUTF8Buffer { want in
      for i in indices where unsafe want[i] != self[i] { return false }
      return true
    }
  }

  /// Whether the bytes are `literal`'s, ASCII letters compared without regard to case.
  package func equalsIgnoringCase(_ literal: StaticString) -> Bool {
    guard count == literal.utf8CodeUnitCount else { return false }
    return literal.withUTF8Buffer { want in
      for i in indices where unsafe want[i].lowercasedASCII != self[i].lowercasedASCII {
        return false
      }
      return true
    }
  }

  package func starts(with literal: StaticString) -> Bool {
    count >= literal.utf8CodeUnitCount
      && extracting(first: literal.utf8CodeUnitCount).equals(literal)
  }

  package func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for i in indices where self[i] != other[i] { return false }
    return true
  }
}

extension UInt8 {
  @inlinable package var lowercasedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
  @inlinable package var isASCIIDigit: Bool { self &- 0x30 < 10 }
  @inlinable package var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
}

extension Span where Element == UInt8 {
  /// Whether no byte has its top bit set.
  package var isASCII: Bool {
    var all: UInt8 = 0
    for i in indices { all |= self[i] }
    return all < 0x80
  }
}

extension String {
  /// A copy of borrowed bytes as text; what is not UTF-8 in them is replaced.
  package init(decoding bytes: Span<UInt8>) {
    self.init(decoding: [UInt8](copying: bytes), as: UTF8.self)
  }

  /// The lower-case hexadecimal digits of bytes, two each.
  package init(hex bytes: some Sequence<UInt8>) {
    var digits = Buffer(capacity: 64)
    for byte in bytes { digits.append(hex: byte) }
    self.init(decoding: digits.bytes)
  }
}

extension Array where Element == UInt8 {
  /// A copy of borrowed bytes.
  package init(copying bytes: Span<UInt8>) {
    self.init()
    reserveCapacity(bytes.count)
    for i in bytes.indices { append(bytes[i]) }
  }
}
