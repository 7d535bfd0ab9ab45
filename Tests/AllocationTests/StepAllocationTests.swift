import Bytes
import CMallocCount
import Capture
import Dissectors
import Files
import Output
import Packets
import Parse
import Stage
import Support
import Testing
import Wire

/// What each stage does once per packet or record allocates nothing, once it has seen the like.
@Suite(.tags(.unit)) struct StepAllocationTests {
  init() { forget_errors() }

  private static let everything: RecordOptions = [
    .metadata, .dnsJSON, .assessesQuantumSafety, .assessesByNIST, .clientRandoms,
  ]

  @Test func theCounterCounts() {
    let before = malloc_calls()
    let array = [UInt8](repeating: 1, count: 1000 + Int.random(in: 0..<9))
    #expect(malloc_calls() > before)
    #expect(array.count >= 1000)
  }

  @Test func captureAllocatesNothingPerPacket() throws {
    let traffic = try Traffic.mixed.get()
    var line = CaptureSide()
    _ = line.take(traffic)
    let parts = line.parts
    #expect(parts > 1)
    let fewest = (0..<3).map { _ in line.take(traffic) }.min()
    #expect(fewest == 0)
    #expect(line.parts == 4 * parts)
  }

  @Test(
    arguments: [[], Golden.everything] as [RecordOptions], [.none, .all] as [PartParser.Copies])
  func parseAllocatesNothing(_ options: RecordOptions, _ copies: PartParser.Copies) throws {
    let parts = try Traffic.parts.get()
    var step = PartParser(.all, options: options, copying: copies)
    var result = PartBuilder()
    var records = 0
    for part in parts {
      try step.process(part.span, into: &result)
      records += result.items
    }
    #expect(records > 2000)
    // Tables of the runtime that all threads share grow while other tests run, at most now and
    // then; what parsing itself allocates would be there in every pass.
    var fewest = UInt64.max
    for _ in 0..<3 {
      let before = malloc_calls()
      for i in parts.indices {
        let part = parts[i]
        try step.process(part.span, into: &result)
      }
      fewest = min(fewest, malloc_calls() - before)
    }
    #expect(fewest == 0)
  }

  @Test func sinkAllocatesNothingPerRecord() throws {
    let parts = try Traffic.parts.get()
    var step = PartParser(.all, options: Self.everything)
    var result = PartBuilder()
    var results: [[UInt8]] = []
    for part in parts {
      try step.process(part.span, into: &result)
      let bytes = result.buffer.bytes
      results.append(bytes.indices.map { bytes[$0] })
    }
    // The same parts again, as the rounds that follow.
    var again: [[UInt8]] = []
    for part in results {
      let header = try #require(Self.header(of: part))
      var name = header.name
      name.round += UInt64(results.count)
      var buffer = Buffer()
      var later = header
      later.name = name
      buffer.append(part.span)
      buffer.rewrite(at: 0) { later.write(to: &$0) }
      let bytes = buffer.bytes
      again.append(bytes.indices.map { bytes[$0] })
    }
    var printer = RecordPrinter(
      writingTo: try OutputFile(creating: "/dev/null"), detectingProxies: true)
    printer.beginOrdering()
    for part in results {
      try printer.accept(part.span)
      while try !printer.print() { Self.passOn(&printer) }
    }
    let printed = printer.account.total(.records)
    #expect(printed > 2000)
    var printing: UInt64 = 0
    for part in again {
      try printer.accept(part.span)
      let before = malloc_calls()
      while try !printer.print() { Self.passOn(&printer) }
      printing += malloc_calls() - before
    }
    #expect(printing == 0)
    #expect(printer.account.total(.records) == 2 * printed)
  }

  /// Takes what is collected for further sinks.
  private static func passOn(_ printer: inout RecordPrinter) {
    if let batch = printer.takeOrdered() { printer.reuse(batch) }
  }

  private static func header(of part: [UInt8]) -> PartHeader? {
    var input = Reader(part.span, isBody: true)
    return try? PartHeader(&input)
  }
}

