import Bytes

/// Which stage of the pipeline a process is.
public enum StageKind: UInt8, Sendable, CaseIterable {
  case capture = 1
  case parse = 2
  case analyze = 3
  case sink = 4
  /// Looks on: `merc tap`, `merc`.
  case observer = 5
  /// A secondary sink, to which the primary one passes records on.
  case secondarySink = 6

  public var name: String { "\(self)" }
  /// The program that does it.
  public var program: String { "merc-\(self == .secondarySink ? Self.sink.name : name)" }

  /// Whether it is a sink, primary or secondary.
  public var writesRecords: Bool { self == .sink || self == .secondarySink }
}

/// What becomes of the pipeline when a secondary sink is slow, or dies.
public enum Policy: UInt8, Sendable, CaseIterable {
  /// The pipeline waits for it; its death ends the run.
  case wait = 1
  /// What it has no room for is left out, and counted; it is not missed.
  case drop = 2
}

/// How a process presents itself, to capture's roster and to the process at the other end of a link.
///
///     16       17      18       19  20    24             32
///     | stage | state | policy | 0 | pid | window bytes | name | data endpoint | tap endpoint |
///
/// Each of the three texts: a length (2) and UTF-8. `state` is 1 when the process remembers packets
/// from one part to the next, so that its successor must be shown them again. `policy` is 0 but for
/// secondary sinks.
public struct Hello: Equatable, Sendable {
  public var stage: StageKind
  public var keepsState = false
  public var policy: Policy?
  public var pid: UInt32
  /// How many bytes of unacknowledged parts the process takes.
  public var window: UInt64
  /// Unique among the processes of a pipeline.
  public var name: String
  /// Where its next stage up connects to; empty where it serves none.
  public var data: String
  public var tap: String

  public init(
    stage: StageKind, pid: UInt32, window: UInt64, name: String, data: String = "",
    tap: String = ""
  ) {
    self.stage = stage
    self.pid = pid
    self.window = window
    self.name = name
    self.data = data
    self.tap = tap
  }

  /// Reads the body of a hello (docs/wire.md, Hello).
  ///
  /// - Throws: `Malformed` if it is cut off, the kind of stage is unknown, or a name is not UTF-8.
  public init(_ input: inout Reader) throws(Malformed) {
    guard let stage = StageKind(rawValue: try input.u8()) else { throw input.reject() }
    self.stage = stage
    keepsState = try input.u8() == 1
    policy = Policy(rawValue: try input.u8())
    try input.skip(1)
    pid = try input.u32le()
    window = try input.u64le()
    name = try input.shortText()
    data = try input.shortText()
    tap = try input.shortText()
  }

  public func write(to buffer: inout Buffer) {
    buffer.append(stage.rawValue)
    buffer.append(keepsState ? 1 : 0)
    buffer.append(policy?.rawValue ?? 0)
    buffer.append(0 as UInt8)
    buffer.append(littleEndian: pid)
    buffer.append(littleEndian: window)
    for text in [name, data, tap] { buffer.append(shortText: text) }
  }
}

/// That a part has been processed, and its result acknowledged by the next stage.
///
///     16          24      26      28         32
///     | round     | index | count | 0 0 0 0  | low-water mark |
///
/// The low-water mark is the oldest round whose packets the worker still needs for what it has not finished.
public struct Acknowledgement: Equatable, Sendable {
  public var name: PartName
  public var lowWaterMark: UInt64

  public init(name: PartName, lowWaterMark: UInt64) {
    self.name = name
    self.lowWaterMark = lowWaterMark
  }

  /// Reads the body of an acknowledgement (docs/wire.md, Acknowledgement); the header has the epoch.
  ///
  /// - Throws: `Malformed` if it is cut off.
  public init(_ input: inout Reader, epoch: UInt32) throws(Malformed) {
    let round = try input.u64le()
    name = PartName(
      epoch: epoch, round: round, index: try input.u16le(), count: try input.u16le())
    try input.skip(4)
    lowWaterMark = try input.u64le()
  }

  public func write(to buffer: inout Buffer) {
    buffer.append(littleEndian: name.round)
    buffer.append(littleEndian: name.index)
    buffer.append(littleEndian: name.count)
    buffer.append(littleEndian: 0 as UInt32)
    buffer.append(littleEndian: lowWaterMark)
  }
}

/// What a worker must no longer know: what it remembers of these slots is not, or no longer, what
/// their next packets follow.
///
///     16      24
///     | since | slots: one bit each, slot 0 the lowest bit of the first byte |
///
/// Packets from round `since` on may be shown again after it. What is kept for so long that it
/// cannot be rebuilt that way stays, as far as it is older.
public struct Forget: Equatable, Sendable {
  public var since: UInt64
  public var slots: SlotSet

