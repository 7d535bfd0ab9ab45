import Bytes
import Wire

/// How often each host was seen with what: the fingerprint and user agent of a message and the server it was
/// for, or a name that the host gives itself.
///
/// What was counted depends on the order of records alone. At most `limit` different observations are
/// counted, with `maxBytes` of text between them; what comes after is counted where it is one of
/// those, and else ignored.
struct StatisticsTable: Sendable {
  /// What an observation is of, in the order it is told in.
  enum Kind: UInt8 {
    case certificate, snmp, fingerprint
  }

  /// Texts by their numbers in `strings`.
  struct Key: Equatable {
    var source: StringPool.ID
    var kind: Kind
    var fingerprint: StringPool.ID
    var userAgent: StringPool.ID
    /// A server's name, address and port, as `appendDestination` writes them; a label's name.
    var subject: StringPool.ID
  }

  private(set) var strings = StringPool()
  private(set) var entries: [(key: Key, count: UInt64)] = []
  /// How many observations were ignored.
  private(set) var ignored: UInt64 = 0
  private let limit: Int
  /// An open-addressing table of entries' places plus 1; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)

  /// Where the user sets no limit.
  static let defaultLimit = 1_000_000
  static let maxBytes = 256 << 20

  init(limit: Int?) { self.limit = min(limit ?? Self.defaultLimit, Self.defaultLimit) }

  /// Adds one to an observation.
  mutating func count(
    _ kind: Kind, of source: borrowing Buffer, fingerprint: Span<UInt8> = Span(),
    userAgent: Span<UInt8> = Span(), _ subject: borrowing Buffer
  ) {
    let isFull = entries.count >= limit || strings.byteCount >= Self.maxBytes
    guard let source = number(of: source.bytes, isFull),
      let fingerprint = number(of: fingerprint, isFull),
      let userAgent = number(of: userAgent, isFull), let subject = number(of: subject.bytes, isFull)
    else {
      ignored += 1
      return
    }
    let key = Key(
      source: source, kind: kind, fingerprint: fingerprint, userAgent: userAgent, subject: subject)
    var slot = Int(key.hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if entries[place].key == key {
        entries[place].count += 1
        return
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard !isFull else {
      ignored += 1
      return
    }
    entries.append((key, 1))
    slots[slot] = UInt32(entries.count)
    if entries.count * 4 > slots.count * 3 { grow() }
  }

  private mutating func number(of text: Span<UInt8>, _ isFull: Bool) -> StringPool.ID? {
    isFull ? strings.id(of: text) : strings.intern(text)
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for place in entries.indices {
      var slot = Int(entries[place].key.hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(place) + 1
    }
  }
}

extension StatisticsTable.Key {
  /// By multiplication folded onto itself.
  fileprivate var hash: UInt32 {
    let high = UInt64(source) << 32 | UInt64(fingerprint)
    let low = (UInt64(userAgent) << 32 | UInt64(subject)) ^ UInt64(kind.rawValue) << 31
    let product = (high ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(
      by: low ^ 0xa076_1d64_78bd_642f)
    let folded = product.high ^ product.low
    return UInt32(truncatingIfNeeded: folded ^ folded >> 32)
  }

  /// By source, then in the order in which texts were first seen.
  static func precedes(_ one: Self, _ other: Self) -> Bool {
    let mine = (one.source, one.kind.rawValue, one.fingerprint, one.userAgent, one.subject)
    let theirs = (
      other.source, other.kind.rawValue, other.fingerprint, other.userAgent, other.subject
    )
    return mine < theirs
  }
}
