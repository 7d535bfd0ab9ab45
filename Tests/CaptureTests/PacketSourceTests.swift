import Bytes
import Capture
import Packets
import Support
import Testing
import Wire

/// What a capture gave before it ended or failed.
struct Reading: Equatable {
  var packets: [CapturedPacket] = []
  var linkType: UInt32?
  var failure: String?

  init(path: String, usesLibpcap: Bool = false, idle: @escaping () -> Bool = { true }) {
    do {
      var source = try PacketSource(path: path, usesLibpcap: usesLibpcap, idle: idle)
      linkType = source.linkType.rawValue
      while try source.next() {
        let bytes = source.bytes.indices.map { source.bytes[$0] }
        packets.append(
          CapturedPacket(time: source.time, bytes, originalLength: source.originalLength))
      }
    } catch {
      // The name varies from run to run.
      failure = error.problem
    }
  }

  init(_ bytes: [UInt8], usesLibpcap: Bool = false) throws {
    let file = try ScratchFile(bytes)
    self.init(path: file.path, usesLibpcap: usesLibpcap)
  }

  /// With one name for the limit of a packet's length, which libpcap also calls the snapshot length.
  var withoutLimit: Reading {
    var reading = self
    reading.failure = failure?.replacing("bigger than snaplen", with: "bigger than maximum")
    return reading
  }
}

let packets = [
  CapturedPacket(time: 1_700_000_000_123_456_000, [1, 2, 3, 4, 5]),
  CapturedPacket(time: 1_700_000_000_123_457_000, []),
  CapturedPacket(time: 4_000_000_001_000_000_000, [9, 8, 7], originalLength: 1500),
]

struct Kind: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]

  static let all: [Kind] = CaptureFile.Order.allCases.flatMap { order in
    CaptureFile.Unit.allCases.map { unit in
      Kind(
        testDescription: "pcap \(order) \(unit)",
        bytes: CaptureFile.pcap(packets, order: order, unit: unit))
    }
      + [nil, 6, 9].map { resolution in
        Kind(
          testDescription: "pcapng \(order) \(resolution.map(String.init) ?? "default")",
          bytes: CaptureFile.pcapng(packets, order: order, resolution: resolution))
      }
  }
}

