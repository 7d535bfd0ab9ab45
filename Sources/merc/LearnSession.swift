import Bytes
import Files
import FoundationEssentials
import Learn
import Output
import Render
import Stage
import Transport
import Wire

/// Labels records as they come, and writes or counts them, until time, number or a signal ends it.
struct LearnSession: ~Copyable {
  private let watcher: Watcher
  private var labeller: Labeller
  private var output: LearnOutput
  private let counts: LearnCounts?
  private let deadline: ContinuousClock.Instant?
  private let limit: UInt64?
  private let isVerbose: Bool
  private var flushed = ContinuousClock.now
  private var emitted = ContinuousClock.now
  private var json: JSONRenderer

  /// How often the store is written.
  private static let interval = Duration.seconds(2)
  /// How much is collected, and for how long, before it is written although more is there.
  private static let batch = 1 << 16
  private static let delay = Duration.milliseconds(100)

  init(_ command: LearnCommand) throws {
    let watcher = try Watcher()
    let counts = try command.store.map { try LearnCounts(LearnStore(path: $0)) }
    let output = try Self.output(of: command)
    self.counts = counts
    self.output = output
    json = JSONRenderer(capacity: 1 << 14)
    labeller = Labeller(keepsUnknown: command.includeUnknown) { watcher.sender(of: $0) }
    self.watcher = watcher
    deadline = command.duration.map { ContinuousClock.now + .seconds($0) }
    limit = command.limit
    isVerbose = command.verbose
    watcher.start()
  }

  private static func output(of command: LearnCommand) throws -> LearnOutput {
    if command.store != nil, command.fingerprint == nil { return LearnOutput(nil) }
    do throws(FileFailure) {
      return LearnOutput(try OutputFile(path: command.fingerprint))
    } catch {
      throw StageFailure("merc learn: \(error)", status: 73)
    }
  }

  /// Whether a signal, time or number has ended it.
  var isOver: Bool {
    Interruption.signalled != nil || deadline.map { .now >= $0 } == true
      || limit.map { labeller.account.records >= $0 } == true
  }

  /// Labels lines until they end, or until it is over; `stop` tells the source, and says whether the
  /// rest is to be waited for.
  mutating func label(_ lines: inout LineSource, stop: () -> Bool) throws {
    var isStopping = false
    while true {
      let event = lines.next(milliseconds: labeller.isWaiting ? 5 : 20)
      if event == .end { return }
      if event == .line { labeller.take(lines.line, at: .now) }
      try tend(isIdle: event == .nothing)
      if isOver, !isStopping {
        isStopping = true
        if !stop() { return }
      }
    }
  }

  /// Labels the records of a part that a parser has made.
  mutating func label(records part: Span<UInt8>) throws(StageFailure) {
    do {
      var items = Reader(try part.partItems, isBody: true)
      while !items.isAtEnd {
        json.buffer.removeAll()
        _ = try json.record(RecordItem(&items))
        Self.take(json, &labeller)
      }
    } catch {
      Host.report("merc learn: a message of the tap could not be read")
    }
    try tend(isIdle: false)
  }

  private static func take(_ line: borrowing JSONRenderer, _ labeller: inout Labeller) {
    let bytes = line.buffer.bytes
    labeller.take(bytes.extracting(first: bytes.count - 1), at: .now)
  }

  /// Looks again for the senders that were not found, and writes what is ready.
  mutating func tend(isIdle: Bool) throws(StageFailure) {
    labeller.retry(at: .now)
    do {
      if isIdle || labeller.output.count > Self.batch || .now - emitted > Self.delay { try emit() }
      if .now - flushed > Self.interval {
        flushed = .now
        try counts?.store.flush()
      }
    } catch let failure as StageFailure {
      throw failure
    } catch {
      throw StageFailure("merc learn: \(error)")
    }
  }

  private mutating func emit() throws {
    emitted = .now
    try counts?.add(labeller.output.bytes)
    try Self.write(labeller.output, to: &output)
    labeller.output.removeAll()
  }

  private static func write(
    _ lines: borrowing Buffer, to output: inout LearnOutput
  ) throws(FileFailure) {
    try output.write(lines.bytes)
  }

  /// Gives up those that still wait, and completes file and store.
  mutating func finish() throws {
    defer { watcher.stop() }
    labeller.retry(at: .now, all: true)
    try emit()
    try counts?.store.flush()
    try output.close()
    if isVerbose { Host.report(labeller.account.text) }
  }
}
