import CSQLite

/// A statement of SQL, compiled once and run with any parameters.
@safe package final class Statement {
  /// A parameter's value.
  package enum Value {
    case integer(Int64)
    case real(Double)
    case text(String)
  }

  private let database: Database
  private let statement: OpaquePointer

  /// Compiles a statement, which may have a `?` for each parameter.
  ///
  /// - Throws: `DatabaseFailure` if it is wrong, or the file is no database.
  package init(_ sql: String, of database: Database) throws(DatabaseFailure) {
    self.database = database
    var compiled: OpaquePointer?
    // The text becomes a terminated string for the length of the call, which sets `compiled`.
    let status = unsafe sqlite3_prepare_v2(database.connection, sql, -1, &compiled, nil)
    guard status == SQLITE_OK, let compiled = unsafe compiled else {
      throw database.failure(status)
    }
    unsafe statement = compiled
  }

  deinit { unsafe sqlite3_finalize(statement) }

  /// Begins again with these parameters; `next` gives the rows.
  ///
  /// - Throws: `DatabaseFailure` if there are more parameters than the statement has.
  package func begin(_ values: Value...) throws(DatabaseFailure) {
    unsafe sqlite3_reset(statement)
    for (place, value) in zip(CInt(1)..., values) {
      // SQLite makes a copy of a text before the call returns.
      let copies = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      let status =
        switch value {
        case .integer(let number): unsafe sqlite3_bind_int64(statement, place, number)
        case .real(let number): unsafe sqlite3_bind_double(statement, place, number)
        case .text(let text):
          unsafe sqlite3_bind_text(statement, place, text, CInt(text.utf8.count), copies)
        }
      if status != SQLITE_OK { throw database.failure(status) }
    }
  }

  /// Goes to the next row; false when there is none, and what the statement does has been done.
  ///
  /// - Throws: `DatabaseFailure` if the statement fails.
  package func next() throws(DatabaseFailure) -> Bool {
    switch unsafe sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let status: throw database.failure(status)
    }
  }

  /// The number in a column of the row, from 0 on.
  package func integer(_ column: Int) -> Int64 {
    unsafe sqlite3_column_int64(statement, CInt(column))
  }

  /// The number in a column of the row.
  package func real(_ column: Int) -> Double {
    unsafe sqlite3_column_double(statement, CInt(column))
  }

  /// The text in a column of the row, `""` where there is none.
  package func text(_ column: Int) -> String {
    // SQLite's own bytes, as many as it says, copied before the row is left.
    guard let bytes = unsafe sqlite3_column_text(statement, CInt(column)) else { return "" }
    let count = unsafe Int(sqlite3_column_bytes(statement, CInt(column)))
    return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}
