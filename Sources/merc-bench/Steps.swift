import Bytes
import Capture
import Dissectors
import Files
import Output
import Packets
import Parse
import Render
import Stage
import Wire

/// The steps of all processes, each over the whole traffic before the next begins.
struct Steps: ~Copyable {
  private let traffic: Traffic
  /// What capture sends: a part for each of two parsers and round.
  private(set) var parts: [[UInt8]] = []
  private var parsed: [[UInt8]] = []
  private var forwarded = 0
  private var records = 0
  /// Parts to be filled again, as capture has them.
  private let pool = PartPool()

  init(_ traffic: Traffic) throws {
    self.traffic = traffic
    var verdicts: [UInt32?] = []
    judge(&verdicts)
    var built: [[UInt8]] = []
    build(verdicts) { part in built.append(part.builder.buffer.withBytes(copy)) }
    parts = built
    forwarded = verdicts.count { $0 != nil }
  }

  mutating func measure(_ table: inout Table) throws {
    let clock = ContinuousClock()
    var verdicts: [UInt32?] = []
    verdicts.reserveCapacity(traffic.count)
    let gating = clock.measure { judge(&verdicts) }
    table.note("gate", gating, per: traffic.count, of: .packets, bytes: traffic.bytes.count)
    let building = clock.measure { build(verdicts) { _ in } }
    let size = parts.reduce(0) { $0 + $1.count }
    table.note("rounds", building, per: forwarded, of: .packets, bytes: size)
    try parse([], "parse", &table)
    try parse([.metadata, .dnsJSON], "parse --metadata --dns-json", &table)
    try render(&table)
    try print(&table)
  }

  // MARK: Capture

  private func judge(_ verdicts: inout [UInt32?]) {
    var gate = Gate(.all, isOpen: false)
    traffic.forEach { _, packet in
      if case .forwarded(let hash, _) = gate.judge(packet, linkType: traffic.linkType) {
        verdicts.append(hash)
      } else {
        verdicts.append(nil)
      }
    }
  }

  private func build(_ verdicts: [UInt32?], _ submit: (HeldPart) -> Void) {
    var builder = RoundBuilder(source: 1, epoch: 1, linkType: traffic.linkType.rawValue)
    let owners: [Int?] = (0..<SlotSet.count).map { $0 % 2 }
    func supply() {
      guard builder.needsPart else { return }
      builder.supply(pool.parts.popLast() ?? HeldPart(capacity: 1 << 18))
    }
    func finish(isLast: Bool) {
      supply()
      for share in builder.finish(isLast: isLast, account: Buffer(capacity: 16)) {
        submit(share.part)
        pool.parts.append(share.part)
      }
    }
    traffic.forEach { number, packet in
      guard let hash = verdicts[number - 1] else { return }
      if !builder.isOpen { builder.begin(owners: owners) }
      supply()
      builder.add(
        FrameItem(
          packet: UInt64(number), time: 1_700_000_000_000_000_000 + UInt64(number) * 1000,
          originalLength: UInt32(packet.count), slot: UInt16(hash & UInt32(SlotSet.count - 1)),
          bytes: packet))
      if builder.isFull { finish(isLast: false) }
    }
    if builder.isOpen { finish(isLast: true) }
  }

  // MARK: Parse

  private mutating func parse(
    _ options: RecordOptions, _ name: String, _ table: inout Table
  ) throws {
    var step = PartParser(.all, options: options)
    var result = PartBuilder()
    let start = ContinuousClock.now
    for i in parts.indices {
      let part = parts[i]
      try step.process(part.span, into: &result)
    }
    let time = ContinuousClock.now - start
    let size = parts.reduce(0) { $0 + $1.count }
    parsed.removeAll()
    records = 0
    for i in parts.indices {
      let part = parts[i]
      try step.process(part.span, into: &result)
      records += result.items
      parsed.append(result.buffer.withBytes(copy))
    }
    table.note(name, time, per: forwarded, of: .packets, bytes: size)
    table.note(name + ", by record", time, per: records, of: .records)
  }

  // MARK: Sink

  private func render(_ table: inout Table) throws {
    var renderer = JSONRenderer(capacity: 1 << 20)
    var size = 0
    let start = ContinuousClock.now
    for i in parsed.indices {
      let part = parsed[i]
      var input = Reader(part.span, isBody: true)
      let header = try PartHeader(&input)
      var items = Reader(part.span.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
      while !items.isAtEnd {
        _ = try renderer.record(RecordItem(&items))
      }
      size += renderer.buffer.count
      renderer.buffer.removeAll()
    }
    table.note(
      "render", ContinuousClock.now - start, per: records, of: .records, bytes: size)
  }

  /// The sink's whole step, to a file that takes everything.
  private mutating func print(_ table: inout Table) throws {
    var merge = ReorderBuffer(epoch: 1, from: 1, window: 64)
    let start = ContinuousClock.now
    for i in parsed.indices {
      let part = parsed[i]
      var input = Reader(part.span, isBody: true)
      _ = merge.accept(try PartHeader(&input).name, part.span)
      while merge.takeRound(item: ReorderBuffer.record(in:from:), { _ in }) {}
    }
    table.note("merge", ContinuousClock.now - start, per: records, of: .records)
    var printer = RecordPrinter(writingTo: try OutputFile(creating: "/dev/null"))
    let begin = ContinuousClock.now
    for i in parsed.indices {
      let part = parsed[i]
      try printer.accept(part.span)
      try printer.print()
    }
    try printer.flush()
    table.note(
      "sink: merge, render, write", ContinuousClock.now - begin, per: records, of: .records)
  }
}

private final class PartPool {
  var parts: [HeldPart] = []
}

func copy(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
