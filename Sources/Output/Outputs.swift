import Bytes
import Files
import Wire

/// What a sink does with records and packets, one after the other in their final order: settles what shows
/// only in that order, puts what is chosen into the outputs, and collects everything for the secondary
/// sinks.
struct Outputs: ~Copyable {
  private let outputs: [any Output]
  /// What the plans say that records to come may be made by, oldest first.
  private var plans: [SinkPlan] = []
  /// The plan of the record that came last, and the newest one that any was made by.
  private var generation: UInt16 = 0
  private var newest: UInt16 = 0
  private var choice = RecordChoice.all
  /// Everything, for the secondary sinks.
  var ordered: OrderedBatch?
  private var proxies: ResidentialProxies?
  private var fingerprints = RecentFingerprints()
  /// The analysis of a record that something is added to.
  private var analysis = RecordWriter(capacity: 1 << 12)
  /// How many records have come.
  private(set) var given: UInt64 = 0
  /// How many of them were not chosen, and what became of the others.
  private var unchosen: UInt64 = 0
  private var taken: UInt64 = 0
  private var tooLong: UInt64 = 0
  private var unreadable: UInt64 = 0

  init(_ outputs: [any Output], proxies: consuming ResidentialProxies?) {
    self.outputs = outputs
    self.proxies = proxies
  }

  func begin(_ format: PacketFormat) {
    for output in outputs { output.begin(format) }
  }

  func note(resourceVersion: String) {
    for output in outputs { output.note(resourceVersion: resourceVersion) }
  }

  // MARK: Secondary sinks

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

  /// What can be put before what is collected for others has been taken.
  var batch: KWayMerge.Batch {
    switch ordered {
    case .some(let ordered): .one(ordered.isEmpty ? nil : ordered.plan)
    case .none: .any
    }
  }

  // MARK: Plans

  /// Learns of a plan before any record that is made by it.
  mutating func learn(_ plan: SinkPlan) {
    plans.removeAll { $0.generation == plan.generation }
    plans.append(plan)
    generation = 0
  }

  /// Goes by the plan of the next record.
  ///
  /// What shows only in the order of records begins again with each plan: its output is that of a run of
  /// its own.
  private mutating func use(_ plan: UInt16) {
    guard plan != generation else { return }
    generation = plan
    guard let stated = plans.first(where: { $0.generation == plan }) else { return }
    choice = stated.choice
    for output in outputs { output.use(stated) }
    guard plan > newest else { return }
    if newest > 0 { fingerprints = RecentFingerprints() }
    proxies = stated.findsProxies ? ResidentialProxies() : nil
    newest = plan
    plans.removeAll { $0.generation < plan }
  }

  // MARK: Records and packets

  mutating func put(_ item: Span<UInt8>, by plan: UInt16) throws(FileFailure) {
    use(plan)
    ordered?.begin(plan)
    var input = Reader(item, isBody: true)
    if PacketItem.isNext(in: input) {
      guard let packet = try? PacketItem(&input) else { return }
      ordered?.add(packet)
      if choice.includes(packet) { try put(packet) }
      return
    }
    given += 1
    guard let record = try? RecordItem(&input) else {
      unreadable += 1
      return
    }
    try settle(record)
  }

  private func put(_ packet: borrowing PacketItem) throws(FileFailure) {
    // By index, here and below: without optimisation, going over the elements allocates.
    for i in outputs.indices {
      do throws(FileFailure) { try outputs[i].put(packet) } catch { try end(i, error) }
    }
  }

  /// Finds the analysis that holds of a record at its place in the order, and puts both.
  private mutating func settle(_ record: borrowing RecordItem) throws(FileFailure) {
    let isChosen = choice.includes(record)
    if !isChosen { unchosen += 1 }
    // Whatever of them is written: what shows only in the order shows in that of all records.
    let isProxy = proxies?.passesOn(record) == true
    let settled = settledAnalysis(of: record)
    var outcome = PutOutcome.taken
    if isProxy {
      analysis.reset()
      do throws(Malformed) {
        try analysis.repeatAnalysis(settled, withFirst: .residentialProxy)
      } catch {
        outcome = .unreadable
      }
      if outcome == .taken {
        outcome = try Self.put(record, analysis, isChosen ? outputs : [], &ordered)
      }
    } else {
      outcome = try Self.put(record, settled, isChosen ? outputs : [], &ordered)
    }
    guard isChosen else { return }
    switch outcome {
    case .taken: taken += 1
    case .tooLong: tooLong += 1
    case .unreadable: unreadable += 1
    }
  }

  private static func put(
    _ record: borrowing RecordItem, _ analysis: borrowing RecordWriter, _ outputs: [any Output],
    _ ordered: inout OrderedBatch?
  ) throws(FileFailure) -> PutOutcome {
    try put(record, analysis.buffer.bytes, outputs, &ordered)
  }

  private static func put(
    _ record: borrowing RecordItem, _ analysis: Span<UInt8>, _ outputs: [any Output],
    _ ordered: inout OrderedBatch?
  ) throws(FileFailure) -> PutOutcome {
    ordered?.add(record, analysis)
    var outcome = PutOutcome.taken
    for i in outputs.indices {
      do throws(FileFailure) {
        let one = try outputs[i].put(record, analysis: analysis)
        if one != .taken { outcome = one }
      } catch {
        try end(i, error, of: outputs)
      }
    }
    return outcome
  }

  /// The analysis that holds of a record at its place in the order.
  @_lifetime(copy record)
  private mutating func settledAnalysis(of record: borrowing RecordItem) -> Span<UInt8> {
    guard let later = record.later else { return record.analysis }
    return fingerprints.meets(record.bytes(of: .fingerprint)) ? later : record.analysis
  }

  // MARK: Files

  func flush() throws(FileFailure) {
    for i in outputs.indices {
      do throws(FileFailure) { try outputs[i].flush() } catch { try end(i, error) }
    }
  }

  func rotate() throws(FileFailure) {
    for i in outputs.indices { try outputs[i].rotate() }
  }

  func reopen() throws(FileFailure) {
    for i in outputs.indices { try outputs[i].reopen() }
  }

  func close() throws(FileFailure) {
    for i in outputs.indices {
      do throws(FileFailure) { try outputs[i].close() } catch { try end(i, error) }
    }
  }

  /// The reader of one output has seen enough; the others go on, if any of them has one.
  private static func end(
    _ i: Int, _ failure: FileFailure, of outputs: [any Output]
  ) throws(FileFailure) {
    let isLast = !outputs.indices.contains { $0 != i && outputs[$0].hasReader }
    guard failure.kind == .closedPipe, !isLast else { throw failure }
    outputs[i].abandon()
  }

  private func end(_ i: Int, _ failure: FileFailure) throws(FileFailure) {
    try Self.end(i, failure, of: outputs)
  }

  // MARK: The account

  /// What became of the records and packets that were put.
  var account: Tally {
    var account = Tally()
    account.add(taken, .records)
    account.add(tooLong, .dropped, "line too long")
    account.add(unreadable, .dropped, "unreadable record")
    account.add(unchosen, .notSelected, "for other sinks")
    for output in outputs { account.add(output.account) }
    return account
  }

  /// What the user is told at the end.
  var warnings: [String] { outputs.compactMap(\.warning) }
}