  public init(_ slots: SlotSet, since: UInt64) {
    self.since = since
    self.slots = slots
  }

  /// Reads the body of the message (docs/wire.md, Forget).
  ///
  /// - Throws: `Malformed` if it is cut off.
  public init(_ input: inout Reader) throws(Malformed) {
    since = try input.u64le()
    slots = try SlotSet(&input)
  }

  public func write(to buffer: inout Buffer) {
    buffer.append(littleEndian: since)
    slots.write(to: &buffer)
  }
}

/// Every process that takes part, capture first, and the plan of the run.
///
///     16            18          20
///     | members (2) | plans (2) | hello, hello, … | plan, plan, …
///
/// The plans are those that packets under way were captured by, the one in force last (`RunPlan`).
public struct Roster: Equatable, Sendable {
  public var members: [Hello]
  public var plans: PlansInForce

  /// Whether records pass through analyzers on their way to the primary sink.
  public var isAnalyzed: Bool { plans.newest?.isAnalyzed == true }
  /// What there are records of.
  public var messages: [MessageName] { plans.newest?.messages ?? [] }

  /// How many captures there are, each a source of packets.
  public var captures: Int { members.count { $0.stage == .capture } }

  /// Whether records have where to go: a sink, and an analyzer where they pass through one.
  public var isReady: Bool {
    members.contains { $0.stage == .sink }
      && (!isAnalyzed || members.contains { $0.stage == .analyze })
  }

  /// More than this many would be a mistake or malice.
  static let maxMembers = 4096

  public init(members: [Hello] = [], plans: PlansInForce = PlansInForce()) {
    self.members = members
    self.plans = plans
  }

  /// Reads the body of a roster (docs/wire.md, Roster).
  ///
  /// - Throws: `Malformed` if there are more members or plans than a pipeline has, or one of them is
  ///   malformed.
  public init(_ input: inout Reader) throws(Malformed) {
    let count = Int(try input.u16le())
    let planCount = Int(try input.u16le())
    guard count <= Self.maxMembers, planCount <= PlansInForce.limit else { throw input.reject() }
    members = []
    for _ in 0..<count { members.append(try Hello(&input)) }
    plans = PlansInForce()
    for _ in 0..<planCount { plans.add(try RunPlan(&input)) }
  }

  public func write(to buffer: inout Buffer) {
    let listed = members.prefix(Self.maxMembers)
    let plans = plans.plans.suffix(PlansInForce.limit)
    buffer.append(littleEndian: UInt16(listed.count))
    buffer.append(littleEndian: UInt16(plans.count))
    for member in listed { member.write(to: &buffer) }
    for plan in plans { plan.write(to: &buffer) }
  }
}

/// What one process has counted so far.
///
///     16       17         20              28
///     | stage | 0 0 0     | total bytes   | name | tally |
///
/// `total` is the capture file's length, 0 where it is not known.
public struct LedgerReport: Equatable, Sendable {
  public var stage: StageKind
  public var name: String
  public var total: UInt64
  public var tally: Tally

  public init(stage: StageKind, name: String, total: UInt64 = 0, tally: Tally) {
    self.stage = stage
    self.name = name
    self.total = total
    self.tally = tally
  }

  /// Reads the body of a report (docs/wire.md, Ledger report).
  ///
  /// - Throws: `Malformed` if it is cut off, the kind of stage or a line of the tally is unknown, or a name
  ///   is not UTF-8.
  public init(_ input: inout Reader) throws(Malformed) {
    guard let stage = StageKind(rawValue: try input.u8()) else { throw input.reject() }
    self.stage = stage
    try input.skip(3)
    total = try input.u64le()
    name = try input.shortText()
    tally = Tally()
    try tally.add(reading: input.rest)
  }

  public func write(to buffer: inout Buffer) {
    buffer.append(stage.rawValue)
    for _ in 0..<3 { buffer.append(0 as UInt8) }
    buffer.append(littleEndian: total)
    buffer.append(shortText: name)
    tally.write(to: &buffer)
  }
}

extension Reader {
  /// A length of two bytes and that much UTF-8.
  ///
  /// - Throws: `Malformed` if the length reaches past the message's end, or the bytes are not UTF-8.
  @_lifetime(self: copy self)
  public mutating func shortText() throws(Malformed) -> String {
    let bytes = try take(Int(try u16le()))
    guard let text = try? UTF8Span(validating: bytes) else { throw reject() }
    return String(copying: text)
  }
}

extension Buffer {
  public mutating func append(shortText text: String) {
    let utf8 = text.utf8.prefix(Int(UInt16.max))
    append(littleEndian: UInt16(utf8.count))
    for byte in utf8 { append(byte) }
  }
}
