/// Strings of bytes, each kept once and known by a number.
///
/// Names, domains, addresses and processes occur again and again: what refers to
/// them is four bytes each, and two of them are equal when their numbers are.
public struct StringPool: Sendable {
  /// The number of a string, counted from 0.
  public typealias ID = UInt32

  /// Longer strings are not kept.
  public static let maxLength = 0xffff

  /// The strings, one after the other.
  private var bytes: [UInt8] = []
  /// Where each string ends; it begins where the one before ends.
  private var ends: [UInt32] = []
  private var hashes: [UInt32] = []
  /// An open-addressing table of numbers plus 1, as many as a power of two; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)

  public init() {}

  public var count: Int { ends.count }

  /// How many bytes the strings have together.
  public var byteCount: Int { bytes.count }

  /// The number of `string`, which is added if it is new; `nil` if there is no room for it.
  public mutating func intern(_ string: Span<UInt8>) -> ID? {
    let hash = string.poolHash
    let slot = slot(of: string, hash: hash)
    guard slots[slot] == 0 else { return slots[slot] - 1 }
    guard string.count <= Self.maxLength, let end = UInt32(exactly: bytes.count + string.count)
    else { return nil }
    for i in string.indices { bytes.append(string[i]) }
    let id = UInt32(ends.count)
    ends.append(end)
    hashes.append(hash)
    slots[slot] = id + 1
    if ends.count * 4 > slots.count * 3 { grow() }
    return id
  }

  public mutating func intern(_ string: borrowing Buffer) -> ID? { intern(string.bytes) }

  /// The number of `string`, if it is here.
  public func id(of string: Span<UInt8>) -> ID? {
    let slot = slot(of: string, hash: string.poolHash)
    return slots[slot] == 0 ? nil : slots[slot] - 1
  }

  public func id(of string: borrowing Buffer) -> ID? { id(of: string.bytes) }

  /// The string with a number that `intern` gave.
  public subscript(id: ID) -> Span<UInt8> {
    @_lifetime(borrow self) get {
      let start = id == 0 ? 0 : Int(ends[Int(id) - 1])
      return bytes.span.extracting(start..<Int(ends[Int(id)]))
    }
  }

  /// The slot with the number of `string`, or else the free one where it belongs.
  private func slot(of string: Span<UInt8>, hash: UInt32) -> Int {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let id = slots[slot] - 1
      if hashes[Int(id)] == hash, self[id].equals(string) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for id in hashes.indices {
      var slot = Int(hashes[id]) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(id) + 1
    }
  }
}

extension Span where Element == UInt8 {
  /// A hash of the bytes, eight at a time, by multiplication folded onto itself.
  fileprivate var poolHash: UInt32 {
    var hash: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(count)
    var at = 0
    while at + 8 <= count {
      hash = hash.folded(u64(at: at))
      at += 8
    }
    var tail: UInt64 = 0
    while at < count {
      tail = tail << 8 | UInt64(self[at])
      at += 1
    }
    hash = hash.folded(tail)
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }
}

extension UInt64 {
  fileprivate func folded(_ word: UInt64) -> UInt64 {
    let product = (self ^ word).multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
    return product.high ^ product.low
  }
}
