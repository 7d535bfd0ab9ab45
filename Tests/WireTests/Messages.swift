import Bytes
import Support
import Wire

/// Reads a message of any kind to its end, as its receivers do; throws where it is malformed.
func readWhole(_ message: Span<UInt8>) throws {
  var input = Reader(message)
  let header = try MessageHeader(&input)
  switch header.kind {
  case .hello: _ = try Hello(&input)
  case .refused: _ = try input.shortText()
  case .frames, .records, .analyzed, .ordered: try readPart(message)
  case .ack: _ = try Acknowledgement(&input, epoch: header.epoch)
  case .roster: _ = try Roster(&input)
  case .ledger: _ = try LedgerReport(&input)
  case .forget: _ = try Forget(&input)
  case .resources: _ = try ResourcesNotice(&input)
  case .plan: _ = try PlanNotice(&input)
  case .gap: _ = try input.u64le()
  case .bye, .ping, .stranger: break
  }
}

private func readPart(_ message: Span<UInt8>) throws {
  var input = Reader(message)
  let header = try PartHeader(&input)
  var copy = Buffer()
  PartHeader.filter(message, adding: .replay, into: &copy) { index, _ in index & 1 == 0 }
  var items = Reader(
    message.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
  while !items.isAtEnd {
    if header.message.kind == .frames {
      _ = try FrameItem(&items)
    } else if PacketItem.isNext(in: items) {
      _ = try PacketItem(&items)
    } else {
      try read(try RecordItem(&items))
    }
  }
  var tally = Tally()
  try tally.add(reading: message.extracting(droppingFirst: Int(header.tally)))
}

private func read(_ record: borrowing RecordItem) throws {
  for fact in Fact.allCases { _ = record.bytes(of: fact) }
  try skim(record.head)
  try skim(record.analysis)
  if let later = record.later { try skim(later) }
  try skim(record.tail)
}

extension RecordItem {
  /// The bytes of the section that holds of records that came before.
  var copyOfLater: [UInt8]? {
    if let later { [UInt8](copying: later) } else { nil }
  }
}

private func skim(_ section: Span<UInt8>) throws {
  var reader = CBORReader(try section.mapMembers)
  while !reader.isAtEnd { try reader.skip() }
}

extension SeededRandom {
  mutating func text() -> String {
    let words = ["", "a", "capture-1", "ipc:///tmp/ä", "tcp://[::1]:5555", "\u{1f980}", "x y"]
    return words[below(words.count)] + words[below(words.count)]
  }

  mutating func hello() -> Hello {
    var hello = Hello(
      stage: StageKind.allCases[below(StageKind.allCases.count)],
      pid: UInt32(truncatingIfNeeded: next()), window: next(), name: text(), data: text(),
      tap: text())
    hello.keepsState = below(2) == 0
    hello.policy = Policy(rawValue: UInt8(below(3)))
    return hello
  }

  mutating func plan(_ generation: UInt16) -> RunPlan {
    var plan = RunPlan()
    plan.generation = generation
    for _ in 0..<below(4) {
      plan.set(RunPlan.Setting("n\(below(9))", below(2) == 0 ? nil : "v=\(below(100)),ä"))
    }
    plan.sinks = (0..<below(3)).map { _ in text() }
    plan.messages = (0..<below(3)).map { _ in MessageName(text(), isOnlyByItself: below(2) == 0) }
    return plan
  }

  mutating func tally() -> Tally {
    var tally = Tally()
    for _ in 0..<below(6) {
      let entry = Tally.Entry.allCases[below(Tally.Entry.allCases.count)]
      tally.add(next() >> 8, entry, text())
    }
    return tally
  }

  mutating func partName() -> PartName {
    let count = UInt16(1 + below(300))
    return PartName(
      epoch: UInt32(truncatingIfNeeded: next()), round: next(),
      index: UInt16(below(Int(count))), count: count)
  }

  mutating func flow() -> Flow? {
    guard below(4) > 0 else { return nil }
    var flow = Flow()
    flow.isIPv6 = below(2) == 0
    let mask: UInt128 = flow.isIPv6 ? .max : 0xffff_ffff
    flow.source = (UInt128(next()) << 64 | UInt128(next())) & mask
    flow.destination = (UInt128(next()) << 64 | UInt128(next())) & mask
    flow.sourcePort = UInt16(truncatingIfNeeded: next())
    flow.destinationPort = UInt16(truncatingIfNeeded: next())
    flow.ipProtocol = byte()
    return flow
  }
}
