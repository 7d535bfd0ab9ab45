import Database

/// What has been learnt, as counts in an SQLite file: how often a process sent a fingerprint, and with
/// it went to which address, port and server, as which user agent, on which system.
///
/// Counts are collected in memory and written in one transaction; killing the program loses
/// no more than the last few seconds.
package final class LearnStore {
  /// What a message shows besides its fingerprint; the numbers are the file's.
  package enum Feature: Int, CaseIterable, Sendable {
    case address = 0, port = 1, serverName = 2, userAgent = 3, os = 4
  }

  /// A process that sends a fingerprint.
  struct Pair: Hashable {
    var fingerprint: String
    var process: String
    var parent: String
    var hash: String
    var path: String
  }

  private struct Value: Hashable {
    var pair: Pair
    var feature: Int
    var text: String
  }

  private let database: Database
  private var pairs: [Pair: Int64] = [:]
  private var values: [Value: Int64] = [:]
  private var seen: (first: Double, last: Double) = (0, 0)

  /// How many different counts collect before they are written.
  static let maxPending = 20_000

  /// Opens or makes the store at `path`; without one, it is a temporary file of SQLite's.
  ///
  /// - Throws: `LearnFailure` if it cannot be opened, is no store, or has been locked for 10 seconds.
  package init(path: String?) throws(LearnFailure) {
    do throws(DatabaseFailure) {
      database = try Database(path: path ?? "")
      if path != nil { try database.execute("PRAGMA journal_mode = WAL") }
      try database.execute(Self.tables)
    } catch {
      throw LearnFailure("\(path ?? "a temporary store"): is no store, or cannot be used: \(error)")
    }
  }

  private static let tables = """
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS pair (
      id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, process TEXT NOT NULL,
      parent TEXT NOT NULL, hash TEXT NOT NULL, path TEXT NOT NULL, count INTEGER NOT NULL,
      first_seen REAL NOT NULL, last_seen REAL NOT NULL,
      UNIQUE (fingerprint, process, parent, hash, path));
    CREATE TABLE IF NOT EXISTS value (
      pair INTEGER NOT NULL REFERENCES pair, feature INTEGER NOT NULL, value TEXT NOT NULL,
      count INTEGER NOT NULL, PRIMARY KEY (pair, feature, value)) WITHOUT ROWID;
    COMMIT;
    """

  // MARK: Counting

  /// Counts a message that was sent at a time, in seconds since 1970.
  ///
  /// - Throws: `LearnFailure` if counts have to be written now and cannot be.
  package func add(_ message: LabelledMessage, at time: Double) throws(LearnFailure) {
    let pair = Pair(
      fingerprint: message.fingerprint, process: message.process, parent: message.parent,
      hash: message.hash, path: message.path)
    pairs[pair, default: 0] += 1
    for (feature, text) in [
      (Feature.address, message.address), (.port, "\(message.port)"),
      (.serverName, message.serverName), (.userAgent, message.userAgent), (.os, message.os),
    ] where !text.isEmpty {
      values[Value(pair: pair, feature: feature.rawValue, text: text), default: 0] += 1
    }
    seen = (seen.first == 0 ? time : min(seen.first, time), max(seen.last, time))
    if values.count >= Self.maxPending { try flush() }
  }

  /// Writes what has been counted since the last time.
  ///
  /// - Throws: `LearnFailure` if they cannot be written; they are kept.
  package func flush() throws(LearnFailure) {
    guard !pairs.isEmpty else { return }
    do {
      try database.transaction {
        let counts = try Counts(of: database)
        var ids: [Pair: Int64] = [:]
        for (pair, count) in pairs { ids[pair] = try counts.add(count, pair, seen) }
        for (value, count) in values {
          try counts.add(count, value.text, feature: value.feature, to: ids[value.pair] ?? 0)
        }
      }
    } catch {
      throw LearnFailure("the store cannot be written: \(error)")
    }
    pairs.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    seen = (0, 0)
  }

  /// The statements that add to what a store has counted.
  private struct Counts {
    private let pair: Statement
    private let value: Statement

    init(of database: Database) throws(DatabaseFailure) {
      pair = try Statement(
        """
        INSERT INTO pair (fingerprint, process, parent, hash, path, count, first_seen, last_seen)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count,
          first_seen = min(first_seen, excluded.first_seen),
          last_seen = max(last_seen, excluded.last_seen)
        RETURNING id
        """, of: database)
      value = try Statement(
        """
        INSERT INTO value (pair, feature, value, count) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count
        """, of: database)
    }

    /// The number that the store has for the pair.
    func add(
      _ count: Int64, _ new: Pair, _ seen: (first: Double, last: Double)
    ) throws(DatabaseFailure) -> Int64 {
      try pair.begin(
        .text(new.fingerprint), .text(new.process), .text(new.parent), .text(new.hash),
        .text(new.path), .integer(count), .real(seen.first), .real(seen.last))
      let id = try pair.next() ? pair.integer(0) : 0
      while try pair.next() {}
      return id
    }

    func add(_ count: Int64, _ text: String, feature: Int, to pair: Int64) throws(DatabaseFailure) {
      try value.begin(.integer(pair), .integer(Int64(feature)), .text(text), .integer(count))
      while try value.next() {}
    }
  }

  /// Adds all counts of another store.
  ///
  /// - Throws: `LearnFailure` if either store cannot be read or written.
  package func add(storeAt path: String) throws(LearnFailure) {
    try flush()
    do {
      let other = try Database(path: path, isReadOnly: true)
      try other.transaction(isReadOnly: true) {
        try database.transaction {
          let counts = try Counts(of: database)
          let pairs = try Statement(Self.pairs + "ORDER BY id", of: other)
          let values = try Statement(Self.values, of: other)
          try pairs.begin()
          while try pairs.next() {
            let id = try counts.add(
              pairs.integer(6), Self.pair(of: pairs), (pairs.real(7), pairs.real(8)))
            try values.begin(.integer(pairs.integer(0)))
            while try values.next() {
              try counts.add(
                values.integer(2), values.text(1), feature: Int(values.integer(0)), to: id)
            }
          }
        }
      }
    } catch {
      throw LearnFailure("\(path): is no store of merc learn, or cannot be read: \(error)")
    }
  }

  private static let pairs =
    "SELECT id, fingerprint, process, parent, hash, path, count, first_seen, last_seen FROM pair "
  private static let values = "SELECT feature, value, count FROM value WHERE pair = ?"

  private static func pair(of row: Statement) -> Pair {
    Pair(
      fingerprint: row.text(1), process: row.text(2), parent: row.text(3), hash: row.text(4),
      path: row.text(5))
  }

  // MARK: Reading

  /// A process's share of a fingerprint, by the label that it goes under.
  package struct Entry: Sendable {
    package var label: String
    package var hash = ""
    package var count: Int64 = 0
    package var values: [Feature: [String: Int64]] = [:]
  }

  /// Calls `body` with each fingerprint, in the order of its text, and the processes that send it, in
  /// the order of their labels.
  ///
  /// - Throws: What `body` throws, `LearnFailure` as `flush` does, and `DatabaseFailure` if the store cannot be read.
  package func forEachFingerprint(
    label: (_ process: String, _ parent: String) -> String,
    _ body: (_ fingerprint: String, _ entries: [Entry]) throws -> Void
  ) throws {
    try flush()
    try database.transaction(isReadOnly: true) {
      let fingerprints = try Statement(
        "SELECT DISTINCT fingerprint FROM pair ORDER BY fingerprint", of: database)
      let pairs = try Statement(
        Self.pairs + "WHERE fingerprint = ? ORDER BY process, parent, hash, path", of: database)
      let values = try Statement(Self.values, of: database)
      try fingerprints.begin()
      while try fingerprints.next() {
        let fingerprint = fingerprints.text(0)
        try pairs.begin(.text(fingerprint))
        try body(fingerprint, Self.entries(of: pairs, values, label))
      }
    }
  }

  private static func entries(
    of pairs: Statement, _ values: Statement, _ label: (String, String) -> String
  ) throws(DatabaseFailure) -> [Entry] {
    var entries: [String: Entry] = [:]
    while try pairs.next() {
      let pair = pair(of: pairs)
      let name = label(pair.process, pair.parent)
      var entry = entries[name] ?? Entry(label: name)
      if entry.hash.isEmpty { entry.hash = pair.hash }
      entry.count += pairs.integer(6)
      try values.begin(.integer(pairs.integer(0)))
      while try values.next() {
        guard let feature = Feature(rawValue: Int(values.integer(0))) else { continue }
        entry.values[feature, default: [:]][values.text(1), default: 0] += values.integer(2)
      }
      entries[name] = entry
    }
    return entries.values.sorted { $0.label < $1.label }
  }
}
