import Bytes
import Dissectors
import Packets
import Parse
import Render
import Wire
import X509

/// What arbitrary bytes are fed to: libFuzzer's by merc-fuzz, and what it once found by tests.
///
/// Traps are what is looked for; errors are the right answer.
package enum FuzzTarget: Sendable {
  /// A payload, read as one message.
  case message(Dissector)
  /// A whole packet, read and printed; the first byte chooses its link type.
  case packet
  /// A message as it comes over a link.
  case wire
  /// A certificate, reported field by field.
  case x509
  /// A resource archive, loaded and asked.
  case archive

  /// Every name of the registry, `packet`, `wire`, `x509` and `archive`.
  package static let all: [(name: String, target: FuzzTarget)] =
    registry.map { ($0.profile.name, .message($0)) }
    + [("packet", .packet), ("wire", .wire), ("x509", .x509), ("archive", .archive)]

  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name }?.target }
}

/// One target with the buffers that it uses again in each run.
package struct Fuzzer: ~Copyable {
  private let target: FuzzTarget
  private static let everything: RecordOptions = [
    .metadata, .dnsJSON, .certsJSON, .quicTrialDecryption, .exposedCredentials,
    .rawBitTorrent, .rawSMB, .rawSSDP, .rawSTUN, .rawTLS,
    .assessesQuantumSafety,
    .assessesByNIST, .clientRandoms,
  ]

  private var context = Context()
  private var plain = RecordWriter()
  private var full = RecordWriter(options: Self.everything)
  private var fingerprint = FingerprintWriter()
  private var pieces = Pieces(isWanted: true)
  private var step = PacketParser(.all, options: Self.everything)
  private var archives = ArchiveFuzzer()

  package init(_ target: FuzzTarget) {
    self.target = target
    context.options = Self.everything
  }

  package mutating func run(_ input: Span<UInt8>) {
    switch target {
    case .message(let dissector):
      plain.reset()
      _ = dissector.dissect(input, context, &plain, &fingerprint, &pieces)
      full.reset()
      _ = dissector.dissect(input, context, &full, &fingerprint, &pieces)
    case .packet:
      guard !input.isEmpty else { return }
      let linkType = LinkType.all[Int(input[0]) % LinkType.all.count]
      let packet = input.extracting(droppingFirst: 1)
      if case .record = step.parse(packet: packet, linkType: linkType) {
        printRecord(of: step)
      }
    case .wire:
      // A message that is refused is what hostile bytes deserve.
      try? readPart(input)
      try? readControl(input)
    case .x509:
      full.reset()
      full.object { X509.Certificate(input).report(to: &$0) }
    case .archive: archives.run(input)
    }
  }
}

/// Prints the record just parsed: what the parser writes can always be printed.
private func printRecord(of step: borrowing PacketParser) {
  var renderer = JSONRenderer(capacity: 1 << 12)
  do {
    _ = try renderer.record(
      head: step.head.buffer.bytes, analysis: step.analysis.buffer.bytes,
      tail: step.tail.buffer.bytes,
      flow: step.flow, time: 0)
  } catch {
    preconditionFailure("a record that cannot be printed")
  }
}

/// Reads a part of packets or records to its end, as the next stage would.
private func readPart(_ bytes: Span<UInt8>) throws {
  var input = Reader(bytes)
  let header = try PartHeader(&input)
  let end = Int(header.tally)
  var items = Reader(bytes.extracting(PartHeader.size..<end), isBody: true)
  for _ in 0..<header.items {
    if header.message.kind == .frames {
      _ = try FrameItem(&items)
    } else if PacketItem.isNext(in: items) {
      _ = try PacketItem(&items)
    } else {
      let record = try RecordItem(&items)
      for fact in Fact.allCases { _ = record.bytes(of: fact) }
    }
  }
  var tally = Tally()
  try tally.add(reading: bytes.extracting(droppingFirst: end))
  tally.add(tally)
  for entry in Tally.Entry.allCases { _ = tally.total(entry) }
}

/// Reads what is not a part: its body follows the header at once.
private func readControl(_ bytes: Span<UInt8>) throws {
  var input = Reader(bytes)
  let header = try MessageHeader(&input)
  switch header.kind {
  case .hello: _ = try Hello(&input)
  case .ack: _ = try Acknowledgement(&input, epoch: header.epoch)
  case .roster: _ = try Roster(&input)
  case .ledger: _ = try LedgerReport(&input)
  case .forget: _ = try Forget(&input)
  case .resources: _ = try ResourcesNotice(&input)
  case .plan: _ = try PlanNotice(&input)
  case .refused, .frames, .records, .analyzed, .ordered, .bye, .ping, .gap, .stranger: break
  }
}
