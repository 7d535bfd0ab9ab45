import Bytes
import Capture
import Dissectors
import Packets
import Parse
import Support
import Testing
import Wire

/// Four bytes of text, for a registry in which every kind of candidate occurs.
private struct Greeting: PlainMessage, ~Escapable {
  static let profile = Profile(
    "greeting", over: .tcp, when: .keyword("HEY "), key: "greeting", summary: "", specification: "")
  let text: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    try input.expect("HEY ")
    text = try input.take(4)
  }

  func report(to record: inout RecordWriter) { record.object("greeting") { $0.text("text", text) } }
}

private struct Opening: PlainMessage, ~Escapable {
  static let profile = Profile(
    "opening", over: .tcp, when: .syn, key: "opening", summary: "", specification: "")

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) { try input.skip(20) }

  func report(to record: inout RecordWriter) { record.object("opening") { $0.flag("seen", true) } }
}

/// Suggests itself and is never read.
private struct Farewell: PlainMessage, ~Escapable {
  static let profile = Profile(
    "farewell", over: .tcp, when: .keyword("HEY "), .keyword("BYE "), key: "", summary: "",
    specification: "")

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) { throw .invalid }

  func report(to record: inout RecordWriter) {}
}

/// Suggests itself and is never read.
private struct Name: PlainMessage, ~Escapable {
  static let profile = Profile(
    "name", over: .udp, when: .port(.either(53)), key: "", summary: "", specification: "")

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) { throw .invalid }

  func report(to record: inout RecordWriter) {}
}

/// Suggests itself and is never read.
private struct Routing: PlainMessage, ~Escapable {
  static let profile = Profile(
    "routing", over: .ip, when: .ipProtocol(89), key: "", summary: "", specification: "")

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) { throw .invalid }

  func report(to record: inout RecordWriter) {}
}

private let fewMessages = [
  Dissector(Farewell.self), Dissector(Greeting.self), Dissector(Opening.self), Dissector(Name.self),
  Dissector(Routing.self),
]

/// What became of packets, by the ledger's names: a packet is in exactly one line.
private struct Outcomes: Equatable {
  var records: [String: Int] = [:]
  var others: [String: Int] = [:]

  mutating func add(_ outcome: PacketParser.Outcome, _ registry: [Dissector]) {
    switch outcome {
    case .record(let index): records[registry[index].profile.name, default: 0] += 1
    case .notSelected(let reason): others["\(reason.name)", default: 0] += 1
    case .rejected(let index): others[registry[index].profile.name, default: 0] += 1
    case .data, .held: others["\(outcome)", default: 0] += 1
    }
  }
}

/// Parses packets with and without a gate before the parser, and compares.
private struct Comparison: ~Copyable {
  var gate: Gate
  var openGate: Gate
  var parser: PacketParser
  var (gated, open) = (Outcomes(), Outcomes())
  var disagreements: [String] = []
  let registry: [Dissector]

  init(_ selection: Selection = .all, registry: [Dissector]) {
    self.registry = registry
    gate = Gate(selection, isOpen: false, registry: registry)
    openGate = Gate(selection, isOpen: true, registry: registry)
    parser = PacketParser(selection, registry: registry)
  }

  mutating func add(_ bytes: Span<UInt8>, linkType: LinkType = .ethernet) {
    let outcome = parser.parse(packet: bytes, linkType: linkType)
    open.add(outcome, registry)
    let verdict = gate.judge(bytes, linkType: linkType)
    let openVerdict = openGate.judge(bytes, linkType: linkType)
    guard case .forwarded = openVerdict else {
      disagreements.append("an open gate gave \(openVerdict)")
      return
    }
    switch (verdict, outcome) {
    case (.forwarded, .record), (.forwarded, .rejected):
      gated.add(outcome, registry)
      if verdict != openVerdict { disagreements.append("\(verdict) but \(openVerdict)") }
    case (.notSelected(let reason), .notSelected(let other)) where reason == other: break
    default: disagreements.append("\(verdict) but \(outcome)")
    }
  }

  /// What the gated line came to, the gate's own counts included.
  mutating func total() throws -> Outcomes {
    var lines = Buffer()
    var tally = Tally()
    gate.tell(in: &lines)
    try tally.add(reading: lines.bytes)
    for (line, count) in tally.counts {
      #expect(line.entry == .gated)
      gated.others[line.name, default: 0] += Int(count)
    }
    return gated
  }

  mutating func check() throws {
    #expect(disagreements.prefix(5) == [])
    let (total, open) = (try total(), open)
    #expect(total == open)
  }
}

