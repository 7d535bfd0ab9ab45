import CSQLite

/// Why a database cannot be used: SQLite's number and words.
package struct DatabaseFailure: Error, Equatable, CustomStringConvertible {
  package let description: String
}

/// A connection to a database in a file, by SQLite's C interface; one thread at a time uses it.
@safe package final class Database {
  let connection: OpaquePointer

  /// How long a statement waits for another process that has locked the file, in milliseconds.
  private static let patience: CInt = 10_000

  /// Opens the database at `path`, and makes it unless it is only read; the empty path stands for a temporary
  /// file that SQLite makes, and removes when it is closed.
  ///
  /// - Throws: `DatabaseFailure` if the file cannot be opened. That it is no database shows when it is read.
  package init(path: String, isReadOnly: Bool = false) throws(DatabaseFailure) {
    let flags = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    var opened: OpaquePointer?
    // The path becomes a terminated string for the length of the call, which sets `opened`.
    let status = unsafe sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_FULLMUTEX, nil)
    guard let opened = unsafe opened else {
      throw DatabaseFailure(description: "SQLite error \(status): there is no memory for it")
    }
    unsafe connection = opened
    if status != SQLITE_OK { throw failure(status) }
    unsafe sqlite3_busy_timeout(connection, Self.patience)
  }

  /// Statements that are still there keep it open until they are gone.
  deinit { unsafe sqlite3_close_v2(connection) }

  /// What SQLite says of a status that it returned last.
  func failure(_ status: CInt) -> DatabaseFailure {
    // SQLite's own string, copied at once.
    let reason = unsafe sqlite3_errmsg(connection).map { unsafe String(cString: $0) } ?? ""
    return DatabaseFailure(description: "SQLite error \(status): \(reason)")
  }

  /// Runs statements that have no parameters, and passes over what they give.
  ///
  /// - Throws: `DatabaseFailure` if one of them fails; those before it have been run.
  package func execute(_ sql: String) throws(DatabaseFailure) {
    // The text becomes a terminated string for the length of the call.
    let status = unsafe sqlite3_exec(connection, sql, nil, nil, nil)
    if status != SQLITE_OK { throw failure(status) }
  }

  /// Runs `body` so that all or none of its changes are made; what it reads does not change meanwhile.
  ///
  /// - Throws: What `body` throws, and `DatabaseFailure` if the changes cannot be made.
  package func transaction(isReadOnly: Bool = false, _ body: () throws -> Void) throws {
    try execute(isReadOnly ? "BEGIN" : "BEGIN IMMEDIATE")
    do {
      try body()
      try execute("COMMIT")
    } catch {
      // Where SQLite has taken all back already, this fails, and that is told by the error before.
      try? execute("ROLLBACK")
      throw error
    }
  }
}
