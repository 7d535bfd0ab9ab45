import Bytes
import Dissectors
import Foundation
import Packets
import Parse
import Render
import Streams
import Support
import Testing
import Wire

/// Messages that are spread over packets, whatever happens to these.
@Suite(.tags(.unit)) struct ReassemblyTests {
  private static let captures = Golden.captures.filter { $0.name == "spread" }

  /// Reads packets one after the other, with the memory of those before.
  private struct Line: ~Copyable {
    var segments: ReassemblingParser
    var (records, held) = (0, 0)

    init() {
      segments = ReassemblingParser(
        PacketParser(.all, options: everything, gathersPieces: true),
        options: everything, reassembler: Reassembler(slots: 1))
    }

    mutating func read(_ bytes: [UInt8], second: UInt64 = 1_700_000_000, round: UInt64 = 1) throws {
      let outcome = segments.parse(
        bytes.span, linkType: .ethernet,
        arrival: ReassemblingParser.Arrival(slot: 0, second: second, round: round),
        remembering: true)
      switch outcome {
      case .record, .data: try print()
      case .held: held += 1
      case .notSelected, .rejected: break
      }
    }

    private mutating func print() throws {
      records += 1
      let line = try #require(try segments.step.line())
      try StrictJSON.checkRecord(line.dropLast())
    }
  }

  @Test(arguments: captures) func survivesMutations(_ golden: Golden) throws {
    let packets = try ReadCapture(golden.capture).packets
    var random = SeededRandom("mutations of \(golden)")
    var line = Line()
    let rounds = Thoroughness.rounds(100)
    for _ in 0..<rounds {
      for packet in packets {
        let bytes = random.below(3) == 0 ? random.mutated(packet.bytes) : packet.bytes
        try line.read(bytes)
      }
    }
    #expect(line.records > rounds)
    #expect(line.held > rounds)
  }

  @Test(arguments: captures) func survivesAnyOrder(_ golden: Golden) throws {
    let packets = try ReadCapture(golden.capture).packets
    var random = SeededRandom("order of \(golden)")
    var line = Line()
    let rounds = Thoroughness.rounds(1000)
    for _ in 0..<rounds {
      let packet = packets[random.below(packets.count)]
      try line.read(packet.bytes, second: 1_700_000_000 + UInt64(random.below(20)))
    }
    #expect(line.held > rounds / 10)
  }

  /// What a successor has to be shown begins at the oldest message that still waits, and ends with
  /// it, or with time.
  @Test(arguments: ["tls", "quic", "dtls"]) func needsNoRoundTooMany(_ group: String) throws {
    let golden = try #require(Self.captures.first { $0.group == group })
    let packets = try ReadCapture(golden.capture).packets
    var line = Line()
    #expect(line.segments.lowWaterMark == .max)
    let (first, last) = group == "tls" ? (1, 3) : (0, 1)
    try line.read(packets[first].bytes, round: 7)
    #expect(line.segments.lowWaterMark == 7)
    try line.read(Frame.tcp([1, 2, 3]).ipv4().ethernet().bytes, round: 12)
    #expect(line.segments.lowWaterMark == 7)
    try line.read(packets[last].bytes, round: 20)
    #expect(line.records == 1)
    #expect(line.segments.lowWaterMark == .max)
    // Nothing ends this one.
    try line.read(packets[0].bytes, second: 1_700_000_100, round: 21)
    #expect(line.segments.lowWaterMark == 21)
    try line.read(Frame.tcp([]).ipv4().ethernet().bytes, second: 1_700_000_159, round: 22)
    #expect(line.segments.lowWaterMark == 21)
    try line.read(Frame.tcp([]).ipv4().ethernet().bytes, second: 1_700_000_160, round: 23)
    #expect(line.segments.lowWaterMark == .max)
  }

  /// However many messages begin and never end, few are kept.
  @Test func keepsFewOfManyBeginnings() throws {
    let packet = try ReadCapture(#require(Self.captures.first { $0.group == "quic" }).capture)
      .packets[0].bytes
    var line = Line()
    for port in 0..<300 as Range<UInt16> {
      var bytes = packet
      bytes[34] = UInt8(port >> 8)
      bytes[35] = UInt8(port & 0xff)
      try line.read(bytes, round: UInt64(port) + 1)
    }
    #expect(line.held == 300)
    #expect(line.segments.lowWaterMark == 300 - 11)
  }

  @Test(arguments: [(14, 1), (15, 0), (16, 0)])
  func waitsFifteenSeconds(_ later: UInt64, _ records: Int) throws {
    let packets = try ReadCapture(#require(Self.captures.first { $0.group == "dtls" }).capture)
      .packets
    var line = Line()
    try line.read(packets[0].bytes, second: 1_700_000_000)
    try line.read(packets[1].bytes, second: 1_700_000_000 + later)
    #expect(line.records == records)
    #expect(line.held == 1)
  }
}
