import Bytes
import Support
import Testing
import Wire

/// What is written is what is read, whatever it is.
@Suite(.tags(.unit)) struct RoundTripTests {
  @Test func headers() throws {
    var random = SeededRandom("wire headers")
    for kind in MessageHeader.Kind.allCases {
      for _ in 0..<50 {
        let header = MessageHeader(
          kind, flags: .init(rawValue: UInt16(truncatingIfNeeded: random.next())),
          source: UInt32(truncatingIfNeeded: random.next()),
          epoch: UInt32(truncatingIfNeeded: random.next()))
        var buffer = Buffer()
        header.write(to: &buffer)
        var input = Reader(buffer.bytes)
        #expect(try MessageHeader(&input) == header)
      }
    }
  }

  @Test func controlMessages() throws {
    var random = SeededRandom("wire control messages")
    for _ in 0..<300 {
      let hello = random.hello()
      let roster = Roster(
        members: (0..<random.below(5)).map { _ in random.hello() },
        plans: PlansInForce((0..<random.below(4)).map { random.plan(UInt16($0 + 1)) }))
      let ack = Acknowledgement(name: random.partName(), lowWaterMark: random.next())
      let report = LedgerReport(
        stage: .capture, name: random.text(), total: random.next(), tally: random.tally())
      var buffer = Buffer()
      hello.write(to: &buffer)
      roster.write(to: &buffer)
      ack.write(to: &buffer)
      report.write(to: &buffer)
      var input = Reader(buffer.bytes)
      #expect(try Hello(&input) == hello)
      #expect(try Roster(&input) == roster)
      #expect(try Acknowledgement(&input, epoch: ack.name.epoch) == ack)
      #expect(try LedgerReport(&input) == report)
    }
  }

  @Test func partsOfPackets() throws {
    var random = SeededRandom("wire parts of packets")
    var builder = PartBuilder()
    for _ in 0..<200 {
      let name = random.partName()
      builder.begin(
        PartHeader(
          MessageHeader(.frames, source: 3, epoch: name.epoch), name: name, linkType: 113))
      let packets = (0..<random.below(5)).map { _ in random.bytes(random.below(40)) }
      for (i, bytes) in packets.enumerated() {
        builder.append(
          frame: FrameItem(
            packet: UInt64(i) + 10, time: UInt64(i) << 60, originalLength: 1 << 31,
            slot: UInt16(i), bytes: bytes.span))
      }
      builder.endItems()
      let tally = random.tally()
      tally.write(to: &builder.buffer)
      builder.finish(name: name, flags: .last)
      try expect(builder.buffer.bytes, holds: packets, name, tally)
    }
  }

  private func expect(
    _ message: Span<UInt8>, holds packets: [[UInt8]], _ name: PartName, _ expected: Tally
  ) throws {
    var input = Reader(message)
    let header = try PartHeader(&input)
    #expect(header.name == name)
    #expect(header.linkType == 113)
    #expect(header.message.flags == .last)
    #expect(header.items == packets.count)
    #expect(header.firstPacket == (packets.isEmpty ? 0 : 10))
    #expect(header.lastPacket == (packets.isEmpty ? 0 : UInt64(packets.count) + 9))
    var items = Reader(message.extracting(PartHeader.size..<Int(header.tally)), isBody: true)
    for (i, packet) in packets.enumerated() {
      let frame = try FrameItem(&items)
      let (number, time, slot) = (frame.packet, frame.time, frame.slot)
      let bytes = [UInt8](copying: frame.bytes)
      #expect(number == UInt64(i) + 10)
      #expect(time == UInt64(i) << 60)
      #expect(slot == UInt16(i))
      #expect(bytes == packet)
    }
    let isAtEnd = items.isAtEnd
    #expect(isAtEnd)
    var tally = Tally()
    try tally.add(reading: message.extracting(droppingFirst: Int(header.tally)))
    #expect(tally == expected)
  }

  @Test func packetsAmongRecords() throws {
    var random = SeededRandom("wire packets among records")
    for _ in 0..<200 {
      let bytes = random.bytes(random.below(300))
      let (number, time) = (random.next(), random.next())
      let length = UInt32(truncatingIfNeeded: random.next())
      let message = random.bytes(random.below(300))
      var buffer = Buffer()
      PacketItem(
        packet: number, time: time, originalLength: length, message: message.span,
        bytes: bytes.span
      ).write(to: &buffer)
      var input = Reader(buffer.bytes)
      var record = input
      #expect(throws: Malformed.self) { _ = try RecordItem(&record) }
      let packet = try PacketItem(&input)
      let isAtEnd = input.isAtEnd
      #expect(isAtEnd)
      let isSame =
        packet.packet == number && packet.time == time && packet.originalLength == length
      #expect(isSame)
      let read = [[UInt8](copying: packet.message), [UInt8](copying: packet.bytes)]
      #expect(read == [Array(message.prefix(255)), bytes])
    }
  }

  @Test func records() throws {
    var random = SeededRandom("wire records")
    for _ in 0..<300 {
      let head = random.bytes(random.below(60))
      let notes = random.bytes(random.below(20))
      let later = random.bytes(random.below(40))
      let dependsOnOrder = random.below(2) == 0
      let analysis = random.bytes(random.below(60))
      let tail = random.bytes(random.below(60))
      let message = random.bytes(random.below(30))
      var facts = Facts()
      facts.attributes = Attributes(rawValue: UInt16(truncatingIfNeeded: random.next()))
      if random.below(2) == 0 { facts.clientRandom = ClientRandom(random.bytes(32).span) }
      if random.below(2) == 0 {
        let offset = head.count + random.below(notes.count + 1)
        facts.labels = Fact.Place(
          offset: UInt32(offset), count: UInt32(head.count + notes.count - offset))
        if facts.labels.count == 0 { facts.labels = Fact.Place() }
      }
      if random.below(2) == 0, !notes.isEmpty {
        facts.fingerprints = Fact.Place(
          offset: UInt32(head.count), count: UInt32(1 + random.below(notes.count)))
      }
      for fact in Fact.allCases where random.below(2) == 0 {
        let offset = random.below(head.count + 1)
        facts[fact] = Fact.Place(
          offset: UInt32(offset), count: UInt32(random.below(head.count - offset + 1)))
      }
      let (flow, packet, time) = (random.flow(), random.next(), random.next())
      var buffer = Buffer()
      RecordItem(
        packet: packet, time: time, flow: flow, facts: facts, message: message.span,
        head: head.span, notes: notes.span, analysis: analysis.span,
        later: dependsOnOrder ? later.span : nil,
        tail: tail.span
      ).write(to: &buffer)
      var input = Reader(buffer.bytes)
      let record = try RecordItem(&input)
      let isAtEnd = input.isAtEnd
      #expect(isAtEnd)
      let isSame =
        record.packet == packet && record.time == time && record.flow == flow
        && record.facts == facts
      #expect(isSame)
      let read = [
        [UInt8](copying: record.message), [UInt8](copying: record.head),
        [UInt8](copying: record.analysis),
        [UInt8](copying: record.tail), [UInt8](copying: record.notes),
      ]
      #expect(read == [message, head, analysis, tail, notes])
      let second = record.copyOfLater
      #expect(second == (dependsOnOrder ? later : nil))
    }
  }
}
