extension Span where Element == UInt8 {
  /// A big-endian integer at `offset`, which must leave room for it.
  ///
  /// One check for all its bytes, so that the compiler makes one load of them.
  @inlinable @inline(__always) public func u16(at offset: Int) -> UInt16 {
    let bytes = extracting(offset..<offset + 2)
    return UInt16(bytes[0]) << 8 | UInt16(bytes[1])
  }

  @inlinable @inline(__always) public func u32(at offset: Int) -> UInt32 {
    let bytes = extracting(offset..<offset + 4)
    return UInt32(bytes[0]) << 24 | UInt32(bytes[1]) << 16 | UInt32(bytes[2]) << 8
      | UInt32(bytes[3])
  }

  @inlinable @inline(__always) public func u64(at offset: Int) -> UInt64 {
    let bytes = extracting(offset..<offset + 8)
    return UInt64(bytes[0]) << 56 | UInt64(bytes[1]) << 48 | UInt64(bytes[2]) << 40
      | UInt64(bytes[3]) << 32 | UInt64(bytes[4]) << 24 | UInt64(bytes[5]) << 16
      | UInt64(bytes[6]) << 8 | UInt64(bytes[7])
  }

  @inlinable @inline(__always) public func u128(at offset: Int) -> UInt128 {
    let bytes = extracting(offset..<offset + 16)
    return UInt128(bytes.u64(at: 0)) << 64 | UInt128(bytes.u64(at: 8))
  }

  @inlinable public func firstIndex(of byte: UInt8) -> Int? {
    for i in indices where self[i] == byte { return i }
    return nil
  }

  /// Whether the bytes are exactly `literal`'s.
  @inlinable public func equals(_ literal: StaticString) -> Bool {
    guard count == literal.utf8CodeUnitCount else { return false }
    return literal.withUTF8Buffer { want in
      for i in indices where unsafe want[i] != self[i] { return false }
      return true
    }
  }

  /// Whether the bytes are `literal`'s, ASCII letters compared without regard to case.
  public func equalsIgnoringCase(_ literal: StaticString) -> Bool {
    guard count == literal.utf8CodeUnitCount else { return false }
    return literal.withUTF8Buffer { want in
      for i in indices where unsafe want[i].lowercasedASCII != self[i].lowercasedASCII {
        return false
      }
      return true
    }
  }

  public func starts(with literal: StaticString) -> Bool {
    count >= literal.utf8CodeUnitCount
      && extracting(first: literal.utf8CodeUnitCount).equals(literal)
  }

  @inlinable public func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for i in indices where self[i] != other[i] { return false }
    return true
  }
}

extension UInt8 {
  @inlinable public var lowercasedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
  @inlinable public var isASCIIDigit: Bool { self &- 0x30 < 10 }
  @inlinable public var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
}

extension Span where Element == UInt8 {
  /// Whether no byte has its top bit set.
  public var isASCII: Bool {
    var all: UInt8 = 0
    for i in indices { all |= self[i] }
    return all < 0x80
  }
}

extension String {
  /// A copy of borrowed bytes as text; what is not UTF-8 in them is replaced.
  public init(decoding bytes: Span<UInt8>) {
    self.init(decoding: [UInt8](copying: bytes), as: UTF8.self)
  }

  /// The lower-case hexadecimal digits of bytes, two each.
  public init(hex bytes: some Sequence<UInt8>) {
    var digits = Buffer(capacity: 64)
    for byte in bytes { digits.append(hex: byte) }
    self.init(decoding: digits.bytes)
  }
}

extension Array where Element == UInt8 {
  /// A copy of borrowed bytes.
  public init(copying bytes: Span<UInt8>) {
    self.init()
    reserveCapacity(bytes.count)
    for i in bytes.indices { append(bytes[i]) }
  }
}
