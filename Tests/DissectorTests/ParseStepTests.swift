import Bytes
import Dissectors
import Packets
import Parse
import Support
import Testing
import Wire

/// Takes payloads that start with `GET `, says that five bytes are missing, and writes before it
/// knows.
private struct Greedy: PlainMessage, ~Escapable {
  static let profile = Profile(
    "greedy", over: .tcp, when: .keyword("GET |POST"), key: "greedy", summary: "",
    specification: "")

  let word: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) { word = try input.take(4) }

  func report(to record: inout RecordWriter) { record.text("word", word) }
  var missing: Missing { .bytes(5) }
}

private struct Picky: PlainMessage, ~Escapable {
  static let profile = Profile(
    "picky", over: .tcp, when: .keyword("GET "), key: "picky", summary: "", specification: "")

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) { throw .invalid }

  func report(to record: inout RecordWriter) {}
}

@Suite(.tags(.unit)) struct ParseStepTests {
  private let registry = [Dissector(Picky.self), Dissector(Greedy.self)]
  private let get = Frame.tcp(Array("GET /".utf8)).ipv4(from: 0x0102_0304, to: 0x0506_0708)

  /// The outcome, and head and tail as hexadecimal digits.
  private func parse(
    _ frame: Frame, _ linkType: LinkType = .ethernet, options: RecordOptions = []
  ) -> (outcome: PacketParser.Outcome, head: [UInt8], tail: [UInt8]) {
    var step = PacketParser(.all, options: options, registry: registry)
    let outcome = step.parse(packet: frame.bytes.span, linkType: linkType)
    let (head, tail) = (step.head.buffer.bytes, step.tail.buffer.bytes)
    return (outcome, head.indices.map { head[$0] }, tail.indices.map { tail[$0] })
  }

  private func text(_ word: String) -> [UInt8] { [0x60 + UInt8(word.utf8.count)] + word.utf8 }

  @Test func triesCandidatesInOrder() {
    let read = parse(get.ethernet())
    #expect(read.outcome == .record(1))
    #expect(read.head == [0xbf] + text("word") + text("GET ") + [0xff])
    let truncated = [0xbf] + text("truncated") + [0xf5, 0xff]
    #expect(read.tail == [0xbf] + text("reassembly_properties") + truncated + [0xff])
  }

  @Test func describesTheLayersBelow() {
    let read = parse(get.ipv4().ethernet(), options: .metadata)
    let ip: [UInt8] =
      text("version") + [4] + text("ttl") + [0x18, 64] + text("id") + [0xd7, 0x42, 0x12, 0x34]
    let addresses: [UInt8] =
      text("src_ip") + [0xd8, 52, 0x44, 10, 0, 0, 1] + text("dst_ip")
      + [0xd8, 52, 0x44, 10, 0, 0, 2]
    let tunnel = text("type") + text("ip encapsulation") + addresses
    let tail =
      text("ip") + [0xbf] + ip + [0xff] + text("encapsulations") + [0x9f, 0xbf] + tunnel
      + [0xff, 0xff, 0xff]
    #expect(Array(read.tail.suffix(tail.count)) == tail)
  }

  @Test func writesAFlowLabelAsFiveDigits() {
    let read = parse(Frame.tcp(Array("GET ".utf8)).ipv6(label: 0xab).ethernet(), options: .metadata)
    let id = text("id") + text("000ab")
    #expect(read.tail.indices.contains { read.tail[$0...].starts(with: id) })
  }

  @Test func countsWhatGivesNoRecord() {
    #expect(parse(Frame.tcp([1, 2, 3, 4]).ipv4().ethernet()).outcome == .notSelected(.tcpPayload))
    #expect(parse(get, .ethernet).outcome == .notSelected(.etherType))
    var step = PacketParser(.all, registry: [Dissector(Picky.self)])
    let outcome = step.parse(packet: get.bytes.span, linkType: .raw)
    #expect(outcome == .rejected(0))
  }

  @Test func tellsTheFlow() {
    var step = PacketParser(.all, registry: registry)
    _ = step.parse(packet: get.bytes.span, linkType: .raw)
    let flow = step.flow
    #expect(flow.source == 0x0102_0304 && flow.destinationPort == 443)
  }
}
