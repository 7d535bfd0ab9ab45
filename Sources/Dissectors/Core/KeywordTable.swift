/// Four-byte words a payload may start with, and the messages that do.
struct KeywordTable: Sendable {
  private struct Entry: Sendable {
    let word: UInt32
    var messages: [Int]
    var candidates = Candidates([])
  }

  /// Sorted by word, once compiled.
  private var entries: [Entry] = []
  private var preferences: [(port: UInt16, message: Int)] = []
  /// A bit for each first byte that occurs.
  private var firstBytes = [UInt64](repeating: 0, count: 4)

  /// Adds the words of `text`: four characters each, joined by `|`.
  mutating func add(_ text: StaticString, _ message: Int) {
    let bytes = Array("\(text)".utf8)
    precondition(bytes.count % 5 == 4, "a keyword is not of four bytes: \(text)")
    for start in stride(from: 0, to: bytes.count, by: 5) {
      let word = bytes[start..<start + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
      precondition(start == 0 || bytes[start - 1] == UInt8(ascii: "|"), "bad keywords: \(text)")
      if let i = entries.firstIndex(where: { $0.word == word }) {
        entries[i].messages.append(message)
      } else {
        entries.append(Entry(word: word, messages: [message]))
      }
    }
  }

  mutating func prefer(_ message: Int, at port: UInt16) { preferences.append((port, message)) }

  mutating func compile() {
    entries.sort { $0.word < $1.word }
    for i in entries.indices {
      entries[i].candidates = Candidates(entries[i].messages)
      let first = Int(entries[i].word >> 24)
      firstBytes[first / 64] |= 1 << UInt64(first % 64)
    }
  }

  func candidates(_ word: UInt32, to port: UInt16) -> Candidates? {
    let first = Int(word >> 24)
    guard firstBytes[first / 64] >> UInt64(first % 64) & 1 != 0 else { return nil }
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].word < word { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].word == word else { return nil }
    let found = entries[low].candidates
    guard found.count > 1 else { return found }
    for i in preferences.indices where preferences[i].port == port {
      return found.preferring(preferences[i].message)
    }
    return found
  }

  /// A line for each set of messages, with its words.
  func lines(_ names: ([Int]) -> String) -> [String] {
    let groups = Dictionary(grouping: entries) { names($0.messages) }
    return groups.sorted { $0.key < $1.key }.map { "keyword \($0.key): \($0.value.count)" }
      + preferences.map { "preferred \($0.port): \(names([$0.message]))" }
  }
}
