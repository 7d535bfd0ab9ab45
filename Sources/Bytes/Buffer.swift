/// A growing run of bytes that its owner fills, empties and fills again.
///
/// Emptying keeps the memory, so after the largest content has been seen once nothing allocates.
package struct Buffer: ~Copyable {
  @usableFromInline var storage: [UInt8]
  /// How many bytes have been written.
  package private(set) var count = 0

  package init(capacity: Int = 4096) { storage = [UInt8](repeating: 0, count: capacity) }

  /// The bytes written so far.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { storage.span.extracting(first: count) }
  }

  /// Lends the bytes to `body`; for buffers that are members of a class.
  package func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result { body(bytes) }

  package var isEmpty: Bool { count == 0 }

  package mutating func removeAll() { count = 0 }

  /// Forgets everything from `count` on.
  package mutating func truncate(to count: Int) { self.count = min(count, self.count) }

  @inline(__always)
  private mutating func reserve(_ more: Int) {
    if count + more > storage.count { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let size = max(storage.count * 2, count + more)
    storage.append(contentsOf: repeatElement(0, count: size - storage.count))
  }

  package mutating func append(_ byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  package mutating func append(_ bytes: Span<UInt8>) {
    let more = bytes.count
    reserve(more)
    let start = count
    // `reserve` made room for `more` bytes from `start` on, and `bytes` has that many.
    unsafe bytes.withUnsafeBufferPointer { from in
      unsafe storage.withUnsafeMutableBufferPointer { to in
        guard let source = from.baseAddress, let target = to.baseAddress else { return }
        unsafe (target + start).update(from: source, count: more)
      }
    }
    count += more
  }

  package mutating func append(_ literal: StaticString) {
    let more = literal.utf8CodeUnitCount
    reserve(more)
    literal.withUTF8Buffer { from in
      for i in 0..<more { unsafe storage[count + i] = from[i] }
    }
    count += more
  }

  /// Appends `value` little-endian, as Wire's headers have it.
  package mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    let width = T.bitWidth / 8
    reserve(width)
    for i in 0..<width {
      storage[count + i] = UInt8(truncatingIfNeeded: value >> T(i * 8))
    }
    count += width
  }

  /// Appends eight bytes at once, the lowest first.
  package mutating func append(littleEndian value: UInt64) {
    reserve(8)
    let offset = count
    var target = storage.mutableSpan
    // Any bytes are valid for elements of type UInt8; the store itself is checked.
    var raw = unsafe target.mutableBytes
    raw.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    count += 8
  }

  /// Appends `value` big-endian, as CBOR has it.
  package mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
    append(littleEndian: value.byteSwapped)
  }

  /// Overwrites bytes already written at `offset`.
  package mutating func write<T: FixedWidthInteger>(littleEndian value: T, at offset: Int) {
    precondition(offset + T.bitWidth / 8 <= count)
    for i in 0..<T.bitWidth / 8 {
      storage[offset + i] = UInt8(truncatingIfNeeded: value >> T(i * 8))
    }
  }

  /// Overwrites from `offset` on what `body` appends, and nothing beyond what was there.
  package mutating func rewrite(at offset: Int, _ body: (inout Buffer) -> Void) {
    let end = count
    count = offset
    body(&self)
    precondition(count <= end)
    count = end
  }

  /// Appends the decimal digits of `value`.
  package mutating func append(decimal value: UInt64) {
    if value < 10 {
      append(0x30 + UInt8(value))
      return
    }
    var digits = 1, left = value / 10
    while left > 0 {
      digits += 1
      left /= 10
    }
    reserve(digits)
    left = value
    for i in stride(from: digits - 1, through: 0, by: -1) {
      storage[count + i] = 0x30 + UInt8(truncatingIfNeeded: left % 10)
      left /= 10
    }
    count += digits
  }

  /// Appends lower-case hexadecimal digits, two a byte.
  package mutating func append(hex bytes: Span<UInt8>) {
    reserve(bytes.count * 2)
    var at = 0
    while at + 4 <= bytes.count {
      append(littleEndian: bytes.u32(at: at).hexDigits)
      at += 4
    }
    while at < bytes.count {
      append((bytes[at] >> 4).hexDigit)
      append((bytes[at] & 15).hexDigit)
      at += 1
    }
  }
}

extension UInt8 {
  /// The lower-case digit of a value under 16.
  @inlinable package var hexDigit: UInt8 { self < 10 ? 0x30 + self : 0x57 + self }
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
