import Foundation
import Support
import Testing

extension PipelineTests {
  /// The packets of records, written beside them or instead of them.
  @Suite(.tags(.process)) struct Packets {
    /// The places of those of the sample's packets that give a record.
    private static let ofRecords = Result { () throws -> [Int] in
      let result = try Scene().run(["-r", Sample.path])
      let times = Set(try result.lines.dropLast().map { try eventStart(of: $0) })
      return Sample.packets.indices.filter { times.contains(Sample.packets[$0].time / 1000) }
    }

    /// In microseconds.
    private static func eventStart(of line: Substring) throws -> UInt64 {
      let key = "\"event_start\":"
      let start = try #require(line.range(of: key)).upperBound
      return try #require(UInt64(line[start...].filter(\.isNumber)))
    }

    private func contents(_ path: String) throws -> [UInt8] {
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// A capture with these packets, in the unit of the sample.
    private func microseconds(_ packets: [CapturedPacket], linkType: UInt16 = 1) -> [UInt8] {
      CaptureFile.pcap(packets, linkType: linkType, unit: .microseconds)
    }

    @Test(arguments: ["1", "3"], [[], ["--no-gate"]])
    func areThoseOfTheRecords(_ parsers: String, _ more: [String]) throws {
      let capture = try Sample.repeated(30)
      let all = try ReadCapture(capture.path).packets
      let wanted = Set(try Self.ofRecords.get())
      #expect(wanted.count > 100)
      let expected = all.indices.filter { wanted.contains($0 % Sample.packets.count) }
      let place = try Scene()
      let path = place.directory.path + "/out.pcap"
      let both = try place.run(
        ["-r", capture.path, "-w", path, "-f", "-", "-v", "--parsers", parsers] + more)
      #expect(both.status == 0 && both.isExact, "\(both.errors)")
      #expect(both.output == (try InProcess.run(capture.path).output))
      #expect(both.ledger("written as packets") == expected.count)
      let isSame = try contents(path) == CaptureFile.pcap(expected.map { all[$0] })
      #expect(isSame)
      let alone = try place.run(["-r", capture.path, "-w", path, "--parsers", parsers] + more)
      #expect(alone.status == 0 && alone.output.isEmpty && alone.errors.isEmpty)
      let isSameAlone = try contents(path) == CaptureFile.pcap(expected.map { all[$0] })
      #expect(isSameAlone)
      #expect(place.isLeftClean())
    }

    /// Also past analyzers, which know nothing of packets.
    @Test func passAnalyzers() throws {
      let place = try Scene()
      let path = place.directory.path + "/out.pcap"
      let archive = try TestArchive.usual.get()
      let result = try place.run(
        ["-r", Sample.path, "-w", path, "-f", "-", "--analyzers", "2"] + archive.arguments)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output == (try InProcess.run(Sample.path, archive: archive.load()).output))
      #expect(try contents(path) == microseconds(Self.ofRecords.get().map { Sample.packets[$0] }))
    }

    @Test(arguments: [false, true]) func areSelected(_ isRecorder: Bool) throws {
      let place = try Scene()
      let path = place.directory.path + "/out.pcap"
      let select = isRecorder ? "all-packets,dns" : "dns"
      let result = try place.run(["-r", Sample.path, "-w", path, "-f", "-", "-s", select])
      let plain = try place.run(["-r", Sample.path, "-s", "dns"])
      #expect(result.output == plain.output && result.output.count > 1000)
      let times = Set(try plain.lines.dropLast().map { try Self.eventStart(of: $0) })
      let expected = Sample.packets.filter { isRecorder || times.contains($0.time / 1000) }
      #expect(try contents(path) == microseconds(expected))
    }

    @Test(arguments: ["1", "3"]) func killedParsersChangeNothing(_ parsers: String) throws {
      let place = try Scene()
      let paths = ["/quiet.pcap", "/killed.pcap"].map { place.directory.path + $0 }
      let arguments = [
        "-r", try SplitMessages.made.get().path, "--reassembly", "--parsers", parsers,
      ]
      let quiet = try place.run(arguments + ["-w", paths[0], "-v"])
      #expect(quiet.status == 0 && quiet.isExact)
      // Every segment of every message.
      #expect(quiet.ledger("written as packets") == SplitMessages.count * 3)
      let expected = try contents(paths[0])
      try KilledRun.each(
        arguments + ["-w", paths[1]], killing: ["merc-parse"], 6,
        "kills with packets \(parsers)"
      ) { _ in
        let isSame = try contents(paths[1]) == expected
        #expect(isSame)
      }
    }

    /// Without reassembly, only the first segment of a message is a record's.
    @Test func withoutReassembly() throws {
      let place = try Scene()
      let path = place.directory.path + "/out.pcap"
      let result = try place.run(["-r", try SplitMessages.made.get().path, "-w", path, "-v"])
      #expect(result.status == 0)
      #expect(result.ledger("written as packets") == SplitMessages.count)
    }

    // MARK: Kinds of captures

    private static let request = Frame.tcp(
      Array("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8), to: 80
    ).ipv4()

    /// A packet that gives a record, for each link type.
    private static let links: [(type: UInt16, header: [UInt8])] = [
      (0, [2, 0, 0, 0]), (1, [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0]), (9, [0xff, 3, 0, 0x21]),
      (101, []), (228, []), (113, [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0]),
      (276, [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 4, 6, 2, 0, 0, 0, 0, 1, 0, 0]),
    ]

    /// Truncated packets among them, and times that microseconds cannot tell.
    private func packets(_ header: [UInt8]) -> [CapturedPacket] {
      (0..<4).map { i in
        let bytes = header + Self.request.bytes
        return CapturedPacket(
          time: 1_700_000_000_123_456_000 + UInt64(i) * 1001, bytes,
          originalLength: UInt32(bytes.count + i * 700))
      }
    }

    @Test(arguments: 0..<links.count) func keepLinkTypeLengthsAndTimes(_ place: Int) throws {
      let link = Self.links[place]
      let packets = packets(link.header)
      let scene = try Scene()
      let path = scene.directory.path + "/out.pcap"
      for order in CaptureFile.Order.allCases {
        for unit in CaptureFile.Unit.allCases {
          let file = try ScratchFile(
            CaptureFile.pcap(packets, linkType: link.type, order: order, unit: unit))
          for select in ["http", "all-packets"] {
            let result = try scene.run(["-r", file.path, "-w", path, "-s", select])
            #expect(result.status == 0, "\(result.errors)")
            #expect(
              try contents(path) == CaptureFile.pcap(packets, linkType: link.type, unit: unit),
              "\(link.type) \(order) \(unit) \(select)")
          }
        }
      }
    }

    @Test(arguments: [nil, 6, 9] as [UInt8?]) func ofPcapng(_ resolution: UInt8?) throws {
      let packets = packets(Self.links[1].header)
      let file = try ScratchFile(CaptureFile.pcapng(packets, resolution: resolution))
      let scene = try Scene()
      let path = scene.directory.path + "/out.pcap"
      #expect(try scene.run(["-r", file.path, "-w", path]).status == 0)
      let unit = resolution == 9 ? CaptureFile.Unit.nanoseconds : .microseconds
      #expect(try contents(path) == CaptureFile.pcap(packets, unit: unit))
    }

    // MARK: Every packet

    @Test(arguments: ["1", "3"]) func allOfThem(_ parsers: String) throws {
      let capture = try Sample.repeated(30)
      let place = try Scene()
      let path = place.directory.path + "/out.pcap"
      let result = try place.run(
        ["-r", capture.path, "-w", path, "--select=all-packets", "--parsers", parsers, "-v"])
      #expect(result.status == 0 && result.output.isEmpty && result.isExact)
      #expect(result.ledger("records") == 0)
      let isSame = try contents(path) == CaptureFile.pcap(ReadCapture(capture.path).packets)
      #expect(isSame)
      #expect(place.isLeftClean())
    }

    /// With records of everything beside them.
    @Test func allOfThemAndRecords() throws {
      let place = try Scene()
      let path = place.directory.path + "/out.pcap"
      let result = try place.run(["-r", Sample.path, "-w", path, "-s", "all-packets", "-f", "-"])
      #expect(result.output == (try InProcess.run(Sample.path)).output)
      #expect(try contents(path) == microseconds(Sample.packets))
    }

    /// A recorder need not know what it records.
    @Test func ofUnknownLinkType() throws {
      let packets = [
        CapturedPacket(time: 1_700_000_000_000_001_000, [1, 2, 3]),
        CapturedPacket(time: 1_700_000_000_000_002_000, [], originalLength: 60),
        CapturedPacket(time: 4_100_000_000_000_002_000, [4], originalLength: 1500),
      ]
      let file = try ScratchFile(microseconds(packets, linkType: 127))
      let place = try Scene()
      let path = place.directory.path + "/out.pcap"
      #expect(try place.run(["-r", file.path, "-w", path, "-s", "all-packets"]).status == 0)
      #expect(try contents(path) == microseconds(packets, linkType: 127))
      #expect(try place.run(["-r", file.path, "-w", path]).status == 0)
      #expect(try contents(path) == microseconds([], linkType: 127))
    }

    private static let tcpdump = "/usr/bin/tcpdump"

    @Test(
      .enabled(if: FileManager.default.isExecutableFile(atPath: tcpdump), "no tcpdump here"))
    func areReadByTcpdump() throws {
      let place = try Scene()
      let path = place.directory.path + "/out.pcap"
      for select in ["all", "all-packets"] {
        #expect(try place.run(["-r", Sample.path, "-w", path, "-s", select]).status == 0)
        let read = try Program.run(Self.tcpdump, ["-nntt", "-r", path])
        #expect(read.status == 0, "\(read.errors)")
        let whole = try Program.run(Self.tcpdump, ["-nntt", "-r", Sample.path])
        let wanted = Set(try Self.ofRecords.get())
        let expected = whole.lines.dropLast().enumerated()
          .filter { select == "all-packets" || wanted.contains($0.offset) }.map(\.element)
        #expect(read.lines.dropLast().elementsEqual(expected))
      }
    }

    // MARK: Where they go

    @Test func standardOutput() throws {
      let place = try Scene()
      let json = place.directory.path + "/out.json"
      let result = try place.run(["-r", Sample.path, "-w", "-", "-f", json])
      #expect(result.status == 0 && result.errors.isEmpty)
      #expect(
        [UInt8](result.output) == microseconds(try Self.ofRecords.get().map { Sample.packets[$0] }))
      #expect(try Data(contents(json)) == InProcess.run(Sample.path).output)
      for wrong in [["-w", "-", "-f", "-"], ["-s", "all-packets"], ["-w"]] {
        let refused = try place.run(["-r", Sample.path] + wrong)
        #expect(refused.status == 64 && refused.output.isEmpty, "\(wrong)")
      }
    }

