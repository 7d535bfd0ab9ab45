/// The fingerprints of TLS clients that no archive knows, the last ones that came by.
///
/// One that comes for the first time is taken for a client that makes its hellos up; one that comes
/// again is not (analysis.md §2 of the reference's rules). The answer depends on the order of records
/// alone, so it is asked where all of them come by in order.
package struct RecentFingerprints: ~Copyable {
  /// How many are remembered; the one that came least recently goes first.
  package static let capacity = 100_000

  /// A fingerprint, known by its hash, between those that came before and after it.
  private struct Entry {
    var hash: UInt128
    var older: Int
    var newer: Int
  }

  private let capacity: Int
  private var entries: [Entry] = []
  private var places: [UInt128: Int] = [:]
  /// −1 for none.
  private var oldest = -1
  private var newest = -1

  package init(capacity: Int = capacity) { self.capacity = max(1, capacity) }

  /// Notes that a fingerprint comes by; whether it did so before.
  package mutating func meets(_ fingerprint: Span<UInt8>) -> Bool {
    let hash = Self.hash(fingerprint)
    if let place = places[hash] {
      if place != newest {
        unlink(place)
        append(place)
      }
      return true
    }
    if entries.isEmpty {
      entries.reserveCapacity(capacity)
      places.reserveCapacity(capacity)
    }
    let place: Int
    if entries.count < capacity {
      place = entries.count
      entries.append(Entry(hash: hash, older: -1, newer: -1))
    } else {
      place = oldest
      unlink(place)
      places[entries[place].hash] = nil
      entries[place].hash = hash
    }
    places[hash] = place
    append(place)
    return false
  }

  private mutating func unlink(_ place: Int) {
    let (older, newer) = (entries[place].older, entries[place].newer)
    if older >= 0 { entries[older].newer = newer } else { oldest = newer }
    if newer >= 0 { entries[newer].older = older } else { newest = older }
  }

  private mutating func append(_ place: Int) {
    entries[place].older = newest
    entries[place].newer = -1
    if newest >= 0 { entries[newest].newer = place } else { oldest = place }
    newest = place
  }

  /// 128 bits, with a new key in each process, so that a sender cannot make two fingerprints meet on purpose.
  private static func hash(_ bytes: Span<UInt8>) -> UInt128 {
    var halves: (UInt64, UInt64) = (0, 0)
    // The bytes are read within the call.
    unsafe bytes.withUnsafeBytes { bytes in
      var hasher = Hasher()
      unsafe hasher.combine(bytes: bytes)
      halves.0 = UInt64(bitPattern: Int64(hasher.finalize()))
      hasher = Hasher()
      hasher.combine(halves.0)
      unsafe hasher.combine(bytes: bytes)
      halves.1 = UInt64(bitPattern: Int64(hasher.finalize()))
    }
    return UInt128(halves.0) << 64 | UInt128(halves.1)
  }
}
