import Bytes
import FoundationEssentials
import Learn

/// Puts what was learnt elsewhere into one store: stores, files of labelled records, directories.
struct LearnSources {
  private let counts: LearnCounts
  private let store: LearnStore
  /// What was passed over, one sentence a file.
  private(set) var complaints: [String] = []

  init(into store: LearnStore) {
    self.store = store
    counts = LearnCounts(store)
  }

  mutating func add(_ path: String) throws {
    var isDirectory = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw LearnFailure("\(path): no such file or directory")
    }
    if isDirectory {
      for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      where !name.hasSuffix("-wal") && !name.hasSuffix("-shm") {
        try add("\(path)/\(name)")
      }
    } else if try isStore(path) {
      try store.add(storeAt: path)
    } else {
      try add(records: path)
    }
  }

  private func isStore(_ path: String) throws -> Bool {
    var lines = try LineSource(path: path)
    guard lines.next(milliseconds: -1) == .line else { return false }
    return lines.line.starts(with: "SQLite format 3")
  }

  private mutating func add(records path: String) throws {
    var lines = try LineSource(path: path)
    var number = 0
    var unread = 0
    var counted = 0
    var firstUnread = 0
    while lines.next(milliseconds: -1) == .line {
      number += 1
      switch try counts.add(line: lines.line) {
      case .counted: counted += 1
      case .unlabelled: break
      case .unread:
        unread += 1
        if firstUnread == 0 { firstUnread = number }
      }
    }
    if let failure = lines.failure { throw LearnFailure("\(path): \(failure)") }
    if unread > 0 {
      complaints.append("\(path): \(unread) lines are no records, the first is line \(firstUnread)")
    } else if counted == 0 {
      complaints.append("\(path): no record of it has ground_truth and a fingerprint of a client")
    }
  }
}
