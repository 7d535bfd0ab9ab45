import Bytes
import Classifier
import Database

/// Makes one archive of several: what they know of the same process is added up.
package struct ArchiveMerger {
  /// The entries by fingerprint, on the disk, as there may be hundreds of megabytes.
  private let database: Database
  private var forms = FingerprintForms()
  private var prevalence: Set<String> = []
  private var texts: [String: [String]] = [:]
  private var versions: [String] = []

  private static let lists = ["pyasn.db", "doh-watchlist.txt", "domain-mappings.db"]

  /// Begins with no archive, in a temporary database.
  ///
  /// - Throws: `DatabaseFailure` if that cannot be made.
  package init() throws(DatabaseFailure) {
    database = try Database(path: "")
    try database.execute("CREATE TABLE entry (fingerprint TEXT PRIMARY KEY, line TEXT NOT NULL)")
  }

  /// Adds the archive at `path`.
  ///
  /// - Throws: `ArchiveFailure` if the archive cannot be read, `LearnFailure` if it has no database or
  ///   fingerprints of another form, `DatabaseFailure` if the temporary file cannot be written.
  package mutating func add(_ path: String, key: [UInt8]) throws {
    guard let database = try ArchiveReader.databaseMember(ofArchive: path, key: key) else {
      throw LearnFailure("\(path): has no fingerprint_db.json")
    }
    var reader = try ArchiveReader(path: path, key: key)
    while let member = try reader.nextMember() {
      switch member.name {
      case database: try addDatabase(&reader, member.name, path)
      case "fp_prevalence_tls.txt":
        while try reader.nextLine() { prevalence.insert(String(decoding: reader.line)) }
      case "VERSION": while try reader.nextLine() { versions.append(String(decoding: reader.line)) }
      case let name where Self.lists.contains(name):
        while try reader.nextLine() {
          texts[name, default: []].append(String(decoding: reader.line))
        }
      default: break
      }
    }
  }

  private mutating func addDatabase(
    _ reader: inout ArchiveReader, _ member: String, _ path: String
  ) throws {
    try database.transaction {
      let (known, changed) = try (
        Statement("SELECT line FROM entry WHERE fingerprint = ?", of: database),
        Statement("INSERT OR REPLACE INTO entry VALUES (?, ?)", of: database)
      )
      while try reader.nextLine() {
        let entry: DatabaseEntry
        do { entry = try DatabaseEntry([UInt8](copying: reader.line)) } catch {
          let reason = (error as? DecodingError)?.place ?? "\(error)"
          throw ArchiveFailure(
            "is no entry of a database: \(reason)", member: member, line: reader.lineNumber)
        }
        for fingerprint in [entry.str_repr] + (entry.str_repr_array ?? []) {
          var one = entry
          (one.str_repr, one.str_repr_array) = (fingerprint, nil)
          try check(one, path)
          try Self.put(one, known, changed)
        }
      }
    }
  }

  private mutating func check(_ entry: DatabaseEntry, _ path: String) throws {
    guard let other = forms.note(entry, from: path) else { return }
    throw LearnFailure(
      "\(other.source) is made for fingerprints of the form \(other.form), \(path) for \(entry.form): "
        + "they cannot be one archive")
  }

  private static func put(
    _ entry: DatabaseEntry, _ known: Statement, _ changed: Statement
  ) throws {
    var sum = entry
    try known.begin(.text(entry.str_repr))
    if try known.next() {
      sum = try DatabaseEntry(Array(known.text(0).utf8))
      sum.add(entry)
    }
    try changed.begin(.text(entry.str_repr), .text(String(decoding: sum.line(), as: UTF8.self)))
    while try changed.next() {}
  }

  /// Writes the sum to `path`; its version is the latest one's unless one is given.
  ///
  /// - Throws: `ArchiveFailure` if the file cannot be written, `DatabaseFailure` if the temporary one
  ///   cannot be read.
  package func write(to path: String, version: String?) throws {
    var lines: [UInt8] = []
    let rows = try Statement("SELECT line FROM entry ORDER BY fingerprint", of: database)
    try rows.begin()
    while try rows.next() { lines += rows.text(0).utf8 }
    let frequent = prevalence.sorted().map { "\($0)\n" }.joined()
    var members = [
      ("VERSION", Array((version ?? versions.max() ?? "").utf8)), ("fingerprint_db.json", lines),
      ("fp_prevalence_tls.txt", Array(frequent.utf8)),
    ]
    for name in Self.lists {
      var seen: Set<String> = []
      let unique = (texts[name] ?? []).filter { seen.insert($0).inserted }
      members.append((name, Array(unique.map { "\($0)\n" }.joined().utf8)))
    }
    var writer = try ArchiveWriter(creating: path)
    for (name, bytes) in members { try writer.add(name, bytes.span) }
    try writer.finish()
  }
}

extension DecodingError {
  /// What is wrong, and where in the value.
  fileprivate var place: String {
    let context =
      switch self {
      case .dataCorrupted(let context), .keyNotFound(_, let context),
        .typeMismatch(_, let context), .valueNotFound(_, let context):
        context
      @unknown default: nil as Context?
      }
    guard let context else { return "\(self)" }
    return (context.codingPath.map(\.stringValue) + [context.debugDescription])
      .joined(separator: ": ")
  }
}
