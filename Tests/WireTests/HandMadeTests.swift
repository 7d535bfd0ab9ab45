import Bytes
import Support
import Testing
import Wire

/// That docs/wire.md is true: what it says, spelled by hand, is what is read.
@Suite(.tags(.unit)) struct HandMadeTests {
  @Test func thereIsOneOfEveryKind() throws {
    let kinds = try HandMade.all.map { message in
      let bytes = message.bytes
      var input = Reader(bytes.span)
      return try MessageHeader(&input).kind
    }
    #expect(kinds.map { "\($0)" } == HandMade.all.map(\.name))
    #expect(kinds.map(\.rawValue) == MessageHeader.Kind.allCases.map(\.rawValue))
  }

  @Test func header() throws {
    let message = HandMade.bye
    var input = Reader(message.span)
    let header = try MessageHeader(&input)
    #expect(
      header == MessageHeader(.bye, flags: .failed, source: 7, epoch: 0x0102_0304))
    let isAtEnd = input.isAtEnd
    #expect(isAtEnd)
  }

  @Test func otherVersionsAreRefusedByNumber() {
    for version in UInt8.min ... .max where version != MessageHeader.version {
      var bytes = HandMade.ping
      bytes[4] = version
      #expect(throws: MessageHeader.Refusal.version(version)) {
        var input = Reader(bytes.span)
        _ = try MessageHeader(&input)
      }
    }
  }

  @Test func hello() throws {
    let message = HandMade.hello
    var input = try body(of: message.span)
    let hello = try Hello(&input)
    var expected = Hello(
      stage: .parse, pid: 4711, window: 2 << 20, name: "parse-4711", data: "ipc:d", tap: "ipc:t")
    expected.keepsState = true
    #expect(hello == expected)
    let isAtEnd = input.isAtEnd
    #expect(isAtEnd)
  }

  @Test func refused() throws {
    let message = HandMade.refused
    var input = try body(of: message.span)
    #expect(try input.shortText() == "too old")
  }

  @Test func frames() throws {
    let message = HandMade.frames
    var input = Reader(message.span)
    let header = try PartHeader(&input)
    #expect(header.message.flags == .last)
    #expect(header.name == PartName(epoch: 0x0102_0304, round: 258, index: 1, count: 3))
    #expect(header.items == 2)
    #expect(header.firstPacket == 9)
    #expect(header.lastPacket == 12)
    #expect(header.linkType == 1)
    let formats = try FingerprintFormats(parsing: "tls/2,quic/1")
    #expect(header.resources == ResourcesInForce(generation: 258, formats: formats))
    #expect(header.time == 1_152_921_504_606_846_979)
    var items = Reader(
      message.span.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
    #expect(
      try described(&items) == "9 1152921504606846977 1500 1023 [170, 187, 204]")
    #expect(try described(&items) == "12 1152921504606846978 2 0 [221, 238]")
    let isAtEnd = items.isAtEnd
    #expect(isAtEnd)
    var tally = Tally()
    try tally.add(reading: message.span.extracting(droppingFirst: Int(header.tally)))
    #expect(
      tally.counts == [.init(.packets): 5, .init(.gated, "no payload"): 3])
  }

  private func described(_ items: inout Reader) throws -> String {
    let frame = try FrameItem(&items)
    return "\(frame.packet) \(frame.time) \(frame.originalLength) \(frame.slot) "
      + "\([UInt8](copying: frame.bytes))"
  }

  @Test(arguments: [HandMade.records, HandMade.analyzed, HandMade.ordered])
  func records(_ message: [UInt8]) throws {
    var input = Reader(message.span)
    let header = try PartHeader(&input)
    #expect(header.items == 4)
    #expect(header.message.flags == .nanoseconds)
    var items = Reader(
      message.span.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
    try expectRecordOverIPv4(&items)
    try expectRecordOverIPv6(&items)
    let last = try RecordItem(&items)
    let (flow, sizes) = (last.flow, [last.head.count, last.analysis.count, last.tail.count])
    #expect(flow == nil)
    #expect(sizes == [0, 0, 0])
    try expectPacket(&items)
    let isAtEnd = items.isAtEnd
    #expect(isAtEnd)
  }

  private func expectPacket(_ items: inout Reader) throws {
    let isNext = PacketItem.isNext(in: items)
    #expect(isNext)
    let packet = try PacketItem(&items)
    let (number, time, length) = (packet.packet, packet.time, packet.originalLength)
    #expect(number == 7 && time == 1 && length == 64)
    let bytes = [UInt8](copying: packet.bytes)
    #expect(bytes == [0xdd, 0xee])
    #expect([UInt8](copying: packet.message) == Array("tls".utf8))
  }

  private func expectRecordOverIPv4(_ items: inout Reader) throws {
    let record = try RecordItem(&items)
    var expected = Flow()
    (expected.source, expected.destination) = (0xc000_0201, 0xc000_0202)
    (expected.sourcePort, expected.destinationPort, expected.ipProtocol) = (40000, 443, 6)
    let (packet, time, flow) = (record.packet, record.time, record.flow)
    #expect(packet == 5)
    #expect(time == 123_456_789)
    #expect(flow == expected)
    let facts = Fact.allCases.map { [UInt8](copying: record.bytes(of: $0)) }
    #expect(facts == [[], Array("a.b".utf8), Array("u/1".utf8)])
    let hasAttributes = !record.facts.attributes.isEmpty
    #expect(!hasAttributes)
    let sizes = [record.head.count, record.notes.count, record.tail.count]
    #expect(sizes == [16, 3, 0])
    #expect([UInt8](copying: record.analysis).suffix(2) == [1, 0xff])
    #expect([UInt8](copying: record.message) == Array("tls".utf8))
    let later = record.copyOfLater
    #expect(later?.suffix(2) == [2, 0xff])
    var head = CBORReader(try record.head.mapMembers)
    #expect(try head.find("tls"))
  }

  private func expectRecordOverIPv6(_ items: inout Reader) throws {
    let record = try RecordItem(&items)
    let (time, flow) = (record.time, record.flow)
    #expect(time == .max)
    #expect(flow?.isIPv6 == true)
    #expect(flow?.source == UInt128(0x2001_0db8) << 96 | 1)
    #expect(flow?.destinationPort == 41017)
    #expect(flow?.ipProtocol == 17)
    let attributes = record.facts.attributes
    #expect(
      attributes
        == [.exposedCredentialsPlaintext, .exposedCredentialsDerived, .nistNonConformant])
    let fingerprint = [UInt8](copying: record.bytes(of: .fingerprint))
    #expect(fingerprint == Array("x/".utf8))
    var analysis = CBORReader(try record.analysis.mapMembers)
    #expect(try analysis.find("analysis"))
    #expect(try analysis.number() == 1)
    var tail = CBORReader(try record.tail.mapMembers)
    #expect(try tail.find("ip"))
  }

  @Test func acknowledgement() throws {
    let message = HandMade.ack
    var input = Reader(message.span)
    let header = try MessageHeader(&input)
    #expect(header.flags == .replay)
    let ack = try Acknowledgement(&input, epoch: header.epoch)
    let name = PartName(epoch: 0x0102_0304, round: 258, index: 1, count: 3)
    #expect(ack == Acknowledgement(name: name, lowWaterMark: .max))
    let isAtEnd = input.isAtEnd
    #expect(isAtEnd)
  }

  @Test func roster() throws {
    let message = HandMade.roster
    var input = try body(of: message.span)
    let roster = try Roster(&input)
    var follower = Hello(stage: .secondarySink, pid: 2, window: 0, name: "o")
    follower.policy = .drop
    var plan = RunPlan([RunPlan.Setting("sensor", "a=b"), RunPlan.Setting("analysis")])
    plan.generation = 2
    plan.sinks = ["dns"]
    plan.messages = [MessageName("tls"), MessageName("tcp.syn_ack", isOnlyByItself: true)]
    #expect(
      roster
        == Roster(
          members: [
            Hello(stage: .capture, pid: 1, window: 0, name: "c", data: "d", tap: "t"),
            follower,
          ], plans: PlansInForce([plan])))
    #expect(roster.isAnalyzed)
    let isAtEnd = input.isAtEnd
    #expect(isAtEnd)
  }

  @Test func planNotice() throws {
    let message = HandMade.plan
    var input = try body(of: message.span)
    var expected = PlanNotice(.inForce)
    expected.generation = 258
    expected.firstPacket = 9
    #expect(try PlanNotice(&input) == expected)
    let isAtEnd = input.isAtEnd
    #expect(isAtEnd)
  }

  @Test func ledger() throws {
    let message = HandMade.ledger
    var input = try body(of: message.span)
    let report = try LedgerReport(&input)
    #expect(report.stage == .sink)
    #expect(report.name == "sink-9")
    #expect(report.total == 4096)
    #expect(
      report.tally.counts == [.init(.records): 42, .init(.dropped, "line too long"): 1])
  }

  @Test func forget() throws {
    let message = HandMade.forget
    var input = try body(of: message.span)
    let forget = try Forget(&input)
    #expect(forget.since == 258)
    #expect((0..<SlotSet.count).filter { forget.slots.contains($0) } == [0, 9, 1023])
    let isAtEnd = input.isAtEnd
    #expect(isAtEnd)
  }

  @Test func resources() throws {
    let message = HandMade.resources
    var input = try body(of: message.span)
    let formats = try FingerprintFormats(parsing: "tls/2,quic/1")
    var expected = ResourcesNotice(.inForce, ResourcesInForce(generation: 513, formats: formats))
    (expected.digest, expected.version, expected.path) = ("d", "1;a", "/p")
    #expect(try ResourcesNotice(&input) == expected)
    let isAtEnd = input.isAtEnd
    #expect(isAtEnd)
  }

  @Test func gap() throws {
    let message = HandMade.gap
    var input = try body(of: message.span)
    #expect(try input.u64le() == 17)
  }

  @_lifetime(copy message)
  private func body(of message: Span<UInt8>) throws -> Reader {
    var input = Reader(message)
    _ = try MessageHeader(&input)
    return input
  }
}
