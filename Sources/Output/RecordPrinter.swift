import Bytes
import Render
import Wire

/// The sink's step: parts of records in, in any order and perhaps twice; JSON lines out, in the
/// order of the packets, each once, and the packets themselves; and the account of every packet.
package struct RecordPrinter: ~Copyable {
  private var merge = SourceMerge()
  private var outputs: Outputs
  /// The link type of all packets.
  private var linkType: UInt32?
  /// What all parts counted together, and what was printed.
  package private(set) var tally = Tally()

  /// Prints to files, if there are any, and writes what packets come along with the records.
  ///
  /// Records that show a residential proxy at work say so where that is wanted.
  package init(
    writingTo file: consuming OutputSeries?, packets: consuming PacketWriter? = nil,
    counting statistics: consuming Statistics? = nil, detectingProxies: Bool = false
  ) {
    outputs = Outputs(
      lines: LineWriter(file: file, proxies: detectingProxies ? ResidentialProxies() : nil),
      packets: packets, statistics: statistics)
  }

  /// Prints to one file.
  package init(writingTo file: consuming OutputFile, detectingProxies: Bool = false) {
    self.init(writingTo: OutputSeries(file), detectingProxies: detectingProxies)
  }

  /// Why a part is not wanted at all.
  package enum Refusal: Error, Equatable { case otherSource, contradiction, tooFarAhead, malformed }

  /// Notes how many sources' parts there will be.
  package mutating func expect(sources count: Int) { merge.expect(sources: count) }

  /// Takes a part over; from now on it cannot be lost by another process.
  ///
  /// One that is here already is let pass.
  package mutating func accept(_ message: Span<UInt8>) throws(Refusal) {
    var input = Reader(message, isBody: true)
    guard let header = try? PartHeader(&input),
      (try? OrderedMerge.check(records: message)) != nil
    else { throw .malformed }
    if linkType == nil {
      linkType = header.linkType
      outputs.packets?.begin(PacketWriter.Format(header))
    }
    guard header.linkType == linkType else { throw .contradiction }
    guard try merge.accept(header, message) else { return }
    do throws(Malformed) {
      try tally.add(reading: message.extracting(droppingFirst: Int(header.tally)))
    } catch {
      throw .malformed
    }
  }

  /// Prints all records whose turn it is; `now` says which have waited long enough for others.
  package mutating func print(at now: ContinuousClock.Instant = .now) throws(OutputFailure) {
    try Self.print(&merge, at: now, to: &outputs)
  }

  private static func print(
    _ merge: inout SourceMerge, at now: ContinuousClock.Instant, to outputs: inout Outputs
  ) throws(OutputFailure) {
    try merge.give(at: now) { (item: Span<UInt8>) throws(OutputFailure) in try outputs.put(item) }
  }

  /// Writes out what has been printed.
  package mutating func flush() throws(OutputFailure) { try outputs.flush() }

  /// Ends files whose time is over.
  package mutating func rotate() throws(OutputFailure) { try outputs.rotate() }

  /// Goes on in new files where the old ones have been moved away.
  package mutating func reopen() throws(OutputFailure) { try outputs.reopen() }

  /// Completes what has been written; nothing can be printed from then on.
  package mutating func close() throws(OutputFailure) { try outputs.close() }

  /// Notes the version of the archive that records are scored by.
  package mutating func note(resourceVersion: String) {
    outputs.statistics?.resourceVersion = resourceVersion
  }

  /// How many observations found no place in the statistics.
  package var uncounted: UInt64 { outputs.uncounted }

  /// Whether all sources have ended and all of them is printed.
  package var isComplete: Bool { merge.isComplete }

  /// The account so far: what the parts say and what was printed.
  package var account: Tally {
    var account = tally
    account.add(outputs.lines.printed, .records)
    account.add(outputs.lines.tooLong, .dropped, "line too long")
    account.add(outputs.lines.unreadable, .dropped, "unreadable record")
    account.add(outputs.writtenPackets)
    return account
  }
}

/// Where records and packets go: either, or both; and what is counted of them.
private struct Outputs: ~Copyable {
  var lines: LineWriter
  var packets: PacketWriter?
  var statistics: Statistics?

  init(
    lines: consuming LineWriter, packets: consuming PacketWriter?,
    statistics: consuming Statistics?
  ) {
    self.lines = lines
    self.packets = packets
    self.statistics = statistics
  }

  mutating func put(_ item: Span<UInt8>) throws(OutputFailure) {
    var input = Reader(item, isBody: true)
    guard PacketItem.isNext(in: input) else {
      statistics?.count(item)
      do throws(OutputFailure) { try lines.print(item) } catch { try endLines(error) }
      return
    }
    guard let packet = try? PacketItem(&input) else { return }
    do throws(OutputFailure) { try packets?.write(packet) } catch { try endPackets(error) }
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

/// Prints records one by one to files; without any, counts them.
private struct LineWriter: ~Copyable {
  private var renderer = JSONRenderer()
  var file: OutputSeries?
  private var proxies: ResidentialProxies?
  private var fingerprints = RecentFingerprints()
  /// The analysis of a record that something is added to.
  private var analysis = RecordWriter(capacity: 1 << 12)
  private(set) var printed: UInt64 = 0
  private(set) var tooLong: UInt64 = 0
  private(set) var unreadable: UInt64 = 0

  init(file: consuming OutputSeries?, proxies: consuming ResidentialProxies?) {
    self.file = file
    self.proxies = proxies
  }

  var isOpen: Bool { file != nil }

  /// Lets go of a file that nobody reads any more.
  mutating func abandon() { file = nil }

  mutating func print(_ item: Span<UInt8>) throws(OutputFailure) {
    guard isOpen else {
      printed += 1
      return
    }
    var input = Reader(item, isBody: true)
    do throws(Malformed) {
      let record = try RecordItem(&input)
      let isProxy = proxies?.passesOn(record) == true
      switch try Self.print(record, settle(record), isProxy: isProxy, &analysis, to: &renderer) {
      case .printed: printed += 1
      case .tooLong: tooLong += 1
      }
    } catch {
      unreadable += 1
    }
    try Self.move(&renderer.buffer, to: &file)
  }

  /// The analysis that holds of a record at its place in the order.
  @_lifetime(copy record)
  private mutating func settle(_ record: RecordItem) -> Span<UInt8> {
    guard let later = record.later else { return record.analysis }
    return fingerprints.meets(record.bytes(of: .fingerprint)) ? later : record.analysis
  }

  private static func print(
    _ record: RecordItem, _ section: Span<UInt8>, isProxy: Bool, _ analysis: inout RecordWriter,
    to renderer: inout JSONRenderer
  ) throws(Malformed) -> JSONRenderer.Outcome {
    guard isProxy else {
      return try renderer.record(
        head: record.head, analysis: section, tail: record.tail, flow: record.flow,
        time: record.time)
    }
    analysis.reset()
    try analysis.repeatAnalysis(section, withFirst: .residentialProxy)
    return try renderer.record(
      head: record.head, analysis: analysis.buffer.bytes, tail: record.tail, flow: record.flow,
      time: record.time)
  }

  private static func move(
    _ line: inout Buffer, to file: inout OutputSeries?
  ) throws(OutputFailure) {
    guard !line.isEmpty else { return }
    try file?.write(line.bytes)
    line.removeAll()
  }
}
