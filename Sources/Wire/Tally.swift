import Bytes

/// What a part's makers counted: the lines that the ledger is added up from.
///
///     | count (8) | entry (1) | name length (1) | name … |   repeated
public struct Tally: Equatable, Sendable {
  /// What is counted.
  ///
  /// Each packet read is gated or forwarded; each forwarded one gives a record, is not selected,
  /// rejected or quarantined.
  public enum Entry: UInt8, CaseIterable, Sendable {
    case packets = 1
    case bytes = 2
    /// Held back by capture, by reason.
    case gated = 3
    case forwarded = 4
    /// Seen by a parser and none of what was selected, by reason.
    case notSelected = 5
    /// Looked like a message and was none, by the message's name.
    case rejected = 6
    /// Kept from the parsers because it ended them.
    case quarantined = 7
    case records = 8
    /// Left out of the output, by reason.
    case dropped = 9
    /// State given up to stay within memory: flows rebuilt only in part after a worker's death.
    case forgotten = 10
    /// Kept until the rest of its message came; the record is the last segment's.
    case held = 11
    /// Never read, so not among the packets: the kernel or the interface had no room, by reason.
    case lost = 12
    /// Packets that were written to a capture file, whatever else became of them.
    case written = 13
    /// Packets that could not be written to it, by reason.
    case unwritten = 14
  }

  public struct Line: Hashable, Sendable {
    public var entry: Entry
    public var name: String

    public init(_ entry: Entry, _ name: String = "") {
      self.entry = entry
      self.name = name
    }
  }

  public private(set) var counts: [Line: UInt64] = [:]

  public init() {}

  public subscript(_ entry: Entry, _ name: String = "") -> UInt64 {
    counts[Line(entry, name)] ?? 0
  }

  public mutating func add(_ count: UInt64, _ entry: Entry, _ name: String = "") {
    if count > 0 { counts[Line(entry, name), default: 0].add(clamping: count) }
  }

  public mutating func add(_ other: Tally) {
    for (line, count) in other.counts { counts[line, default: 0].add(clamping: count) }
  }

  /// What has been counted since there was `earlier`; no count has become less.
  public func since(_ earlier: Tally) -> Tally {
    var news = Tally()
    for (line, count) in counts {
      let before = earlier.counts[line] ?? 0
      news.add(count - min(before, count), line.entry, line.name)
    }
    return news
  }

  /// The sum over all names of an entry.
  public func total(_ entry: Entry) -> UInt64 {
    counts.reduce(into: 0) { if $1.key.entry == entry { $0.add(clamping: $1.value) } }
  }

  /// Adds the lines that stand in `bytes`.
  ///
  /// - Throws: `Malformed` if a line is cut off, of an unknown entry, not UTF-8, or makes a sum overflow.
  public mutating func add(reading bytes: Span<UInt8>) throws(Malformed) {
    var input = Reader(bytes, isBody: true)
    while !input.isAtEnd {
      let count = try input.u64le()
      guard let entry = Entry(rawValue: try input.u8()) else { throw input.reject() }
      let name = try input.take(Int(try input.u8()))
      guard let text = try? UTF8Span(validating: name) else { throw input.reject() }
      let sum = counts[Line(entry, String(copying: text)), default: 0]
        .addingReportingOverflow(count)
      guard !sum.overflow else { throw input.reject() }
      counts[Line(entry, String(copying: text))] = sum.partialValue
    }
  }

  public func write(to buffer: inout Buffer) {
    for (line, count) in counts { buffer.append(tally: count, line.entry, line.name) }
  }
}

extension UInt64 {
  /// Counts come from peers too, so a sum that does not fit stays at the largest number.
  fileprivate mutating func add(clamping other: UInt64) {
    let sum = addingReportingOverflow(other)
    self = sum.overflow ? .max : sum.partialValue
  }
}

extension Buffer {
  /// Writes one line of a tally; nothing when the count is 0.
  public mutating func append(tally count: UInt64, _ entry: Tally.Entry, _ name: String = "") {
    guard count > 0 else { return }
    append(littleEndian: count)
    append(entry.rawValue)
    let utf8 = name.utf8.prefix(255)
    append(UInt8(utf8.count))
    for byte in utf8 { append(byte) }
  }
}
