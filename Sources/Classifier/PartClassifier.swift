import Bytes
import Wire

/// The analyzer's step: a part of records in, the same with the analysis of each connection out.
///
/// A part is scored by the archive that its header names. Another archive is loaded beside the work,
/// so that no part waits for it.
package struct PartClassifier: Step, ~Copyable {
  /// An archive and what scoring by it uses again; a class, so that an array can hold it.
  private final class Scorer {
    let archive: ResourceArchive
    var classifier: Classifier
    init(_ archive: ResourceArchive) {
      self.archive = archive
      classifier = Classifier(archive, reports: [])
    }
  }

  private var plans = PlansInForce()
  /// What this process was started with, until capture has said which generation that is.
  private var first: ResourceArchive?
  private let path: String
  private var scorers: [UInt16: Scorer] = [:]
  private let loader: ArchiveLoader
  /// Generations that are not needed though they may be on their way.
  private var dropped: Set<UInt16> = []
  private var notices: [ResourcesNotice] = []
  private var analysis = RecordWriter(capacity: 1 << 13)
  private var later = RecordWriter(capacity: 1 << 13)

  /// Begins with an archive that was loaded from `path`.
  package init(
    _ archive: ResourceArchive, from path: String, options: LoadOptions,
    plans: PlansInForce = PlansInForce([RunPlan()])
  ) {
    first = archive
    self.path = path
    self.plans = plans
    loader = ArchiveLoader(options)
  }

  // MARK: Records

  /// - Throws: `MessageHeader.Refusal` if the part is of another wire version, malformed, not one of records,
  ///   or scored by an archive that is not in force.
  package mutating func process(_ part: Span<UInt8>, into result: inout PartBuilder)
    throws(MessageHeader.Refusal)
  {
    var input = Reader(part, isBody: true)
    var header = try PartHeader(&input)
    // The result of a part by a plan that capture has let go of is a duplicate, which no sink prints.
    guard header.message.kind == .records, let scorer = scorers[header.resources.generation],
      let plan = plans[header.plan] ?? plans.newest
    else { throw .malformed }
    scorer.classifier.reports = Classifier.Report(plan)
    let tally = part.extracting(droppingFirst: Int(header.tally))
    var items = Reader(part.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
    header.message.kind = .analyzed
    header.items = 0
    header.tally = 0
    result.begin(header)
    while !items.isAtEnd {
      if PacketItem.isNext(in: items) {
        guard let packet = try? PacketItem(&items) else { throw .malformed }
        result.countItem(packet: packet.packet)
        packet.write(to: &result.buffer)
        continue
      }
      let start = items.rest
      guard let record = try? RecordItem(&items) else { throw .malformed }
      result.countItem(packet: record.packet)
      analyze(
        record, start.extracting(first: start.count - items.count), scorer, into: &result.buffer)
    }
    result.endItems()
    result.buffer.append(tally)
    result.finish(name: header.name)
  }

  private mutating func analyze(
    _ record: borrowing RecordItem, _ item: Span<UInt8>, _ scorer: Scorer,
    into buffer: inout Buffer
  ) {
    guard let flow = record.flow, record.facts.fingerprint.count > 0 else {
      return buffer.append(item)
    }
    let subject = Subject(
      fingerprint: record.bytes(of: .fingerprint), serverName: record.bytes(of: .serverName),
      userAgent: record.bytes(of: .userAgent), destination: flow.destination,
      isIPv6: flow.isIPv6, port: flow.destinationPort)
    analysis.reset()
    later.reset()
    let outcome = scorer.classifier.analyze(
      subject, attributes: record.facts.attributes, first: &analysis, later: &later)
    switch outcome {
    case .notEligible: buffer.append(item)
    case .settled: record.write(to: &buffer, analysis: analysis.buffer.bytes, later: nil)
    case .dependsOnOrder:
      record.write(to: &buffer, analysis: analysis.buffer.bytes, later: later.buffer.bytes)
    }
  }

  package mutating func use(_ plans: PlansInForce) { self.plans = plans }

  // MARK: Archives

  package mutating func beWelcomed() {
    let newest = scorers.max { $0.key < $1.key }?.value.archive
    guard let archive = newest ?? first else { return }
    notices.append(notice(of: archive, generation: 0, path))
  }

  package mutating func reload() {
    var request = ResourcesNotice(.load)
    request.path = path
    notices.append(request)
  }

  private func notice(
    of archive: ResourceArchive, generation: UInt16, _ path: String
  ) -> ResourcesNotice {
    var notice = ResourcesNotice(
      .loaded, ResourcesInForce(generation: generation, formats: archive.formats))
    notice.digest = archive.digest
    notice.version = archive.version
    notice.path = path
    return notice
  }

  package mutating func hear(_ notice: ResourcesNotice) {
    let generation = notice.resources.generation
    switch notice.word {
    case .number:
      let held = scorers.values.first { $0.archive.digest == notice.digest }?.archive
      guard scorers[generation] == nil, let archive = held ?? first else { break }
      scorers[generation] = Scorer(archive)
      first = nil
      notices.append(self.notice(of: archive, generation: generation, notice.path))
    case .load:
      // Loading it again would do no harm, but take its time.
      if scorers[generation] == nil { loader.load(notice) }
    case .drop:
      scorers[generation] = nil
      dropped.insert(generation)
    case .inForce:
      scorers = scorers.filter { $0.key >= generation }
      first = nil
    case .loaded, .failed: break
    }
  }

  package mutating func takeNotices() -> [ResourcesNotice] {
    for (request, outcome) in loader.takeOutcomes()
    where !dropped.contains(request.resources.generation) {
      var answer = request
      switch outcome {
      case .success(let archive):
        scorers[request.resources.generation] = Scorer(archive)
        answer = notice(of: archive, generation: request.resources.generation, request.path)
      case .failure(let failure):
        answer.word = .failed
        answer.reason = "\(request.path): \(failure)"
      }
      notices.append(answer)
    }
    defer { if !notices.isEmpty { notices = [] } }
    return notices
  }
}
