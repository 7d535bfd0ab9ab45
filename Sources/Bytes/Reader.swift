/// Reads a borrowed run of bytes from front to back; the only cursor in the program.
///
/// A failed read *spends* the reader: every later read fails too. So a message
/// writes `try` where a field must be there and `try?` where a truncated packet
/// may lack it, and no line needs to know about the ones before it. To look
/// ahead, read from a copy.
///
/// Running out of bytes is `short` at the outermost level, and `invalid` inside
/// a length-prefixed body: the body said how long it was.
public struct Reader: ~Escapable {
  public var rest: Span<UInt8>
  @usableFromInline let isBody: Bool
  public var isSpent = false

  @inlinable @inline(__always) @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>, isBody: Bool = false) {
    rest = bytes
    self.isBody = isBody
  }

  @inlinable public var isAtEnd: Bool { rest.isEmpty }

  /// How many bytes are left.
  @inlinable public var count: Int { rest.count }

  /// The next `count` bytes.
  ///
  /// - Throws: `Malformed` if fewer are left, `count` is negative, or the reader is spent.
  @inlinable @inline(__always) @_lifetime(copy self) @_lifetime(self: copy self)
  public mutating func take(_ count: Int) throws(Malformed) -> Span<UInt8> {
    guard !isSpent, count >= 0, count <= rest.count else {
      throw spend(missing: count - rest.count)
    }
    let head = rest.extracting(first: count)
    rest = rest.extracting(droppingFirst: count)
    return head
  }

  /// The next `count` bytes, or as many as there are.
  ///
  /// - Throws: `Malformed` if `count` is negative or the reader is spent.
  @inlinable @inline(__always) @_lifetime(copy self) @_lifetime(self: copy self)
  public mutating func take(upTo count: Int) throws(Malformed) -> Span<UInt8> {
    try take(min(count, rest.count))
  }

  /// The bytes before `delimiter`, which is consumed too.
  ///
  /// - Throws: `Malformed` if there is no `delimiter`, or the reader is spent.
  @_lifetime(copy self) @_lifetime(self: copy self)
  public mutating func take(until delimiter: UInt8) throws(Malformed) -> Span<UInt8> {
    guard !isSpent, let end = rest.firstIndex(of: delimiter) else { throw spend(missing: 1) }
    let head = try take(end)
    _ = try take(1)
    return head
  }

  /// Passes over `count` bytes.
  ///
  /// - Throws: `Malformed` if fewer are left, `count` is negative, or the reader is spent.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func skip(_ count: Int) throws(Malformed) { _ = try take(count) }

  /// The next byte.
  ///
  /// - Throws: `Malformed` if none is left or the reader is spent.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func u8() throws(Malformed) -> UInt8 { try take(1)[0] }

  /// A big-endian integer, as are all without `le` in their name.
  ///
  /// - Throws: `Malformed` if fewer than 2 bytes are left or the reader is spent.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func u16() throws(Malformed) -> UInt16 { try take(2).u16(at: 0) }

  /// The next 3 bytes as an integer.
  ///
  /// - Throws: `Malformed` if fewer are left or the reader is spent.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func u24() throws(Malformed) -> UInt32 {
    let b = try take(3)
    return UInt32(b[0]) << 16 | UInt32(b[1]) << 8 | UInt32(b[2])
  }

  /// The next 4 bytes as an integer.
  ///
  /// - Throws: `Malformed` if fewer are left or the reader is spent.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func u32() throws(Malformed) -> UInt32 { try take(4).u32(at: 0) }

  /// The next 8 bytes as an integer.
  ///
  /// - Throws: `Malformed` if fewer are left or the reader is spent.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func u64() throws(Malformed) -> UInt64 { try take(8).u64(at: 0) }

  /// A little-endian integer.
  ///
  /// - Throws: `Malformed` if fewer than 2 bytes are left or the reader is spent.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func u16le() throws(Malformed) -> UInt16 { try u16().byteSwapped }

  /// The next 4 bytes as a little-endian integer.
  ///
  /// - Throws: `Malformed` if fewer are left or the reader is spent.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func u32le() throws(Malformed) -> UInt32 { try u32().byteSwapped }

  /// The next 8 bytes as a little-endian integer.
  ///
  /// - Throws: `Malformed` if fewer are left or the reader is spent.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func u64le() throws(Malformed) -> UInt64 { try u64().byteSwapped }

  /// Consumes `literal`.
  ///
  /// - Throws: `Malformed` if other bytes come next, or too few are left.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func expect(_ literal: StaticString) throws(Malformed) {
    guard try take(literal.utf8CodeUnitCount).equals(literal) else { throw reject() }
  }

  /// Spends the reader because a value it gave is forbidden.
  @_lifetime(self: copy self)
  public mutating func reject() -> Malformed {
    isSpent = true
    rest = rest.extracting(first: 0)
    return .invalid
  }

  @usableFromInline @inline(never) @_lifetime(self: copy self)
  mutating func spend(missing: Int) -> Malformed {
    let wasSpent = isSpent
    _ = reject()
    return isBody || wasSpent || missing <= 0 ? .invalid : .short(by: missing)
  }
}
