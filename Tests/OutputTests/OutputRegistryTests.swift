import ArgumentParser
import Bytes
import Foundation
import Output
import Support
import Testing
import Wire

/// An output that is added as docs/adding-an-output.md says, and what the registry makes of the others.
@Suite(.tags(.unit)) struct OutputRegistryTests {
  /// Counts records and packets by message, and keeps what it was told.
  final class Census: Output {
    private(set) var records: [String: Int] = [:]
    private(set) var sensors: [String] = []
    private(set) var isClosed = false
    /// How many records it takes before its reader leaves.
    private let patience: Int
    private(set) var hasReader = true

    init(patience: Int = .max) { self.patience = patience }

    func use(_ plan: SinkPlan) { sensors.append(plan.sensor ?? "") }

    func put(_ record: borrowing RecordItem, analysis: Span<UInt8>) throws(FileFailure)
      -> PutOutcome
    {
      guard records.values.reduce(0, +) < patience else {
        guard hasReader else { return .taken }
        throw FileFailure("write", "census", errno: 32)
      }
      records[String(decoding: [UInt8](copying: record.message), as: UTF8.self), default: 0] += 1
      return .taken
    }

    func abandon() { hasReader = false }
    func close() throws(FileFailure) { isClosed = true }
  }

  struct CensusOptions: OutputOptions {
    @Option(help: "Count records.") var census: String?

    var destination: String? { census }
    func open(_ site: OutputSite) throws(FileFailure) -> (any Output)? {
      census == nil ? nil : Census()
    }
    var carried: [RunPlan.Setting] { [RunPlan.Setting("labels")] }
    var isRotated: Bool { false }
  }

  /// The registry with one declaration more.
  struct Switches: OutputRegistry {
    @OptionGroup var lines: LineOptions
    @OptionGroup var packets: PacketOptions
    @OptionGroup var rotation: RotationSwitches
    @OptionGroup var census: CensusOptions
  }

  private func part() -> [UInt8] {
    var builder = PartBuilder()
    let name = PartName(epoch: 7, round: 1, index: 0, count: 1)
    builder.begin(PartHeader(MessageHeader(.records, source: 1, epoch: 7), name: name))
    for (number, message) in ["tls", "dns", "dns"].enumerated() {
      builder.countItem(packet: UInt64(number + 1))
      let text = Array(message.utf8)
      RecordItem(
        packet: UInt64(number + 1), time: 1, flow: nil, facts: Facts(), message: text.span,
        head: Span(), notes: Span(), analysis: Span(), tail: Span()
      ).write(to: &builder.buffer)
    }
    builder.endItems()
    builder.buffer.append(tally: 3, .packets)
    builder.buffer.append(tally: 3, .forwarded)
    builder.finish(name: name, flags: .last)
    return [UInt8](copying: builder.buffer.bytes)
  }

  @Test func aDeclarationAddsAnOutput() throws {
    let file = try ScratchFile([], named: "lines")
    let switches = try Switches.parse(["--census", "x", "-f", file.path])
    #expect(switches.destinations() == [file.path, "x"])
    #expect(switches.carried == [RunPlan.Setting("labels")])
    let outputs = try switches.open(OutputSite(), isSecondary: false)
    let census = try #require(outputs.compactMap { $0 as? Census }.first)
    var printer = RecordPrinter(to: outputs)
    printer.learn(SinkPlan(RunPlan([RunPlan.Setting("sensor", "s")]), choice: .all))
    let bytes = part()
    try printer.accept(bytes.span)
    try printer.print()
    try printer.close()
    #expect(census.records == ["tls": 1, "dns": 2])
    #expect(census.sensors == ["s"] && census.isClosed)
    #expect(printer.account.total(.records) == 3)
    #expect(Ledger(printer.account).isExact)
    let written = try #require(FileManager.default.contents(atPath: file.path))
    let lines = String(decoding: written, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 3 && lines.allSatisfy { $0.hasSuffix(#","sensor":"s"}"#) })
  }

  /// Where it is asked for, standard output is left alone.
  @Test func linesAreTheDefault() throws {
    #expect(try Switches.parse([]).destinations() == ["-"])
    #expect(try Switches.parse(["--census", "x"]).destinations() == ["x"])
    #expect(try Switches.parse(["--write", "p.pcap"]).destinations() == ["p.pcap"])
    #expect(try OutputSwitches.parse(["--stats", "b"]).destinations() == ["-", "b"])
    #expect(try OutputSwitches.parse(["--stats", "b"]).destinations(isSecondary: true) == ["b"])
    #expect(throws: (any Error).self) { try OutputSwitches.parse(["-w", "-", "-f", "-"]) }
    #expect(throws: (any Error).self) { try OutputSwitches.parse(["-l", "5"]) }
  }

  @Test func packetsMustTravel() throws {
    let switches = try OutputSwitches.parse(["-w", "p.pcap"])
    #expect(switches.complaint(about: RunPlan())?.contains("--packets") == true)
    #expect(switches.complaint(about: RunPlan(switches.carried)) == nil)
  }

  /// A reader that leaves ends its own output; the last one's leaving ends the run.
  @Test func aReaderLeaves() throws {
    let bytes = part()
    let (short, long) = (Census(patience: 1), Census())
    var printer = RecordPrinter(to: [short, long])
    try printer.accept(bytes.span)
    try printer.print()
    #expect(short.records.values.reduce(0, +) == 1 && !short.hasReader)
    #expect(long.records == ["tls": 1, "dns": 2])
    var alone = RecordPrinter(to: [Census(patience: 1)])
    try alone.accept(bytes.span)
    let failure = #expect(throws: FileFailure.self) { try alone.print() }
    #expect(failure?.kind == .closedPipe)
  }
}
