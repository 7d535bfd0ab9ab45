import Bytes

/// Reads CBOR (RFC 8949) item by item from a borrowed run of bytes; whatever they are, it never
/// traps.
///
/// A failed read spends the reader, as it does `Bytes.Reader`. Strings must be of definite length,
/// as `RecordWriter` writes them; maps and arrays may be of either kind.
public struct CBORReader: ~Escapable {
  @usableFromInline var input: Reader

  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) { input = Reader(bytes, isBody: true) }

  /// One head, with the content of a string but not that of a map, array or tag.
  public enum Item: ~Escapable {
    case number(UInt64)
    /// Stands for -1 - the value.
    case negative(UInt64)
    case bytes(Span<UInt8>)
    case text(Span<UInt8>)
    /// So many items follow; without a count, they end with `stop`.
    case array(count: UInt64?)
    /// So many pairs follow; without a count, they end with `stop`.
    case map(count: UInt64?)
    /// The next item is what the tag describes.
    case tag(UInt64)
    case flag(Bool)
    case null
    case double(Double)
    case stop
  }

  @inlinable public var isAtEnd: Bool { input.isAtEnd }

  /// How many bytes are left.
  public var count: Int { input.count }

  /// The next head, with the content of a string.
  ///
  /// - Throws: `Malformed` if it is cut off or reserved (RFC 8949 §3), or a string of indefinite length.
  @_lifetime(copy self) @_lifetime(self: copy self)
  public mutating func next() throws(Malformed) -> Item {
    let initial = try input.u8()
    let additional = initial & 0x1f
    switch initial & 0xe0 {
    case CBOR.unsigned: return .number(try argument(additional))
    case CBOR.negative: return .negative(try argument(additional))
    case CBOR.bytes: return .bytes(try string(additional))
    case CBOR.text: return .text(try string(additional))
    case CBOR.arrayStart & 0xe0:
      return .array(count: initial == CBOR.arrayStart ? nil : try argument(additional))
    case CBOR.mapStart & 0xe0:
      return .map(count: initial == CBOR.mapStart ? nil : try argument(additional))
    case CBOR.tag: return .tag(try argument(additional))
    default: return try simple(initial)
    }
  }

  /// The argument of a head (RFC 8949 §3): in the initial byte, or in the 1, 2, 4 or 8 after it.
  @inline(__always) @_lifetime(self: copy self)
  private mutating func argument(_ additional: UInt8) throws(Malformed) -> UInt64 {
    additional < 24 ? UInt64(additional) : try longArgument(additional)
  }

  @_lifetime(self: copy self)
  private mutating func longArgument(_ additional: UInt8) throws(Malformed) -> UInt64 {
    switch additional {
    case 24: return UInt64(try input.u8())
    case 25: return UInt64(try input.u16())
    case 26: return UInt64(try input.u32())
    case 27: return try input.u64()
    default: throw input.reject()
    }
  }

  @inline(__always) @_lifetime(copy self) @_lifetime(self: copy self)
  private mutating func string(_ additional: UInt8) throws(Malformed) -> Span<UInt8> {
    guard let length = Int(exactly: try argument(additional)) else { throw input.reject() }
    return try input.take(length)
  }

  /// The items of major type 7 that have a meaning here (RFC 8949 §3.3).
  @_lifetime(copy self) @_lifetime(self: copy self)
  private mutating func simple(_ initial: UInt8) throws(Malformed) -> Item {
    switch initial {
    case CBOR.no: return .flag(false)
    case CBOR.yes: return .flag(true)
    case 0xf6: return .null
    case 0xf9: return .double(Double(Float16(bitPattern: try input.u16())))
    case 0xfa: return .double(Double(Float(bitPattern: try input.u32())))
    case CBOR.double: return .double(Double(bitPattern: try input.u64()))
    case CBOR.stop: return .stop
    default: throw input.reject()
    }
  }

  // MARK: What is expected

  /// The next item, which must be text.
  ///
  /// - Throws: `Malformed` if it is of another type or cut off.
  @_lifetime(copy self) @_lifetime(self: copy self)
  public mutating func text() throws(Malformed) -> Span<UInt8> {
    guard case .text(let value) = try next() else { throw input.reject() }
    return value
  }

  /// The next item, which must be a byte string.
  ///
  /// - Throws: `Malformed` if it is of another type or cut off.
  @_lifetime(copy self) @_lifetime(self: copy self)
  public mutating func bytes() throws(Malformed) -> Span<UInt8> {
    guard case .bytes(let value) = try next() else { throw input.reject() }
    return value
  }

  /// The next item, which must be a number that is not negative.
  ///
  /// - Throws: `Malformed` if it is of another type or cut off.
  @_lifetime(self: copy self)
  public mutating func number() throws(Malformed) -> UInt64 {
    guard case .number(let value) = try next() else { throw input.reject() }
    return value
  }

  /// Passes over the end of a map or an array of indefinite length, if it stands here.
  @inlinable @inline(__always) @_lifetime(self: copy self)
  public mutating func takeStop() -> Bool {
    guard !input.isAtEnd, input.rest[0] == CBOR.stop else { return false }
    input.rest = input.rest.extracting(droppingFirst: 1)
    return true
  }

  /// Passes over one whole item, with all it contains.
  ///
  /// - Throws: `Malformed` if it is cut off, not CBOR, or nests too deep.
  @_lifetime(self: copy self)
  public mutating func skip() throws(Malformed) { try skip(depth: 0) }

  @_lifetime(self: copy self)
  private mutating func skip(depth: Int) throws(Malformed) {
    guard depth <= CBOR.maxDepth else { throw input.reject() }
    switch try next() {
    case .number, .negative, .bytes, .text, .flag, .null, .double: break
    case .tag: try skip(depth: depth + 1)
    case .array(let count): try skip(items: count, each: 1, depth: depth + 1)
    case .map(let count): try skip(items: count, each: 2, depth: depth + 1)
    case .stop: throw input.reject()
    }
  }

  @_lifetime(self: copy self)
  private mutating func skip(items: UInt64?, each: Int, depth: Int) throws(Malformed) {
    var left = items ?? .max
    while left > 0 {
      if items == nil, takeStop() { return }
      for _ in 0..<each { try skip(depth: depth) }
      left -= 1
    }
  }

  /// Goes to the value of `key` among the pairs that follow, up to the end of their map.
  ///
  /// Gives false, and stands at the end, when there is none.
  ///
  /// - Throws: `Malformed` if a key is not text, or a value cannot be passed over.
  @_lifetime(self: copy self)
  public mutating func find(_ key: StaticString) throws(Malformed) -> Bool {
    while !isAtEnd, !takeStop() {
      if try text().equals(key) { return true }
      try skip()
    }
    return false
  }
}

extension Span where Element == UInt8 {
  /// What stands between the head and the end of a map of indefinite length that fills the span;
  /// the span itself when it begins with something else.
  ///
  /// - Throws: `Malformed` if a map of indefinite length begins here but its end is not the span's.
  public var mapMembers: Span<UInt8> {
    @_lifetime(copy self)
    get throws(Malformed) {
      guard count > 0, self[0] == CBOR.mapStart else { return self }
      guard count > 1, self[count - 1] == CBOR.stop else { throw .invalid }
      return extracting(1..<count - 1)
    }
  }
}
