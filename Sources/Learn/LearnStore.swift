import GRDB

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

  private let database: DatabaseQueue
  private var pairs: [Pair: Int64] = [:]
  private var values: [Value: Int64] = [:]
  private var seen: (first: Double, last: Double) = (0, 0)

  /// How many different counts collect before they are written.
  static let maxPending = 20_000

  /// Opens or makes the store at `path`; without one, it is a temporary file of SQLite's.
  ///
  /// - Throws: `LearnFailure` if it cannot be opened, is no store, or has been locked for 10 seconds.
  package init(path: String?) throws(LearnFailure) {
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      if let path {
        database = try DatabaseQueue(path: path, configuration: configuration)
        try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
      } else {
        // The empty name stands for a file that SQLite makes, and removes when it is closed.
        database = try DatabaseQueue(path: "", configuration: configuration)
      }
      try Self.migrator.migrate(database)
    } catch {
      throw LearnFailure("\(path ?? "a temporary store"): is no store, or cannot be used: \(error)")
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE pair (
            id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL, process TEXT NOT NULL,
            parent TEXT NOT NULL, hash TEXT NOT NULL, path TEXT NOT NULL, count INTEGER NOT NULL,
            first_seen REAL NOT NULL, last_seen REAL NOT NULL,
            UNIQUE (fingerprint, process, parent, hash, path));
          CREATE TABLE value (
            pair INTEGER NOT NULL REFERENCES pair, feature INTEGER NOT NULL, value TEXT NOT NULL,
            count INTEGER NOT NULL, PRIMARY KEY (pair, feature, value)) WITHOUT ROWID;
          """)
    }
    return migrator
  }

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
      try database.write { database in
        var ids: [Pair: Int64] = [:]
        for (pair, count) in pairs {
          ids[pair] = try Self.add(count, pair, seen, to: database)
        }
        for (value, count) in values {
          try database.execute(
            sql: """
              INSERT INTO value (pair, feature, value, count) VALUES (?, ?, ?, ?)
              ON CONFLICT DO UPDATE SET count = count + excluded.count
              """, arguments: [ids[value.pair], value.feature, value.text, count])
        }
      }
    } catch {
      throw LearnFailure("the store cannot be written: \(error)")
    }
    pairs.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    seen = (0, 0)
  }

  private static func add(
    _ count: Int64, _ pair: Pair, _ seen: (first: Double, last: Double), to database: Database
  ) throws -> Int64? {
    try Int64.fetchOne(
      database,
      sql: """
        INSERT INTO pair (fingerprint, process, parent, hash, path, count, first_seen, last_seen)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count,
          first_seen = min(first_seen, excluded.first_seen),
          last_seen = max(last_seen, excluded.last_seen)
        RETURNING id
        """,
      arguments: [
        pair.fingerprint, pair.process, pair.parent, pair.hash, pair.path, count, seen.first,
        seen.last,
      ])
  }

  /// Adds all counts of another store.
  ///
  /// - Throws: `LearnFailure` if either store cannot be read or written.
  package func add(storeAt path: String) throws(LearnFailure) {
    try flush()
    do {
      let other = try DatabaseQueue(path: path, configuration: Self.readOnly)
      try other.read { from in
        try database.write { to in
          let rows = try Row.fetchCursor(from, sql: "SELECT * FROM pair ORDER BY id")
          while let row = try rows.next() {
            let pair = Pair(
              fingerprint: row["fingerprint"], process: row["process"], parent: row["parent"],
              hash: row["hash"], path: row["path"])
            let id = try Self.add(
              row["count"], pair, (row["first_seen"], row["last_seen"]), to: to)
            let values = try Row.fetchCursor(
              from, sql: "SELECT feature, value, count FROM value WHERE pair = ?",
              arguments: [row["id"] as Int64])
            while let value = try values.next() {
              try to.execute(
                sql: """
                  INSERT INTO value (pair, feature, value, count) VALUES (?, ?, ?, ?)
                  ON CONFLICT DO UPDATE SET count = count + excluded.count
                  """,
                arguments: [
                  id, value["feature"] as Int, value["value"] as String, value["count"] as Int64,
                ])
            }
          }
        }
      }
    } catch {
      throw LearnFailure("\(path): is no store of merc learn, or cannot be read: \(error)")
    }
  }

  private static var readOnly: Configuration {
    var configuration = Configuration()
    configuration.readonly = true
    return configuration
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
  /// - Throws: What `body` throws, `LearnFailure` as `flush` does, and SQLite's `DatabaseError`.
  package func forEachFingerprint(
    label: (_ process: String, _ parent: String) -> String,
    _ body: (_ fingerprint: String, _ entries: [Entry]) throws -> Void
  ) throws {
    try flush()
    try database.read { database in
      let fingerprints = try String.fetchCursor(
        database, sql: "SELECT DISTINCT fingerprint FROM pair ORDER BY fingerprint")
      while let fingerprint = try fingerprints.next() {
        try body(fingerprint, entries(of: fingerprint, label, database))
      }
    }
  }

  private func entries(
    of fingerprint: String, _ label: (String, String) -> String, _ database: Database
  ) throws -> [Entry] {
    var entries: [String: Entry] = [:]
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT * FROM pair WHERE fingerprint = ? ORDER BY process, parent, hash, path",
      arguments: [fingerprint])
    while let row = try rows.next() {
      let name = label(row["process"], row["parent"])
      var entry = entries[name] ?? Entry(label: name)
      if entry.hash.isEmpty { entry.hash = row["hash"] }
      entry.count += row["count"] as Int64
      let values = try Row.fetchCursor(
        database, sql: "SELECT feature, value, count FROM value WHERE pair = ?",
        arguments: [row["id"] as Int64])
      while let value = try values.next() {
        guard let feature = Feature(rawValue: value["feature"]) else { continue }
        entry.values[feature, default: [:]][value["value"], default: 0] += value["count"] as Int64
      }
      entries[name] = entry
    }
    return entries.values.sorted { $0.label < $1.label }
  }
}
