import Bytes
import Classifier
import Render
import Wire

/// Writes beside each record which process sent it.
///
/// A record whose sender is not known yet waits for a moment, without keeping others waiting.
package struct Labeller: ~Copyable {
  private let sender: (Flow) -> ProcessFacts?
  private let facts: (Int32) -> ProcessFacts?
  private let system: OperatingSystem
  private let keepsUnknown: Bool
  private var record = RecordLine()
  private var executables = Executables()
  private var waiting: [Waiting] = []
  private var lastRetry: ContinuousClock.Instant?
  private var map = RecordWriter(capacity: 1 << 10)
  private var json = JSONRenderer(capacity: 1 << 10)
  private var parents: [Int32: ProcessFacts] = [:]
  /// The records that are ready, each with its line end.
  package var output = Buffer(capacity: 1 << 16)
  package private(set) var account = Account()

  private struct Waiting {
    var line: [UInt8]
    /// Where its last brace stands.
    var end: Int
    var flow: Flow
    var until: ContinuousClock.Instant
  }

  /// What became of the records.
  package struct Account: Equatable, Sendable {
    package var records: UInt64 = 0
    package var labelled: UInt64 = 0
    /// Of those, how many had to wait.
    package var late: UInt64 = 0
    package var unknown: UInt64 = 0
    /// Records of the link layer, which no socket sends.
    package var withoutFlow: UInt64 = 0
    package var unread: UInt64 = 0

    package init() {}
  }

  /// How long a record may wait for its sender to be found.
  package static let patience = Duration.milliseconds(200)
  /// How many may wait.
  static let maxWaiting = 10_000
  /// How often senders are looked for again: asking for each record would leave time for nothing else.
  static let interval = Duration.milliseconds(5)

  /// `sender` says whose a packet is, `facts` what a process is.
  package init(
    system: OperatingSystem = .here, keepsUnknown: Bool = false,
    sender: @escaping (Flow) -> ProcessFacts?,
    facts: @escaping (Int32) -> ProcessFacts? = ProcessFacts.now
  ) {
    self.sender = sender
    self.facts = facts
    self.system = system
    self.keepsUnknown = keepsUnknown
  }

  /// Takes a record, one JSON object.
  package mutating func take(_ line: Span<UInt8>, at now: ContinuousClock.Instant) {
    guard !line.isEmpty else { return }
    account.records += 1
    guard (try? record.read(line)) != nil else {
      account.unread += 1
      return
    }
    let end = record.end
    guard let flow = record.flow else {
      account.withoutFlow += 1
      if keepsUnknown { write(line, end, nil) }
      return
    }
    if let process = named(flow) {
      account.labelled += 1
      write(line, end, process)
    } else if waiting.count < Self.maxWaiting {
      waiting.append(
        Waiting(line: [UInt8](copying: line), end: end, flow: flow, until: now + Self.patience))
    } else {
      giveUp(line, end, flow)
    }
  }

  /// The process that sent it, if more is known than a number.
  private func named(_ flow: Flow) -> ProcessFacts? {
    sender(flow).flatMap { $0.name.isEmpty ? nil : $0 }
  }

  /// Looks again for the senders of records that wait; with `all`, none waits any longer.
  package mutating func retry(at now: ContinuousClock.Instant, all: Bool = false) {
    if waiting.isEmpty { return }
    if !all, let lastRetry, now - lastRetry < Self.interval { return }
    lastRetry = now
    let queue = waiting
    waiting.removeAll(keepingCapacity: true)
    for entry in queue {
      if let process = named(entry.flow) {
        account.labelled += 1
        account.late += 1
        write(entry.line.span, entry.end, process)
      } else if all || now >= entry.until {
        giveUp(entry.line.span, entry.end, entry.flow)
      } else {
        waiting.append(entry)
      }
    }
  }

  package var isWaiting: Bool { !waiting.isEmpty }

  private mutating func giveUp(_ line: Span<UInt8>, _ end: Int, _ flow: Flow) {
    account.unknown += 1
    if keepsUnknown { write(line, end, sender(flow)) }
  }

  /// Writes a record whose last brace stands at `end`.
  private mutating func write(_ line: Span<UInt8>, _ end: Int, _ process: ProcessFacts?) {
    let hash = process.map { executables.hash(of: $0.path) } ?? ""
    let parent = process.flatMap { self.parent(of: $0) }
    let parentHash = parent.map { executables.hash(of: $0.path) } ?? ""
    let system = system
    map.reset()
    map.object { map in
      map.object("ground_truth") { truth in
        if let process, process.name.isEmpty {
          truth.number("process_pid", UInt64(max(process.id, 0)))
        } else if let process {
          truth.text("process_name", process.name)
          truth.text("process_hash", hash)
          truth.text("process_path", process.path)
        }
        if let parent {
          truth.text("parent_name", parent.name)
          truth.text("parent_hash", parentHash)
          truth.text("parent_path", parent.path)
        }
        truth.text("os", system.name)
        truth.text("os_version", system.version)
        truth.text("os_edition", system.edition)
      }
    }
    guard Self.print(map, to: &json) else { return }
    Self.splice(json, into: line, at: end, to: &output)
  }

  private static func print(_ map: borrowing RecordWriter, to json: inout JSONRenderer) -> Bool {
    json.buffer.removeAll()
    do throws(Malformed) { try json.object(map.buffer.bytes) } catch { return false }
    return true
  }

  private static func splice(
    _ printed: borrowing JSONRenderer, into line: Span<UInt8>, at end: Int, to output: inout Buffer
  ) {
    let object = printed.buffer.bytes
    output.append(line.extracting(first: end))
    // Nothing but the brace that opens it may stand before.
    if line.extracting(first: end).firstIndex(of: UInt8(ascii: ":")) != nil {
      output.append(UInt8(ascii: ","))
    }
    output.append(object.extracting(1..<object.count - 1))
    output.append(line.extracting(droppingFirst: end))
    output.append(UInt8(ascii: "\n"))
  }

  private mutating func parent(of process: ProcessFacts) -> ProcessFacts? {
    guard process.parent > 0 else { return nil }
    if let known = parents[process.parent] { return known }
    if parents.count > 4096 { parents.removeAll() }
    guard let found = facts(process.parent) else { return nil }
    parents[process.parent] = found
    return found
  }
}

extension ProcessFacts {
  /// What a process is now.
  package static func now(_ id: Int32) -> ProcessFacts? { ProcessTable.facts(of: id) }
}

extension RecordWriter {
  fileprivate mutating func text(_ key: StaticString, _ value: String) {
    let bytes = Array(value.utf8)
    text(key, bytes.span)
  }
}
