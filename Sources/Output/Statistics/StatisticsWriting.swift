import Bytes
import Render
import Synchronization

/// What every line of statistics says of the program that made it.
struct StatisticsHeading: Sendable {
  let version: String
  var resourceVersion = ""
  private let started = TimeStamp.universal("%Y-%m-%dT%H:%M:%SZ")

  init(version: String) { self.version = version }

  /// Appends the members, spaced as readers of such files are used to.
  func append(to line: inout Buffer) {
    line.append(#", "libmerc_init_time" : ""#)
    line.append(text: started)
    line.append(#"","libmerc_version": ""#)
    line.append(text: version)
    line.append(#"", "resource_version" : ""#)
    line.append(text: resourceVersion)
    // Numbers of mercury's own builds; merc's version says it all.
    line.append(#"", "build_number" : "0", "git_commit_id": """#)
  }
}

/// Writes a table to a file, in a task of its own.
///
/// One line for each host: its address, what wrote the line, the names it gives itself, then its
/// fingerprints, for each the user agents, for each the servers that messages were for.
final class StatisticsWriting: Sendable {
  private let result = Mutex<Result<Void, FileFailure>?>(nil)

  /// What became of it; `nil` while it goes on.
  var outcome: Result<Void, FileFailure>? { result.withLock(\.self) }

  init(
    _ table: StatisticsTable, under heading: StatisticsHeading,
    to file: consuming sending OutputFile
  ) {
    let file = Mutex<OutputFile?>(file)
    Task.detached(priority: .utility) { [self] in
      let outcome = Result { () throws(FileFailure) in
        guard var file = file.withLock({ $0.take() }) else { return }
        try StatisticsLines(table, heading).write(to: &file)
        try file.close()
      }
      result.withLock { $0 = outcome }
    }
  }
}

/// A table as lines of JSON.
private struct StatisticsLines {
  private let table: StatisticsTable
  private let heading: StatisticsHeading

  init(_ table: StatisticsTable, _ heading: StatisticsHeading) {
    self.table = table
    self.heading = heading
  }

  func write(to file: inout OutputFile) throws(FileFailure) {
    let entries = table.entries.sorted { StatisticsTable.Key.precedes($0.key, $1.key) }
    var text = Buffer(capacity: 128 << 10)
    var last: StatisticsTable.Key?
    for entry in entries {
      append(entry.key, entry.count, after: last, to: &text)
      last = entry.key
      if text.count >= 64 << 10 {
        try file.write(text.bytes)
        text.removeAll()
      }
    }
    if let last { endHost(last, &text) }
    try file.write(text.bytes)
  }

  private func append(
    _ key: StatisticsTable.Key, _ count: UInt64, after last: StatisticsTable.Key?,
    to text: inout Buffer
  ) {
    let isNewHost = last?.source != key.source
    if isNewHost {
      if let last { endHost(last, &text) }
      text.append(#"{"src_ip":""#)
      text.append(table.strings[key.source])
      text.append(UInt8(ascii: "\""))
      heading.append(to: &text)
    }
    let before = isNewHost ? nil : last
    switch key.kind {
    case .certificate, .snmp: appendLabel(key, after: before, to: &text)
    case .fingerprint: appendFingerprint(key, after: before, to: &text)
    }
    text.append(decimal: count)
    text.append(UInt8(ascii: "}"))
  }

  /// Closes what the last observation of a host left open.
  private func endHost(_ key: StatisticsTable.Key, _ text: inout Buffer) {
    switch key.kind {
    case .certificate, .snmp: text.append(#"]}, "fingerprints":[]}"#)
    case .fingerprint: text.append("]}]}]}")
    }
    text.append(UInt8(ascii: "\n"))
  }

  private func appendLabel(
    _ key: StatisticsTable.Key, after last: StatisticsTable.Key?, to text: inout Buffer
  ) {
    if last == nil {
      text.append(#", "device_info":{"#)
    } else {
      text.append(last?.kind == key.kind ? "," : "],")
    }
    if last?.kind != key.kind {
      text.append(key.kind == .certificate ? #""cert_labels":["# : #""snmp_labels":["#)
    }
    text.append(key.kind == .certificate ? #"{"common_name":""# : #"{"oid":""#)
    text.append(escaping: table.strings[key.subject])
    text.append(#"","count":"#)
  }

  private func appendFingerprint(
    _ key: StatisticsTable.Key, after last: StatisticsTable.Key?, to text: inout Buffer
  ) {
    let before = last?.kind == .fingerprint ? last : nil
    let isNewFingerprint = before?.fingerprint != key.fingerprint
    if before == nil {
      text.append(last == nil ? #", "fingerprints":["# : #"]}, "fingerprints":["#)
    } else if isNewFingerprint {
      text.append("]}]},")
    }
    if isNewFingerprint {
      text.append(#"{"str_repr":""#)
      text.append(escaping: table.strings[key.fingerprint])
      text.append(#"", "sessions": ["#)
    }
    if isNewFingerprint || before?.userAgent != key.userAgent {
      if !isNewFingerprint { text.append("]},") }
      text.append(UInt8(ascii: "{"))
      let userAgent = table.strings[key.userAgent]
      if !userAgent.isEmpty {
        text.append(#""user_agent":""#)
        text.append(escaping: userAgent)
        text.append(#"", "#)
      }
      text.append(#""dest_info":["#)
    } else {
      text.append(UInt8(ascii: ","))
    }
    text.append(#"{"dst":""#)
    text.append(table.strings[key.subject])
    text.append(#"","count":"#)
  }
}

extension Buffer {
  fileprivate mutating func append(text: String) {
    let bytes = Array(text.utf8)
    append(escaping: bytes.span)
  }
}
