import Bytes
import Render
import Wire

/// The sink's step: parts of records in, in any order and perhaps twice; JSON lines out, in the
/// order of the packets, each once; and the account of every packet.
package struct RecordPrinter: ~Copyable {
  private var merge: OrderedMerge?
  private var lines: LineWriter
  private var statistics: Statistics?
  /// What all parts counted together, and what was printed.
  package private(set) var tally = Tally()
  private var source: UInt32 = 0
  private var last: UInt64?
  /// The round that is printed next.
  private var next: UInt64 = 1

  /// The most rounds that can be waiting: more than capture lets be open.
  static let window = 64

  /// Prints to files; records that show a residential proxy at work say so where that is wanted.
  package init(
    writingTo file: consuming OutputSeries, counting statistics: consuming Statistics? = nil,
    detectingProxies: Bool = false
  ) {
    lines = LineWriter(file: file, proxies: detectingProxies ? ResidentialProxies() : nil)
    self.statistics = statistics
  }

  /// Prints to one file.
  package init(writingTo file: consuming OutputFile, detectingProxies: Bool = false) {
    self.init(writingTo: OutputSeries(file), detectingProxies: detectingProxies)
  }

  /// Why a part is not wanted at all.
  package enum Refusal: Error, Equatable { case otherSource, contradiction, tooFarAhead, malformed }

  /// Takes a part over; from now on it cannot be lost by another process.
  ///
  /// One that is here already is let pass.
  package mutating func accept(_ message: Span<UInt8>) throws(Refusal) {
    var input = Reader(message, isBody: true)
    guard let header = try? PartHeader(&input),
      (try? OrderedMerge.check(records: message)) != nil
    else { throw .malformed }
    if merge == nil {
      merge = OrderedMerge(epoch: header.name.epoch, from: 1, window: Self.window)
      source = header.message.source
    }
    guard header.message.source == source else { throw .otherSource }
    switch merge?.accept(header.name, message) {
    case .accepted:
      if header.message.flags.contains(.last) { last = header.name.round }
      do throws(Malformed) {
        try tally.add(reading: message.extracting(droppingFirst: Int(header.tally)))
      } catch {
        throw .malformed
      }
    case .duplicate: break
    case .otherEpoch: throw .otherSource
    case .otherCount: throw .contradiction
    case .tooFarAhead, nil: throw .tooFarAhead
    }
  }

  /// Prints all rounds that are complete.
  package mutating func print() throws(OutputFailure) {
    try Self.print(&merge, to: &lines, &statistics, &next)
  }

  private static func print(
    _ merge: inout OrderedMerge?, to lines: inout LineWriter, _ statistics: inout Statistics?,
    _ next: inout UInt64
  )
    throws(OutputFailure)
  {
    var isMore = true
    while isMore {
      isMore =
        try merge?.takeRound(item: OrderedMerge.record(in:from:)) {
          (item: Span<UInt8>) throws(OutputFailure) in
          statistics?.count(item)
          try lines.print(item)
        } ?? false
      if isMore { next += 1 }
    }
  }

  /// Writes out what has been printed.
  package mutating func flush() throws(OutputFailure) { try lines.file.flush() }

  /// Ends files whose time is over.
  package mutating func rotate() throws(OutputFailure) {
    try lines.file.rotate()
    try statistics?.rotate()
  }

  /// Goes on in new files where the old ones have been moved away.
  package mutating func reopen() throws(OutputFailure) { try lines.file.reopen() }

  /// Completes what has been written; nothing can be printed from then on.
  package mutating func close() throws(OutputFailure) {
    try lines.file.close()
    guard var statistics = statistics.take() else { return }
    try statistics.close()
  }

  /// Notes the version of the archive that records are scored by.
  package mutating func note(resourceVersion: String) {
    statistics?.resourceVersion = resourceVersion
  }

  /// How many observations found no place in the statistics.
  package var uncounted: UInt64 {
    switch statistics {
    case .some(let statistics): statistics.ignored
    case .none: 0
    }
  }

  /// Whether the source has ended and all of it is printed.
  package var isComplete: Bool {
    guard let last else { return false }
    return next > last
  }

  /// The account so far: what the parts say and what was printed.
  package var account: Tally {
    var account = tally
    account.add(lines.printed, .records)
    account.add(lines.tooLong, .dropped, "line too long")
    account.add(lines.unreadable, .dropped, "unreadable record")
    return account
  }
}

/// Prints records one by one to files.
private struct LineWriter: ~Copyable {
  private var renderer = JSONRenderer()
  var file: OutputSeries
  private var proxies: ResidentialProxies?
  private var fingerprints = RecentFingerprints()
  /// The analysis of a record that something is added to.
  private var analysis = RecordWriter(capacity: 1 << 12)
  private(set) var printed: UInt64 = 0
  private(set) var tooLong: UInt64 = 0
  private(set) var unreadable: UInt64 = 0

  init(file: consuming OutputSeries, proxies: consuming ResidentialProxies?) {
    self.file = file
    self.proxies = proxies
  }

  mutating func print(_ item: Span<UInt8>) throws(OutputFailure) {
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

  private static func move(_ line: inout Buffer, to file: inout OutputSeries) throws(OutputFailure)
  {
    guard !line.isEmpty else { return }
    try file.write(line.bytes)
    line.removeAll()
  }
}
