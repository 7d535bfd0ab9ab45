import Bytes
import Files
import Wire

/// The sink's step: parts of records in, in any order and perhaps twice; JSON lines out, in the
/// order of the packets, each once, and the packets themselves; and the account of every packet.
package struct RecordPrinter: ~Copyable {
  private var merge = KWayMerge()
  private var outputs: Outputs
  /// What all packets have in common, once there is a part.
  package private(set) var format: PacketFormat?
  /// What all parts counted together, and what was printed.
  package private(set) var tally = Tally()

  /// Puts what it is given into these outputs; records that show a residential proxy at work say so where
  /// that is wanted, until a plan says what is.
  package init(to outputs: [any Output], detectingProxies: Bool = false) {
    self.outputs = Outputs(outputs, proxies: detectingProxies ? ResidentialProxies() : nil)
  }

  /// Prints to one file.
  package init(writingTo file: consuming OutputFile, detectingProxies: Bool = false) {
    self.init(to: [JSONLines(to: OutputSeries(file))], detectingProxies: detectingProxies)
  }

  /// Why a part is not wanted at all.
  package enum Refusal: Error, Equatable { case otherSource, contradiction, tooFarAhead, malformed }

  /// Notes how many sources' parts there will be.
  package mutating func expect(sources count: Int) { merge.expect(sources: count) }

  /// Takes a part over; from now on it cannot be lost by another process.
  ///
  /// One that is here already is let pass.
  ///
  /// - Throws: `Refusal`: `malformed` if it cannot be read, `contradiction` if it has another link type or
  ///   number of parts than those before, `otherSource` if no such source is expected, `tooFarAhead` if its
  ///   round is beyond the window.
  package mutating func accept(_ message: Span<UInt8>) throws(Refusal) {
    var input = Reader(message, isBody: true)
    guard let header = try? PartHeader(&input),
      (try? ReorderBuffer.check(records: message)) != nil
    else { throw .malformed }
    if format == nil {
      format = PacketFormat(header)
      outputs.begin(PacketFormat(header))
    }
    guard header.linkType == format?.linkType else { throw .contradiction }
    guard try merge.accept(header, message) else { return }
    do throws(Malformed) {
      try tally.add(reading: message.extracting(droppingFirst: Int(header.tally)))
    } catch {
      throw .malformed
    }
  }

  /// Prints the records that are next in order; `now` says which have waited long enough for others.
  ///
  /// False when `ordered` has to be emptied first; there may be more then.
  ///
  /// - Throws: `FileFailure` if an output fails; one with a closed pipe is given up while others can go on.
  @discardableResult
  package mutating func print(
    at now: ContinuousClock.Instant = .now
  ) throws(FileFailure) -> Bool {
    try !Self.print(&merge, at: now, to: &outputs)
  }

  private static func print(
    _ merge: inout KWayMerge, at now: ContinuousClock.Instant, to outputs: inout Outputs
  ) throws(FileFailure) -> Bool {
    try merge.give(at: now, to: outputs.batch) {
      (item: Span<UInt8>, plan: UInt16) throws(FileFailure) in
      try outputs.put(item, by: plan)
      return !outputs.isFull
    }
  }

  /// Learns what a plan says of this sink, before any record that is made by it; without a plan, all records
  /// are printed.
  package mutating func learn(_ plan: SinkPlan) { outputs.learn(plan) }

  // MARK: Secondary sinks

  /// Collects what is printed, and what is not chosen, for the secondary sinks too.
  package mutating func beginOrdering() {
    if outputs.ordered == nil { outputs.ordered = OrderedBatch() }
  }

  /// Takes what has been collected, if there is anything; `reuse` is to be called before more is.
  package mutating func takeOrdered() -> OrderedBatch? {
    outputs.isCollecting ? outputs.ordered.take() : nil
  }

  /// Goes on collecting, in the memory of what was taken.
  package mutating func reuse(_ batch: consuming OrderedBatch) {
    batch.removeAll()
    outputs.ordered = consume batch
  }

  /// How many records have had their turn, whatever became of them.
  package var given: UInt64 { outputs.given }

  /// Writes out what has been printed.
  ///
  /// - Throws: `FileFailure` if an output fails.
  package mutating func flush() throws(FileFailure) { try outputs.flush() }

  /// Ends files whose time is over.
  ///
  /// - Throws: `FileFailure` if an output fails.
  package mutating func rotate() throws(FileFailure) { try outputs.rotate() }

  /// Goes on in new files where the old ones have been moved away.
  ///
  /// - Throws: `FileFailure` if an output fails.
  package mutating func reopen() throws(FileFailure) { try outputs.reopen() }

  /// Completes what has been written; nothing can be printed from then on.
  ///
  /// - Throws: `FileFailure` if an output cannot be completed.
  package mutating func close() throws(FileFailure) { try outputs.close() }

  /// Notes the version of the archive that records are scored by.
  package func note(resourceVersion: String) { outputs.note(resourceVersion: resourceVersion) }

  /// What the user is told once all is written.
  package var warnings: [String] { outputs.warnings }

  /// Whether all sources have ended and all of them is printed.
  package var isComplete: Bool { merge.isComplete }

  /// The account so far: what the parts say and what was printed.
  package var account: Tally {
    var account = tally
    account.add(outputs.account)
    return account
  }
}
