import Bytes
import Wire

/// Where records and packets go: lines, a capture file, or both; what is counted of them; and what is
/// collected of them for others.
struct Outputs: ~Copyable {
  /// What the plans say that records to come may be made by, oldest first.
  private var plans: [SinkPlan] = []
  /// The plan of the record that came last, and the newest one that any was made by.
  private var generation: UInt16 = 0
  private var newest: UInt16 = 0
  private var choice = RecordChoice.all
  var lines: LineWriter
  var packets: PacketWriter?
  var statistics: Statistics?
  /// Everything, for further sinks.
  var ordered: OrderedBatch?
  private var proxies: ResidentialProxies?
  private var fingerprints = RecentFingerprints()
  /// The analysis of a record that something is added to.
  private var analysis = RecordWriter(capacity: 1 << 12)
  /// How many records have come.
  private(set) var given: UInt64 = 0
  /// How many of them were not chosen.
  private(set) var unchosen: UInt64 = 0
  private(set) var unreadable: UInt64 = 0

  init(
    lines: consuming LineWriter, packets: consuming PacketWriter?,
    statistics: consuming Statistics?, proxies: consuming ResidentialProxies?
  ) {
    self.lines = lines
    self.packets = packets
    self.statistics = statistics
    self.proxies = proxies
  }

  /// Whether what is collected for others has to be taken before more is put.
  var isFull: Bool {
    switch ordered {
    case .some(let ordered): ordered.isFull
    case .none: false
    }
  }

  /// Whether something has been collected for others.
  var isCollecting: Bool {
    switch ordered {
    case .some(let ordered): !ordered.isEmpty
    case .none: false
    }
  }

  /// Learns of a plan before any record that is made by it.
  mutating func learn(_ plan: SinkPlan) {
    plans.removeAll { $0.generation == plan.generation }
    plans.append(plan)
    generation = 0
  }

  /// What can be put before what is collected for others has been taken.
  var batch: SourceMerge.Batch {
    switch ordered {
    case .some(let ordered): .one(ordered.isEmpty ? nil : ordered.plan)
    case .none: .any
    }
  }

  /// Goes by the plan of the next record.
  ///
  /// What shows only in the order of records begins anew with each plan: its output is that of a run of
  /// its own.
  private mutating func use(_ plan: UInt16) {
    guard plan != generation else { return }
    generation = plan
    guard let stated = plans.first(where: { $0.generation == plan }) else { return }
    choice = stated.choice
    lines.end(withSensor: stated.sensor)
    guard plan > newest else { return }
    if newest > 0 { fingerprints = RecentFingerprints() }
    proxies = stated.findsProxies ? ResidentialProxies() : nil
    newest = plan
  }

  mutating func put(_ item: Span<UInt8>, by plan: UInt16) throws(OutputFailure) {
    use(plan)
    ordered?.begin(plan)
    var input = Reader(item, isBody: true)
    if PacketItem.isNext(in: input) {
      guard let packet = try? PacketItem(&input) else { return }
      ordered?.add(packet)
      guard choice.includes(packet) else { return }
      do throws(OutputFailure) { try packets?.write(packet) } catch { try endPackets(error) }
      return
    }
    given += 1
    do throws(Malformed) { try put(RecordItem(&input)) } catch { unreadable += 1 }
    do throws(OutputFailure) { try lines.move() } catch { try endLines(error) }
  }

  private mutating func put(_ record: borrowing RecordItem) throws(Malformed) {
    let isChosen = choice.includes(record)
    if isChosen { statistics?.count(record) } else { unchosen += 1 }
    // Whatever of them is printed: what shows only in the order shows in that of all records.
    let isProxy = proxies?.passesOn(record) == true
    let settled = settle(record)
    guard isProxy else {
      return try Self.put(record, settled, isChosen: isChosen, &lines, &ordered)
    }
    analysis.reset()
    try analysis.repeatAnalysis(settled, withFirst: .residentialProxy)
    try Self.put(record, analysis, isChosen: isChosen, &lines, &ordered)
  }

  private static func put(
    _ record: borrowing RecordItem, _ analysis: borrowing RecordWriter, isChosen: Bool,
    _ lines: inout LineWriter, _ ordered: inout OrderedBatch?
  ) throws(Malformed) {
    try put(record, analysis.buffer.bytes, isChosen: isChosen, &lines, &ordered)
  }

  private static func put(
    _ record: borrowing RecordItem, _ analysis: Span<UInt8>, isChosen: Bool,
    _ lines: inout LineWriter, _ ordered: inout OrderedBatch?
  ) throws(Malformed) {
    ordered?.add(record, analysis)
    if isChosen { try lines.add(record, analysis) }
  }

  /// The analysis that holds of a record at its place in the order.
  @_lifetime(copy record)
  private mutating func settle(_ record: borrowing RecordItem) -> Span<UInt8> {
    guard let later = record.later else { return record.analysis }
    return fingerprints.meets(record.bytes(of: .fingerprint)) ? later : record.analysis
  }

  mutating func flush() throws(OutputFailure) {
    do throws(OutputFailure) { try lines.file?.flush() } catch { try endLines(error) }
    do throws(OutputFailure) { try packets?.flush() } catch { try endPackets(error) }
  }

  mutating func rotate() throws(OutputFailure) {
    try lines.file?.rotate()
    try packets?.rotate()
    try statistics?.rotate()
  }

  mutating func reopen() throws(OutputFailure) {
    try lines.file?.reopen()
    try packets?.reopen()
  }

  mutating func close() throws(OutputFailure) {
    do throws(OutputFailure) { try lines.file?.close() } catch { try endLines(error) }
    do throws(OutputFailure) { try packets?.close() } catch { try endPackets(error) }
    guard var statistics = statistics.take() else { return }
    try statistics.close()
  }

  /// What became of packets that came along.
  var writtenPackets: Tally {
    switch packets {
    case .some(let packets): packets.account
    case .none: Tally()
    }
  }

  var uncounted: UInt64 {
    switch statistics {
    case .some(let statistics): statistics.ignored
    case .none: 0
    }
  }

  /// Whoever read one of two outputs has seen enough; the other goes on.
  private mutating func endLines(_ failure: OutputFailure) throws(OutputFailure) {
    guard failure.kind == .closedPipe, packets?.isOpen == true else { throw failure }
    lines.abandon()
  }

  private mutating func endPackets(_ failure: OutputFailure) throws(OutputFailure) {
    guard failure.kind == .closedPipe, lines.isOpen else { throw failure }
    packets?.abandon()
  }
}