@Suite(.tags(.unit)) struct PacketSourceTests {
  @Test(arguments: Kind.all) func readsEveryKind(_ kind: Kind) throws {
    let reading = try Reading(kind.bytes)
    #expect(reading.packets == packets)
    #expect(reading.failure == nil)
    #expect(reading.linkType == 1)
  }

  /// Plain pcap gives what libpcap makes of it, however damaged: packets, times, and the reason it ends.
  @Test(arguments: Kind.all) func readsAsLibpcapDoes(_ kind: Kind) throws {
    var random = SeededRandom("damage of \(kind.testDescription)")
    var damaged = (0...kind.bytes.count).map { Array(kind.bytes[..<$0]) }
    for at in 0..<min(48, kind.bytes.count) {
      for value in [0, 1, 2, 12, 14, 101, 0x7f, 0x80, 0xff] as [UInt8] {
        var bytes = kind.bytes
        bytes[at] = value
        damaged.append(bytes)
      }
    }
    damaged += (0..<200).map { _ in random.mutated(kind.bytes) }
    for bytes in damaged {
      let plain = try Reading(bytes).withoutLimit
      let libpcap = try Reading(bytes, usesLibpcap: true).withoutLimit
      #expect(plain == libpcap, "\(bytes): \(plain), not \(libpcap)")
    }
  }

  @Test(arguments: CaptureFile.Order.allCases)
  func keepsNanoseconds(_ order: CaptureFile.Order) throws {
    let packet = CapturedPacket(time: 1_700_000_000_123_456_789, [1])
    #expect(try Reading(CaptureFile.pcap([packet], order: order)).packets == [packet])
    #expect(try Reading(CaptureFile.pcapng([packet], order: order)).packets == [packet])
    let binary = CapturedPacket(time: 1_700_000_000_500_000_000, [1])
    let file = CaptureFile.pcapng([binary], order: order, resolution: 0x80 | 20)
    #expect(try Reading(file).packets == [binary])
  }

  /// What a copy of the capture must be able to hold.
  @Test func knowsTheUnitOfTime() throws {
    func isFine(_ bytes: [UInt8]) throws -> Bool {
      let file = try ScratchFile(bytes)
      var source = try PacketSource(path: file.path) { true }
      while try source.next() {}
      return source.hasNanoseconds
    }
    for order in CaptureFile.Order.allCases {
      #expect(try !isFine(CaptureFile.pcap(packets, order: order, unit: .microseconds)))
      #expect(try isFine(CaptureFile.pcap(packets, order: order)))
      for (resolution, expected) in [
        (nil, false), (3, false), (6, false), (7, true), (9, true), (0x80 | 19, false),
        (0x80 | 20, true),
      ] as [(UInt8?, Bool)] {
        let file = CaptureFile.pcapng(packets, order: order, resolution: resolution)
        #expect(try isFine(file) == expected, "\(order) \(resolution ?? 0)")
      }
    }
  }

  @Test(arguments: Kind.all) func givesWholePacketsBeforeTheCut(_ kind: Kind) throws {
    for length in 1..<kind.bytes.count {
      let reading = try Reading(Array(kind.bytes.prefix(length)))
      #expect(reading.packets == Array(packets.prefix(reading.packets.count)), "cut at \(length)")
      guard let failure = reading.failure else { continue }
      let sentences = [
        "not a capture file (pcap or pcapng)", "the capture ends in the middle of its header",
        "the capture file has no Interface Description Blocks",
        "the capture ends in the middle of packet \(reading.packets.count + 1); "
          + "the records before it are complete",
      ]
      #expect(sentences.contains(failure), "cut at \(length)")
    }
  }

  @Test func endsQuietlyOnlyBetweenRecords() throws {
    let file = CaptureFile.pcap(packets)
    let quiet = try (1...file.count).filter {
      try Reading(Array(file.prefix($0))).failure == nil
    }
    #expect(quiet == [24, 24 + 21, 24 + 21 + 16, file.count])
  }

  @Test func namesWhatIsWrong() throws {
    #expect(Reading(path: "/nonexistent/x.pcap").failure == "no such file")
    #expect(Reading(path: "/tmp").failure == "a directory, not a capture file")
    #expect(try Reading([]).failure == "empty, not a capture file")
    #expect(
      try Reading(Array("#!/bin/sh\nexit\n".utf8)).failure == "not a capture file (pcap or pcapng)")
    let named = #expect(throws: CaptureFailure.self) { _ = try PacketSource(path: "/tmp") { true } }
    #expect(named?.description == "/tmp: a directory, not a capture file")
    let unlike = try Reading(CaptureFile.pcapng(packets, linkTypes: [1, 101]))
    #expect(unlike.failure?.contains("different from the type of the first interface") == true)
  }

  @Test func ignoresAWrongSnapshotLength() throws {
    let packet = CapturedPacket(time: 1, [UInt8](repeating: 7, count: 3000))
    for order in CaptureFile.Order.allCases {
      let file = CaptureFile.pcap([packet], order: order, snapshotLength: 96)
      #expect(try Reading(file).packets == [packet])
      let merged = CaptureFile.pcapng(
        [packet], linkTypes: [1, 1], order: order, snapshotLengths: [96, 128])
      #expect(try Reading(merged).packets == [packet])
    }
  }

  @Test func refusesAnAbsurdLength() throws {
    var file = CaptureFile.pcap(packets)
    file.replaceSubrange(24 + 8..<24 + 12, with: [0xff, 0xff, 0xff, 0x7f])
    let reading = try Reading(file)
    #expect(reading.packets.isEmpty)
    #expect(reading.failure?.hasPrefix("packet 1 cannot be read: ") == true)
  }

  @Test(arguments: [0, 1, 9, 101, 113, 276, 228, 229, 104, 127] as [UInt16])
  func namesLinkTypesAsFilesDo(_ linkType: UInt16) throws {
    let want = UInt32(linkType)
    #expect(try Reading(CaptureFile.pcap(packets, linkType: linkType)).linkType == want)
    #expect(try Reading(CaptureFile.pcapng(packets, linkTypes: [linkType])).linkType == want)
  }

  @Test func describesLinkTypeAndProgress() throws {
    let bytes = CaptureFile.pcap(packets, linkType: 127)
    let file = try ScratchFile(bytes)
    var source = try PacketSource(path: file.path) { true }
    let (name, total) = (source.linkTypeName, source.totalBytes)
    #expect(name.contains("802.11"))
    #expect(total == UInt64(bytes.count))
    while try source.next() {}
    let (read, count) = (source.bytesRead, source.count)
    #expect(read == UInt64(bytes.count))
    #expect(count == 3)
  }

  @Test func readsWhatIsWritten() throws {
    var file = Buffer()
    PcapFormat.appendHeader(linkType: 276, to: &file)
    for packet in packets {
      PcapFormat.appendPacket(
        packet.bytes.span, time: packet.time, originalLength: packet.originalLength, to: &file)
    }
    let written = file.bytes.indices.map { file.bytes[$0] }
    #expect(written == CaptureFile.pcap(packets, linkType: 276))
    #expect(try Reading(written).packets == packets)
  }

  @Test(.exhaustive, .enabled(if: !SharedCorpus.captures.isEmpty, "no shared/corpus/pcap here"))
  func readsTheCorpus() {
    for path in SharedCorpus.captures {
      let reading = Reading(path: path)
      #expect(!reading.packets.isEmpty, "\(path)")
      let failure = reading.failure ?? "the capture ends in the middle of packet"
      #expect(failure.hasPrefix("the capture ends in the middle of packet"), "\(path)")
    }
  }
}
