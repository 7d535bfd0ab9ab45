import Wire

/// When each flow last had a packet; what is too old is forgotten a few entries at a time.
///
/// A sweep goes on by two entries, in the order of their places, and forgets those that have
/// expired; where the table is full, whatever they are. The reference does likewise, in the order
/// of its hash table.
struct FlowTable {
  struct Entry {
    let flow: Flow
    /// Packet time, in whole seconds.
    var second: UInt64
    /// For TCP: the sequence number of the first byte of data.
    let sequence: UInt32
  }

  /// The most flows that are remembered.
  let limit: Int
  /// An entry expires after this many seconds.
  let patience: UInt64
  private var entries: [Entry] = []
  private var places: [Flow: Int] = [:]
  private var cursor = 0

  init(limit: Int, patience: UInt64) {
    self.limit = limit
    self.patience = patience
  }

  var count: Int { entries.count }

  subscript(_ flow: Flow) -> Entry? { places[flow].map { entries[$0] } }

  /// The difference is unsigned: a packet from before the entry finds it expired as well.
  func hasExpired(_ entry: Entry, by second: UInt64) -> Bool { second &- entry.second >= patience }

  mutating func add(_ flow: Flow, second: UInt64, sequence: UInt32 = 0) {
    places[flow] = entries.count
    entries.append(Entry(flow: flow, second: second, sequence: sequence))
  }

  mutating func refresh(_ flow: Flow, second: UInt64) {
    if let place = places[flow] { entries[place].second = second }
  }

  mutating func remove(_ flow: Flow) {
    if let place = places[flow] { remove(at: place) }
  }

  /// Looks at the next two entries.
  mutating func sweep(_ second: UInt64) {
    let isFull = entries.count >= limit
    for _ in 0..<2 where !entries.isEmpty {
      cursor = cursor + 1 < entries.count ? cursor + 1 : 0
      if isFull || hasExpired(entries[cursor], by: second) { remove(at: cursor) }
    }
  }

  /// The last entry takes the place.
  private mutating func remove(at place: Int) {
    places[entries[place].flow] = nil
    let last = entries.removeLast()
    guard place < entries.count else { return }
    entries[place] = last
    places[last.flow] = place
  }
}