    /// Whoever reads one of two outputs may leave; the other is complete.
    @Test(arguments: [false, true]) func oneReaderLeaves(_ packetsArePiped: Bool) throws {
      let capture = try Sample.repeated(100)
      let place = try Scene()
      let path = place.directory.path + "/out"
      let pipe = Pipe()
      let merc = try place.merc(
        ["-r", capture.path]
          + (packetsArePiped ? ["-w", "-", "-f", path] : ["-w", path, "-f", "-"]),
        output: pipe.fileHandleForWriting)
      try pipe.fileHandleForWriting.close()
      _ = try #require(try pipe.fileHandleForReading.read(upToCount: 100))
      try pipe.fileHandleForReading.close()
      let result = merc.wait(seconds: 30)
      #expect(result.end == .exited(0) && result.errors.isEmpty, "\(result.errors)")
      if packetsArePiped {
        let isSame = try Data(contents(path)) == InProcess.run(capture.path).output
        #expect(isSame)
      } else {
        let count = try ReadCapture(path).packets.count
        #expect(count == (try Self.ofRecords.get().count) * 100)
      }
    }

    @Test func fullDisk() throws {
      let place = try Scene()
      let result = try place.run(["-r", Sample.path, "-w", "/dev/full"])
      #expect(result.status == 74 && result.errors.contains("/dev/full"), "\(result.errors)")
      let missing = try place.run(["-r", Sample.path, "-w", "/nowhere/out.pcap"])
      #expect(missing.status == 73 && missing.errors.contains("/nowhere/out.pcap"))
      #expect(place.isLeftClean())
    }

    // MARK: The reference

    @Test(
      .enabled(if: SharedCorpus.selected != nil, "no shared/corpus-select here"),
      arguments: ["all", "tls,dns", "quic,stun,ssh"], ["1", "2"])
    func areTheReferences(_ select: String, _ parsers: String) throws {
      let corpus = try #require(SharedCorpus.selected)
      let list = try String(contentsOfFile: "\(corpus)/packets/\(select).txt", encoding: .utf8)
      let place = try Scene()
      let path = place.directory.path + "/out.pcap"
      let result = try place.run(
        ["-r", "\(corpus)/pcap/merged.pcap", "-w", path, "-s", select, "--parsers", parsers])
      #expect(result.status == 0)
      let written = try ReadCapture(path).packets.map(\.referenceLine)
      let isSame = written.elementsEqual(list.split(separator: "\n").map(String.init))
      #expect(isSame)
      #expect(written.count > 100)
    }
  }
}
