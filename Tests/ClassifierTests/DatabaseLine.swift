@testable import Bytes
@testable import Classifier

/// A line of a database, spelled by hand.
struct DatabaseLine {
  struct Process {
    var name: String
    var count: Int
    /// Members as JSON, which replace or follow the usual ones.
    var members: [(String, String)] = []

    init(_ name: String, _ count: Int, _ members: (String, String)...) {
      self.name = name
      self.count = count
      self.members = members
    }

    var json: String {
      var all = [
        ("process", "\"\(name)\""), ("count", "\(count)"), ("malware", "false"),
        ("classes_ip_as", "{}"), ("classes_port_port", "{}"), ("classes_ip_ip", "{}"),
        ("classes_hostname_domains", "{}"), ("classes_hostname_sni", "{}"),
      ]
      for (key, value) in members {
        if let i = all.firstIndex(where: { $0.0 == key }) {
          all[i].1 = value
        } else {
          all.append((key, value))
        }
      }
      return object(all.filter { $0.1 != "-" })
    }
  }

  var fingerprint: String
  var total: Int
  var processes: [Process]
  var members: [(String, String)] = []

  init(
    _ fingerprint: String, total: Int = 100, _ processes: [Process],
    _ members: (String, String)...
  ) {
    self.fingerprint = fingerprint
    self.total = total
    self.processes = processes
    self.members = members
  }

  /// A line about `tls/(0303)(1301)()`.
  init(total: Int = 100, _ processes: [Process], _ members: (String, String)...) {
    fingerprint = "tls/(0303)(1301)()"
    self.total = total
    self.processes = processes
    self.members = members
  }

  var json: String {
    var all = [
      ("str_repr", "\"\(fingerprint)\""),
      ("fp_type", "\"\(fingerprint.prefix { $0 != "/" })\""), ("total_count", "\(total)"),
      ("process_info", "[" + processes.map(\.json).joined(separator: ", ") + "]"),
    ]
    for (key, value) in members {
      if let i = all.firstIndex(where: { $0.0 == key }) {
        all[i].1 = value
      } else {
        all.append((key, value))
      }
    }
    return object(all.filter { $0.1 != "-" })
  }
}

/// An object of members that are JSON already.
func object(_ members: [(String, String)]) -> String {
  "{" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
}

/// The database of these lines.
func load(
  _ lines: [String], _ options: LoadOptions = LoadOptions()
) throws(ArchiveFailure) -> FingerprintDatabase {
  var builder = FingerprintDatabaseBuilder(options: options)
  for (i, line) in lines.enumerated() {
    try builder.add(line: Array(line.utf8).span, number: i + 1, member: "fingerprint_db.json")
  }
  return try builder.finish()
}

func load(_ lines: DatabaseLine...) throws(ArchiveFailure) -> FingerprintDatabase {
  try load(lines.map(\.json))
}

/// Why the lines cannot be loaded.
func loadFailure(_ lines: String...) -> ArchiveFailure? {
  do throws(ArchiveFailure) {
    _ = try load(lines)
    return nil
  } catch {
    return error
  }
}