/// Ten thousand packets of all kinds.
struct Traffic {
  var packets: [[UInt8]] = []

  /// The sample capture and the goldens over and over, each time with other IPv4 addresses.
  static let mixed = Result { () throws -> Traffic in
    var seen: [[UInt8]] = try ReadCapture("\(Project.path)/samples/web.pcap").packets.map(\.bytes)
    // Decrypting QUIC Initials is the one thing that allocates; DissectorAllocationTests bounds it.
    for golden in Golden.captures where golden.group != "quic" {
      seen += try ReadCapture(golden.capture).packets.map(\.bytes)
    }
    var traffic = Traffic()
    var round: UInt8 = 0
    while traffic.packets.count < 10_000 {
      for var bytes in seen {
        if bytes.count > 34, bytes[12] == 8, bytes[13] == 0 {
          bytes[28] &+= round
          bytes[32] &+= round
        }
        traffic.packets.append(bytes)
      }
      round &+= 1
    }
    return traffic
  }

  /// Each as a round of its own, of one part.
  static let parts = Result { () throws -> [[UInt8]] in
    let packets = try mixed.get().packets
    var parts: [[UInt8]] = []
    var builder = RoundBuilder(source: 1, epoch: 1, linkType: LinkType.ethernet.rawValue)
    let owners = [Int?](repeating: 0, count: SlotSet.count)
    for (i, bytes) in packets.enumerated() {
      if !builder.isOpen { builder.begin(owners: owners) }
      let frame = FrameItem(
        packet: UInt64(i + 1), time: 0, originalLength: UInt32(bytes.count), slot: 0,
        bytes: bytes.span)
      builder.add(frame, capacity: 1 << 12)
      if builder.isFull {
        let shares = builder.finish(isLast: false)
        for share in shares {
          parts.append(
            share.part.builder.buffer.withBytes { bytes in bytes.indices.map { bytes[$0] } })
        }
      }
    }
    return parts
  }
}

/// Capture's work between reading a packet and sending a part.
struct CaptureSide: ~Copyable {
  private var gate = Gate(.all, isOpen: false)
  private var builder = RoundBuilder(
    source: 1, epoch: 1, linkType: LinkType.ethernet.rawValue)
  /// Each has room for whatever part it becomes.
  private var pool: [HeldPart] = (0..<4).map { _ in HeldPart(capacity: 1 << 20) }
  private let owners: [Int?] = (0..<SlotSet.count).map { $0 % 2 }
  private(set) var parts = 0

  /// How many allocations the packets cost; what rounds cost is not counted.
  mutating func take(_ traffic: Traffic) -> UInt64 {
    var calls: UInt64 = 0
    for i in traffic.packets.indices {
      if !builder.isOpen { builder.begin(owners: owners) }
      let before = malloc_calls()
      take(traffic.packets[i], number: UInt64(i + 1))
      calls += malloc_calls() - before
      if builder.isFull { send(isLast: false) }
    }
    send(isLast: false)
    return calls
  }

  private mutating func take(_ packet: [UInt8], number: UInt64) {
    let bytes = packet.span
    guard case .forwarded(let hash, _) = gate.judge(bytes, linkType: .ethernet) else { return }
    let frame = FrameItem(
      packet: number, time: 0, originalLength: UInt32(bytes.count),
      slot: UInt16(hash & UInt32(SlotSet.count - 1)), bytes: bytes)
    if builder.needsPart { builder.supply(pool.popLast() ?? HeldPart(capacity: 1 << 12)) }
    builder.add(frame)
  }

  private mutating func send(isLast: Bool) {
    guard builder.isOpen else { return }
    let shares = builder.finish(isLast: isLast) { gate.tell(in: &$0) }
    parts += shares.count
    pool += shares.map(\.part)
  }
}
