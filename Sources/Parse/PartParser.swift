import Bytes
import Dissectors
import Packets
import Streams
import Wire

/// The parser's step for packets of one source: a part of them in, a part of records out, and an
/// account of the rest.
package struct PartParser: Step, ~Copyable {
  private var segments: ReassemblingParser
  /// What became of packets that gave no record: by `Unread`, then by registry index.
  private var counts: [UInt64]
  private let names: [String]
  /// The names of messages by registry index, and that of data which none was found in.
  private let messageNames: [[UInt8]]
  /// Where the registry's begin.
  private let messages = Unread.allCases.count
  private var held: UInt64 = 0
  /// Where the records are scored by no archive, which is made for certain forms.
  private let formats: FingerprintFormats
  private let copies: Copies

  /// Which packets go along with the records.
  package enum Copies: Sendable {
    case none
    /// Those that gave a record, or whose segment is part of a message that several make.
    case ofRecords
    case all
  }

  package init(
    _ selection: Selection, options: RecordOptions = [], copying copies: Copies = .none,
    formats: FingerprintFormats = FingerprintFormats(), reassembler: Reassembler? = nil,
    registry: [Dissector] = registry
  ) {
    segments = ReassemblingParser(
      PacketParser(
        selection, options: options, formats: formats, gathersPieces: reassembler != nil,
        registry: registry),
      options: options, reassembler: reassembler)
    self.formats = formats
    self.copies = copies
    names = Unread.allCases.map { "\($0.name)" } + registry.map(\.profile.name)
    messageNames = (registry.map(\.profile.name) + [MessageName.nonselected.text])
      .map { Array($0.utf8) }
    counts = [UInt64](repeating: 0, count: names.count)
  }

  /// The step that a plan asks for; `nil` where one of its settings means nothing.
  package init?(_ plan: RunPlan) {
    guard let selection = try? Selection(of: plan), let options = try? plan.recordOptions,
      let formats = try? plan.formats
    else { return nil }
    self.init(
      selection, options: options,
      copying: selection.keepsAllPackets ? .all : plan.carriesPackets ? .ofRecords : .none,
      formats: formats,
      reassembler: plan.reassembles
        ? Reassembler(slots: SlotSet.count, minimizingMemory: plan.minimizesMemory) : nil)
  }

  /// - Throws: `MessageHeader.Refusal` if the part is of another wire version, malformed, or not one of
  ///   frames.
  package mutating func process(_ part: Span<UInt8>, into result: inout PartBuilder)
    throws(MessageHeader.Refusal)
  {
    var input = Reader(part, isBody: true)
    var header = try PartHeader(&input)
    guard header.message.kind == .frames else { throw .malformed }
    let linkType = LinkType(rawValue: header.linkType)
    let tally = part.extracting(droppingFirst: Int(header.tally))
    var frames = Reader(part.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
    let expected = header.items
    segments.step.use(header.resources.formats ?? formats)
    header.message.kind = .records
    header.items = 0
    header.tally = 0
    result.begin(header)
    var seen: UInt32 = 0
    while seen < expected, let frame = try? FrameItem(&frames) {
      seen += 1
      parse(frame, linkType, header, into: &result)
    }
    result.endItems()
    result.buffer.append(tally)
    tell(in: &result.buffer)
    result.finish(name: header.name)
  }

  private mutating func parse(
    _ frame: borrowing FrameItem, _ linkType: LinkType, _ part: PartHeader,
    into result: inout PartBuilder
  ) {
    let arrival = ReassemblingParser.Arrival(
      slot: Int(frame.slot), second: frame.time / 1_000_000_000, round: part.name.round,
      hasFirstData: frame.hasFirstData)
    let outcome = segments.parse(
      frame.bytes, linkType: linkType, arrival: arrival,
      remembering: !part.message.flags.contains(.probe))
    var message = segments.joined
    switch outcome {
    case .record(let index): message = index
    case .data: message = messageNames.count - 1
    case .notSelected(let reason): counts[Int(reason.rawValue)] += 1
    case .held: held += 1
    case .rejected(let index): counts[messages + index] += 1
    }
    let name = message.map { messageNames[$0] } ?? []
    if outcome.isRecord {
      let hasFlow = segments.step.context.network.version != 0
      let record = RecordItem(
        packet: frame.packet, time: frame.time, flow: hasFlow ? segments.step.flow : nil,
        facts: segments.step.facts, message: name.span,
        head: segments.step.head.buffer.bytes, notes: segments.step.head.notes.bytes,
        analysis: segments.step.analysis.buffer.bytes, tail: segments.step.tail.buffer.bytes)
      result.countItem(packet: frame.packet)
      record.write(to: &result.buffer)
    }
    guard copies == .all || copies == .ofRecords && message != nil else { return }
    result.countItem(packet: frame.packet)
    PacketItem(frame, of: name.span).write(to: &result.buffer)
  }

  package mutating func forget(_ what: Forget, of epoch: UInt32) { segments.forget(what) }
  package var keepsState: Bool { segments.keepsState }
  package func lowWaterMark(of epoch: UInt32) -> UInt64 { segments.lowWaterMark }

  private mutating func tell(in buffer: inout Buffer) {
    buffer.append(tally: held, .held)
    held = 0
    for i in counts.indices where counts[i] > 0 {
      let entry: Tally.Entry = i < messages ? .notSelected : .rejected
      buffer.append(tally: counts[i], entry, names[i])
      counts[i] = 0
    }
  }
}
