import Bytes
import Capture
import Classifier
import Dissectors
import Files
import Foundation
import Output
import Packets
import Parse
import Stage
import Streams
import Wire

/// The whole pipeline in this process: the stages' own code without sockets.
package enum InProcess {
  package struct Outcome: Sendable {
    package let output: Data
    package let account: Tally
  }

  /// Reads a capture with this many parsers, each with the packets of its slots and an analyzer
  /// behind it where there is an archive.
  ///
  /// A round ends after `round` packets at the latest.
  package static func run(
    _ path: String, parsers: Int = 2, gate isGated: Bool = true, options: RecordOptions = [],
    reassembles: Bool = false, archive: ResourceArchive? = nil, round: Int = .max
  ) throws -> Outcome {
    let file = try ScratchFile([], named: "output")
    var printer = RecordPrinter(
      writingTo: try OutputFile(creating: file.path),
      detectingProxies: options.contains(.clientRandoms))
    var source = try PacketSource(path: path) { true }
    var gate = Gate(
      .all, isOpen: !isGated, followsMessages: reassembles,
      firstData: FirstData(options))
    var builder = RoundBuilder(source: 1, epoch: 7, linkType: source.linkType.rawValue)
    let pool = (0..<parsers).map { _ in Parser(options, reassembles: reassembles, archive) }
    let resources = ResourcesInForce(
      generation: archive == nil ? 0 : 1, formats: archive?.formats)
    let owners = (0..<SlotSet.count).map { $0 % parsers as Int? }
    var packets: UInt64 = 0
    var taken = 0
    var failure: RecordPrinter.Refusal?

    func close(isLast: Bool) {
      let shares = builder.finish(isLast: isLast) { buffer in
        buffer.append(tally: packets, .packets)
        gate.tell(in: &buffer)
      }
      packets = 0
      for share in shares {
        failure = failure ?? pool[share.owner ?? 0].parse(share.part, into: &printer)
      }
    }

    while try source.next() {
      packets += 1
      let verdict = gate.judge(source.bytes, linkType: source.linkType, time: source.time)
      guard case .forwarded(let hash, let isFirst) = verdict else { continue }
      if !builder.isOpen { builder.begin(owners: owners, resources: resources) }
      let frame = FrameItem(
        packet: source.count, time: source.time, originalLength: source.originalLength,
        slot: UInt16(hash & UInt32(SlotSet.count - 1)), hasFirstData: isFirst, bytes: source.bytes)
      builder.add(frame, capacity: 1 << 12)
      taken += 1
      if builder.isFull || taken % round == 0 { close(isLast: false) }
      try printer.print()
    }
    if !builder.isOpen { builder.begin(owners: owners, resources: resources) }
    close(isLast: true)
    if let failure { throw failure }
    try printer.print()
    try printer.flush()
    return Outcome(
      output: FileManager.default.contents(atPath: file.path) ?? Data(), account: printer.account)
  }

  private final class Parser {
    var step: PartParser
    var result = PartBuilder()
    var analyzer: Analyzer?

    init(_ options: RecordOptions, reassembles: Bool, _ archive: ResourceArchive?) {
      analyzer = archive.map { Analyzer($0) }
      step = PartParser(
        .all, options: options,
        reassembler: reassembles ? Reassembler(slots: SlotSet.count) : nil)
    }

    /// Parses a part and hands the result over; why it was not wanted.
    func parse(_ part: HeldPart, into printer: inout RecordPrinter) -> RecordPrinter.Refusal? {
      part.builder.buffer.withBytes { try? step.process($0, into: &result) }
      if let analyzer {
        result.buffer.withBytes { analyzer.analyze($0) }
        return analyzer.result.buffer.withBytes { Self.hand($0, to: &printer) }
      }
      return result.buffer.withBytes { Self.hand($0, to: &printer) }
    }

    private static func hand(_ part: Span<UInt8>, to printer: inout RecordPrinter)
      -> RecordPrinter.Refusal?
    {
      do throws(RecordPrinter.Refusal) {
        try printer.accept(part)
        return nil
      } catch {
        return error
      }
    }
  }

  private final class Analyzer {
    var step: PartClassifier
    var result = PartBuilder()

    init(_ archive: ResourceArchive) {
      step = PartClassifier(archive, from: "", options: LoadOptions())
      var notice = ResourcesNotice(.number, ResourcesInForce(generation: 1))
      notice.digest = archive.digest
      step.hear(notice)
    }

    func analyze(_ part: Span<UInt8>) { try? step.process(part, into: &result) }
  }
}