extension Gate {
  fileprivate mutating func judge(_ frame: Frame) -> Verdict {
    let bytes = frame.bytes
    return judge(bytes.span, linkType: .ethernet)
  }
}

@Suite(.tags(.unit)) struct GateTests {
  private static let frames: [Frame] = [
    Frame.tcp(Array("HEY you!".utf8)).ipv4().ethernet(),
    Frame.tcp(Array("HEY".utf8)).ipv4().ethernet(),
    Frame.tcp(Array("HEY yo".utf8)).ipv6().ethernet(),
    Frame.tcp(Array("BYE you!".utf8)).ipv4().ethernet(vlans: [7]),
    Frame.tcp([], flags: Frame.Flags.syn).ipv4().ethernet(),
    Frame.tcp([], flags: Frame.Flags.syn | Frame.Flags.ack).ipv4().ethernet(),
    Frame.tcp([]).ipv4().ethernet(),
    Frame.udp([1, 2, 3], to: 53).ipv4().ethernet(),
    Frame.udp([1, 2, 3], to: 54).ipv4().ethernet(),
    Frame.ip([1, 2, 3], protocol: 89).ipv4().ethernet(),
    Frame.ip([1, 2, 3], protocol: 90).ipv4().ethernet(),
    Frame.tcp(Array("HEY you!".utf8)).ipv4().ethernet().vxlan().ipv4().ethernet(),
    Frame.tcp(Array("HEY you!".utf8)).ipv4().gre().ipv6().ethernet(),
    Frame([1, 2, 3]).ethernet(type: EtherType.arp),
    Frame(),
  ]

  @Test func holdsBackOnlyWhatTheParserWouldPass() throws {
    var comparison = Comparison(registry: fewMessages)
    for frame in Self.frames { comparison.add(frame.bytes.span) }
    let open = comparison.open
    #expect(open.records == ["greeting": 3, "opening": 1])
    #expect(open.others["farewell"] == 2)
    #expect(open.others["name"] == 1)
    #expect(open.others["routing"] == 1)
    try comparison.check()
  }

  @Test func holdsBackTheSameOfAnything() throws {
    var random = SeededRandom("gate")
    var few = Comparison(registry: fewMessages)
    var all = Comparison(registry: registry)
    for _ in 0..<Thoroughness.rounds(20_000) {
      let bytes = random.mutated(Self.frames[random.below(Self.frames.count)].bytes)
      let linkType = LinkType.all[random.below(3) == 0 ? random.below(LinkType.all.count) : 1]
      few.add(bytes.span, linkType: linkType)
      all.add(bytes.span, linkType: linkType)
    }
    try few.check()
    try all.check()
  }

  @Test func tellsEachCountOnce() throws {
    var gate = Gate(.none, isOpen: false, registry: registry)
    for _ in 0..<3 { _ = gate.judge(Self.frames[0]) }
    var lines = Buffer()
    var tally = Tally()
    gate.tell(in: &lines)
    try tally.add(reading: lines.bytes)
    #expect(tally.counts == [Tally.Line(.gated, "tcp payload"): 3])
    lines.removeAll()
    gate.tell(in: &lines)
    let isEmpty = lines.isEmpty
    #expect(isEmpty)
  }

  @Test func sendsBothDirectionsToOneSlot() {
    var gate = Gate(.all, isOpen: true, registry: registry)
    let there = Frame.tcp([1], from: 1000, to: 2000).ipv4(from: 1, to: 2).ethernet()
    let back = Frame.tcp([1], from: 2000, to: 1000).ipv4(from: 2, to: 1).ethernet()
    let other = Frame.tcp([1], from: 2001, to: 1000).ipv4(from: 2, to: 1).ethernet()
    let verdicts = [there, back, other].map { gate.judge($0) }
    #expect(verdicts[0] == verdicts[1])
    #expect(verdicts[0] != verdicts[2])
  }

  @Test(.exhaustive, .enabled(if: !SharedCorpus.captures.isEmpty, "no shared/corpus/pcap here"))
  func holdsBackTheSameOfTheCorpus() throws {
    let selections: [Selection] = [.all, .none, try Selection(parsing: "tls,dns,gre")]
    for selection in selections {
      var comparison = Comparison(selection, registry: registry)
      for path in SharedCorpus.captures {
        var source = try PacketSource(path: path) { true }
        // A capture that was cut off counts as far as it goes.
        while (try? source.next()) == true {
          comparison.add(source.bytes, linkType: source.linkType)
        }
      }
      try comparison.check()
    }
  }
}
