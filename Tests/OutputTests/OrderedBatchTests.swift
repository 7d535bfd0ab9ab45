import Bytes
import Files
import Support
import Testing
import Wire

@testable import Output

/// What further sinks are given.
@Suite(.tags(.unit)) struct OrderedBatchTests {
  private func part(
    _ round: UInt64, _ records: [(packet: UInt64, message: String)], kind: MessageHeader.Kind,
    isLast: Bool = false
  ) -> [UInt8] {
    var builder = PartBuilder()
    let name = PartName(epoch: 5, round: round, index: 0, count: 1)
    builder.begin(PartHeader(MessageHeader(kind, epoch: 5), name: name, linkType: 1))
    let none: [UInt8] = []
    for (packet, message) in records {
      let message = Array(message.utf8)
      builder.countItem(packet: packet)
      RecordItem(
        packet: packet, time: packet, flow: nil, facts: Facts(), message: message.span,
        head: none.span, notes: none.span, analysis: none.span, tail: none.span
      ).write(to: &builder.buffer)
      builder.countItem(packet: packet)
      PacketItem(
        packet: packet, time: packet, originalLength: 1, message: message.span, bytes: message.span
      ).write(to: &builder.buffer)
    }
    builder.endItems()
    builder.buffer.append(tally: UInt64(records.count) + 3, .packets)
    builder.buffer.append(tally: 3, .gated, "no payload")
    builder.buffer.append(tally: UInt64(records.count), .forwarded)
    builder.finish(name: name, flags: isLast ? .last : [])
    return [UInt8](copying: builder.buffer.bytes)
  }

  private struct NothingCollected: Error {}

  private func taken(from printer: inout RecordPrinter) throws -> OrderedBatch {
    guard let batch = printer.takeOrdered() else { throw NothingCollected() }
    return batch
  }

  /// Gives a printer what another has collected, as the sink does.
  private func pass(
    from first: inout RecordPrinter, _ account: inout SecondaryAccount, round: UInt64,
    to second: inout RecordPrinter, isLast: Bool = false
  ) throws {
    let batch = try taken(from: &first)
    let name = PartName(epoch: 9, round: round, index: 0, count: 1)
    let flags: MessageHeader.Flags = isLast ? .last : []
    let header = PartHeader(
      MessageHeader(.ordered, flags: flags, epoch: 9), name: name, linkType: 1)
    var part = PartBuilder()
    batch.write(to: &part, header, account.next(first.tally))
    first.reuse(batch)
    try second.accept(part.buffer.bytes)
    try second.print()
  }

  private func choose(
    _ names: [String], ofAllPackets: Bool = false, in printer: inout RecordPrinter
  ) throws {
    let line = ["tls", "dns"].map { MessageName($0) }
    let choice = RecordChoice(
      of: try MessageChoice(names, among: line), keepingAllPackets: ofAllPackets)
    printer.learn(SinkPlan(RunPlan(), choice: choice))
  }

  @Test func accountsAddUpWhateverIsChosen() throws {
    let packets = try ScratchFile([])
    var first = RecordPrinter(to: [])
    first.beginOrdering()
    try choose(["dns"], in: &first)
    var second = RecordPrinter(to: [
      PacketOutput(to: OutputSeries(try OutputFile(creating: packets.path)))
    ])
    try choose(["tls"], in: &second)
    var account = SecondaryAccount(after: first.tally, given: first.given)
    try first.accept(part(1, [(4, "tls"), (7, "dns"), (8, "tls")], kind: .records).span)
    try first.print()
    try pass(from: &first, &account, round: 1, to: &second)
    try first.accept(part(2, [(11, "dns"), (12, "tls")], kind: .records, isLast: true).span)
    try first.print()
    try pass(from: &first, &account, round: 2, to: &second, isLast: true)
    let areComplete = first.isComplete && second.isComplete
    #expect(areComplete)
    let (one, two) = (first.account, second.account)
    #expect(one[.records] == 2 && one[.notSelected, "for other sinks"] == 3)
    #expect(two[.records] == 3 && two[.notSelected, "for other sinks"] == 2)
    #expect(two[.written] == 3)
    #expect(Ledger(one).isExact && Ledger(two).isExact)
    #expect(two.total(.packets) == 11)
  }

  /// It is left out of the account's one side as of the other.
  @Test func whatIsLeftOutIsCounted() throws {
    var first = RecordPrinter(to: [])
    first.beginOrdering()
    var second = RecordPrinter(to: [])
    var account = SecondaryAccount(after: first.tally, given: first.given)
    try first.accept(part(1, [(1, "tls"), (2, "tls")], kind: .records).span)
    try first.print()
    let batch = try taken(from: &first)
    account.leaveOut(records: batch.records, packets: batch.packets)
    first.reuse(batch)
    try first.accept(part(2, [(3, "tls")], kind: .records, isLast: true).span)
    try first.print()
    try pass(from: &first, &account, round: 1, to: &second, isLast: true)
    let told = second.account
    #expect(told[.records] == 1)
    #expect(told[.dropped, SecondaryAccount.reason] == 2)
    #expect(told[.unwritten, SecondaryAccount.reason] == 2)
    #expect(Ledger(told).isExact)
  }

  /// Parts may have been counted whose records have not had their turn.
  @Test func aLatecomersAccountBeginsWithItsFirstRecord() throws {
    var first = RecordPrinter(to: [])
    try first.accept(part(1, [(1, "tls"), (2, "tls")], kind: .records).span)
    try first.print()
    try first.accept(part(2, [(3, "tls"), (4, "dns")], kind: .records, isLast: true).span)
    first.beginOrdering()
    var account = SecondaryAccount(after: first.tally, given: first.given)
    try first.print()
    var second = RecordPrinter(to: [])
    try pass(from: &first, &account, round: 1, to: &second, isLast: true)
    let told = second.account
    #expect(told[.records] == 2 && told.total(.packets) == 2)
    #expect(Ledger(told).isExact)
  }

  /// Of several sources, numbers go up and down; only who has ordered them may send that.
  @Test func onlyWhatIsOrderedNeedNotGoByNumber() throws {
    var printer = RecordPrinter(to: [])
    let records = [(9 as UInt64, "tls"), (2, "tls")].map { (packet: $0.0, message: $0.1) }
    let unordered = part(1, records, kind: .records)
    #expect(throws: RecordPrinter.Refusal.malformed) { try printer.accept(unordered.span) }
    try printer.accept(part(1, records, kind: .ordered).span)
    try printer.print()
    let account = printer.account
    #expect(account[.records] == 2)
  }

  /// A batch that is full is to be taken before there is more.
  @Test func stopsWhenThereIsEnoughForAPart() throws {
    var printer = RecordPrinter(to: [])
    printer.beginOrdering()
    let message = String(repeating: "x", count: 200)
    let records = (1...1000 as ClosedRange<UInt64>).map { (packet: $0, message: message) }
    try printer.accept(part(1, records, kind: .records, isLast: true).span)
    var counts: [UInt64] = []
    while try !printer.print() {
      let batch = try taken(from: &printer)
      counts.append(batch.records)
      printer.reuse(batch)
    }
    let rest = try taken(from: &printer)
    #expect(counts.count == 2 && counts.allSatisfy { $0 > 300 })
    let others = rest.records
    #expect(counts.reduce(others, +) == 1000)
    printer.reuse(rest)
    let isComplete = printer.isComplete
    #expect(isComplete)
  }
}
