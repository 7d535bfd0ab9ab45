/// A growing run of bytes that its owner fills, empties and fills again.
///
/// Emptying keeps the memory, so after the largest content has been seen once nothing allocates.
///
/// The memory is the buffer's own rather than an array's: every stage writes most of what it
/// writes a byte or a word at a time, and an array asks each time whether it is shared. All
/// writing goes through `reserve`, all reading through `bytes`.
@safe public struct Buffer: ~Copyable {
  /// Room for `capacity` bytes, the first `count` of them written; nothing else has the pointer.
  @usableFromInline var storage: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  /// `count`, to write to.
  @usableFromInline var end = 0

  public init(capacity: Int = 4096) {
    self.capacity = max(capacity, 16)
    unsafe storage = .allocate(capacity: self.capacity)
  }

  deinit { unsafe storage.deallocate() }

  /// How many bytes have been written.
  @inlinable public var count: Int { end }

  /// The bytes written so far.
  @inlinable public var bytes: Span<UInt8> {
    @_lifetime(borrow self) get {
      // The first `count` bytes are written, and stay where they are while `self` is borrowed.
      let bytes = unsafe Span(_unsafeStart: storage, count: count)
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
  }

  /// Lends the bytes to `body`; for buffers that are members of a class.
  public func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result { body(bytes) }

  @inlinable public var isEmpty: Bool { count == 0 }

  @inlinable public mutating func removeAll() { end = 0 }

  /// Gives back memory that is not filled, where that is most of it: for what is kept as it is.
  public mutating func trim() {
    guard capacity > max(4 * count, 4096) else { return }
    var small = Buffer(capacity: count)
    small.append(bytes)
    self = small
  }

  /// Forgets everything from `count` on.
  public mutating func truncate(to count: Int) {
    end = max(0, min(count, end))
  }

  /// Counts `more` bytes, which the caller writes at once where this says; there is room for them.
  @inlinable @inline(__always)
  mutating func reserve(_ more: Int) -> UnsafeMutablePointer<UInt8> {
    if more > capacity - count { grow(more) }
    defer { end += more }
    return unsafe storage + count
  }

  @usableFromInline @inline(never)
  mutating func grow(_ more: Int) {
    let size = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    // Both hold `count` bytes and do not overlap.
    unsafe larger.update(from: storage, count: count)
    unsafe storage.deallocate()
    unsafe storage = larger
    capacity = size
  }

  @inlinable @inline(__always) public mutating func append(_ byte: UInt8) {
    unsafe reserve(1).pointee = byte
  }

  @inlinable @inline(__always) public mutating func append(_ bytes: Span<UInt8>) {
    let more = bytes.count
    let target = unsafe reserve(more)
    unsafe bytes.withUnsafeBufferPointer { from in
      guard let source = from.baseAddress else { return }
      unsafe target.update(from: source, count: more)
    }
  }

  @inlinable @inline(__always) public mutating func append(_ literal: StaticString) {
    let more = literal.utf8CodeUnitCount
    let target = unsafe reserve(more)
    literal.withUTF8Buffer { from in
      guard let source = from.baseAddress else { return }
      unsafe target.update(from: source, count: more)
    }
  }

  /// Appends `value` little-endian, as Wire's headers have it.
  @inlinable @inline(__always) public mutating func append<T: FixedWidthInteger & BitwiseCopyable>(
    littleEndian value: T
  ) {
    // `reserve` made room for as many bytes as the type has; they need not be aligned.
    let target = unsafe UnsafeMutableRawPointer(reserve(MemoryLayout<T>.size))
    unsafe target.storeBytes(of: value.littleEndian, as: T.self)
  }

  /// Appends `value` big-endian, as CBOR has it.
  @inlinable @inline(__always) public mutating func append<T: FixedWidthInteger & BitwiseCopyable>(
    bigEndian value: T
  ) {
    append(littleEndian: value.byteSwapped)
  }

  /// Overwrites from `offset` on what `body` appends, and nothing beyond what was there.
  public mutating func rewrite(at offset: Int, _ body: (inout Buffer) -> Void) {
    let whole = end
    precondition(offset >= 0 && offset <= whole)
    end = offset
    body(&self)
    precondition(end <= whole)
    end = whole
  }

  /// Appends the decimal digits of `value`.
  public mutating func append(decimal value: UInt64) {
    if value < 10 { return append(0x30 + UInt8(truncatingIfNeeded: value)) }
    if value < 100 { return append(twoDigits: UInt32(truncatingIfNeeded: value)) }
    var at = value.decimalDigits
    let target = unsafe reserve(at)
    var left = value
    while at > 0 {
      at -= 1
      unsafe target[at] = 0x30 + UInt8(truncatingIfNeeded: left % 10)
      left /= 10
    }
  }

  /// Appends a number below 100 as two decimal digits.
  @inlinable @inline(__always) public mutating func append(twoDigits value: UInt32) {
    let digits = 0x3030 + value / 10 + (value % 10) << 8
    append(littleEndian: UInt16(truncatingIfNeeded: digits))
  }

  /// Appends the two lower-case hexadecimal digits of a byte.
  public mutating func append(hex byte: UInt8) {
    append((byte >> 4).hexDigit)
    append((byte & 15).hexDigit)
  }

  /// Appends lower-case hexadecimal digits, two a byte.
  public mutating func append(hex bytes: Span<UInt8>) {
    var at = 0
    while at + 4 <= bytes.count {
      append(littleEndian: bytes.u32(at: at).hexDigits)
      at += 4
    }
    while at < bytes.count {
      append(hex: bytes[at])
      at += 1
    }
  }
}

extension UInt8 {
  /// The lower-case digit of a value under 16.
  @inlinable public var hexDigit: UInt8 { self < 10 ? 0x30 + self : 0x57 + self }
}

extension UInt64 {
  /// How many digits it has in decimal.
  fileprivate var decimalDigits: Int {
    var digits = 1
    var limit: UInt64 = 10
    while self >= limit {
      digits += 1
      // The largest power of ten that fits.
      guard digits < 20 else { break }
      limit *= 10
    }
    return digits
  }
}

extension UInt32 {
  /// The eight lower-case hexadecimal digits, the first of them in the lowest byte.
  fileprivate var hexDigits: UInt64 {
    // Spread the nibbles over the bytes, the highest to the lowest place.
    var spread = UInt64(byteSwapped)
    spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff
    spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff
    spread = (spread >> 4 | spread << 8) & 0x0f0f_0f0f_0f0f_0f0f
    // Adding 6 carries into bit 4 where the digit is a letter.
    let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
  }
}
