import Bytes
import Capture
import Foundation
import Support
import Testing

extension PipelineTests {
  /// What `merc tap` shows of a pipeline that is at work, and what it says when it cannot.
  @Suite(.tags(.process)) struct Taps {
    @Test func recordsAsTheSinkPrintsThem() throws {
      let archive = try TestArchive.complete.get()
      let live = try LivePipeline(archive.arguments)
      let taps = try [["parse"], ["analyze"], ["parse", "--format", "cbor"]].map(live.tap)
      #expect(live.warmUp(taps))
      let printed = try live.finish()
      #expect(printed.status == 0)
      for (tap, archive) in zip(taps, [nil, try archive.load()]) {
        let expected = try InProcess.run(Sample.path, archive: archive).output
        let shown = tap.wait(seconds: 10)
        #expect(shown.status == 0)
        #expect(shown.errors == "")
        #expect(shown.output.ends(with: expected))
        #expect(archive == nil || printed.output.ends(with: shown.output))
      }
      let maps = taps[2].wait(seconds: 10)
      #expect(maps.status == 0)
      #expect(maps.output.first == 0xbf && maps.output.last == 0xff)
      #expect(live.place.isLeftClean())
    }

    @Test func packets() throws {
      let live = try LivePipeline(["--no-gate"])
      let taps = try [["capture"], ["capture", "--format", "pcap"]].map(live.tap)
      #expect(live.warmUp(taps))
      #expect(try live.finish().status == 0)
      let lines = taps[0].wait(seconds: 10).lines.dropLast()
      let objects = try lines.map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      let shown = try packets(of: taps[1].wait(seconds: 10).output)
      let expected = Sample.packets
      #expect(Array(shown.suffix(expected.count)) == expected)
      #expect(
        objects.suffix(expected.count).map { $0["bytes"] as? String }
          == expected.map { packet in packet.bytes.map { String(format: "%02x", $0) }.joined() })
      #expect(
        objects.suffix(expected.count).map { $0["length"] as? Int }
          == expected.map { Int($0.originalLength) })
      let numbers = objects.compactMap { $0["packet"] as? Int }
      #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 })
    }

    @Test func selected() throws {
      let live = try LivePipeline([])
      let taps = try [
        ["capture", "-s", "tcp", "--format", "pcap"], ["parse", "-stcp"],
        ["parse", "--select", "tcp,http"],
      ].map(live.tap)
      #expect(live.warmUp(taps))
      #expect(try live.finish().status == 0)
      let all = try InProcess.run(Sample.path).output.lines
      let syn = all.filter { $0.hasPrefix(#"{"fingerprints":{"tcp":"#) }
      let http = all.filter { $0.hasPrefix(#"{"fingerprints":{"http"#) }
      #expect(!syn.isEmpty && !http.isEmpty)
      let shown = try packets(of: taps[0].wait(seconds: 10).output).suffix(syn.count)
      // An Ethernet frame's TCP flags, over IPv4 or IPv6 without options.
      #expect(shown.allSatisfy { $0.bytes[$0.bytes[12] == 0x86 ? 67 : 47] & 0x12 == 2 })
      #expect(taps[1].wait(seconds: 10).output.lines.suffix(syn.count) == syn[...])
      let both = all.filter { syn.contains($0) || http.contains($0) }
      #expect(taps[2].wait(seconds: 10).output.lines.suffix(both.count) == both[...])
    }

    private func packets(of pcap: Data) throws -> [CapturedPacket] {
      let file = try ScratchFile([UInt8](pcap))
      var source = try PacketSource(path: file.path) { true }
      var packets: [CapturedPacket] = []
      while try source.next() {
        packets.append(
          CapturedPacket(
            time: source.time, [UInt8](copying: source.bytes),
            originalLength: source.originalLength))
      }
      return packets
    }

    @Test func ledgers() throws {
      let live = try LivePipeline([])
      let tap = try live.tap(["ledger"])
      #expect(live.warmUp([tap]))
      #expect(try live.finish().status == 0)
      let lines = tap.wait(seconds: 10).lines.dropLast()
      var last: [String: [String: Any]] = [:]
      for line in lines {
        let report = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let stage = try #require(report["stage"] as? String)
        #expect((report["name"] as? String)?.hasPrefix(stage) == true)
        last[stage] = report
      }
      #expect(last.keys.contains("capture") && last.keys.contains("sink"))
      let counts = try #require(last["sink"]?["counts"] as? [[String: Any]])
      func total(_ entry: String) -> Int {
        counts.reduce(0) { $0 + ($1["entry"] as? String == entry ? $1["count"] as? Int ?? 0 : 0) }
      }
      #expect(total("packets") == live.written)
      #expect(total("packets") == total("gated") + total("forwarded"))
    }

    /// A parser that takes a dead one's place is listened to as well.
    @Test func aNewParserIsHeard() throws {
      let live = try LivePipeline([])
      let tap = try live.tap(["parse"])
      #expect(live.warmUp([tap]))
      for parser in ProcessTable.children(of: live.merc.id, named: "merc-parse") {
        _ = kill(parser, SIGKILL)
        #expect(
          eventually(within: 5) {
            !ProcessTable.children(of: live.merc.id, named: "merc-parse").contains(parser)
          })
      }
      #expect(live.warmUp([tap]))
      #expect(try live.finish().status == 0)
      let shown = Set(tap.wait(seconds: 10).output.lines)
      let expected = try InProcess.run(Sample.path).output.lines
      #expect(shown.isSuperset(of: expected))
    }

    @Test func endsQuietly() throws {
      let live = try LivePipeline([])
      let pipe = Pipe()
      let closed = try live.tap(["parse"], output: pipe.fileHandleForWriting)
      try pipe.fileHandleForWriting.close()
      try pipe.fileHandleForReading.close()
      let interrupted = try live.tap(["parse"])
      #expect(live.warmUp([interrupted]))
      #expect(live.warmUp(while: { closed.isRunning }))
      interrupted.signal(SIGINT)
      for tap in [closed, interrupted] {
        let result = tap.wait(seconds: 5)
        #expect(result.status == 0)
        #expect(result.errors == "")
      }
      #expect(try live.finish().status == 0)
    }

    @Test func saysWhatIsMissing() throws {
      let place = try Scene()
      let none = try Program.run("merc", ["tap", "parse"], environment: place.environment)
      #expect(none.status == 69)
      #expect(none.errors.contains("no pipeline"))
      let live = try LivePipeline([])
      let analyze = try live.tap(["analyze"]).wait(seconds: 10)
      #expect(analyze.status == 1)
      #expect(analyze.errors.contains("no analyzers"))
      let other = try live.tap(["parse", "--pipeline", "1"]).wait(seconds: 10)
      #expect(other.status == 69)
      #expect(other.errors.contains("\(live.merc.id)"))
      for wrong in [
        ["parse", "--format", "pcap"], ["parse", "-s", "nosuch"], ["nosuch"], [],
        ["parse", "--connect", "ipc:///tmp/x", "--pipeline", "1"],
      ] {
        #expect(try live.tap(wrong).wait(seconds: 10).status == 64, "\(wrong)")
      }
      #expect(try live.finish().status == 0)
    }

    @Test func severalPipelines() throws {
      let first = try LivePipeline([])
      let second = try LivePipeline([], in: first.place)
      let either = try first.tap(["parse"]).wait(seconds: 10)
      #expect(either.status == 69)
      #expect(either.errors.contains("\(first.merc.id)") && either.errors.contains("--pipeline"))
      #expect(either.errors.contains("\(second.merc.id)"))
      let one = try first.tap(["parse", "--pipeline", "\(second.merc.id)"])
      #expect(second.warmUp([one]))
      #expect(try first.finish().status == 0)
      #expect(one.isRunning)
      #expect(try second.finish().status == 0)
      #expect(one.wait(seconds: 10).status == 0)
      #expect(first.place.isLeftClean())
    }

    /// docs/tap.py, which knows nothing but docs/wire.md, shows what the sink prints.
    @Test(.enabled(if: Python.canTap, "needs Debian's python3-zmq and python3-cbor2"))
    func thePythonExample() throws {
      let live = try LivePipeline([])
      var taps: [String] = []
      #expect(
        eventually(within: 5) {
          taps = live.place.endpoints.filter {
            $0.contains("/pipeline-parse-") && $0.hasSuffix(".tap")
          }
          return taps.count == 1
        })
      let endpoints = taps.map { "ipc://\(live.place.directory.path)/\($0)" }
      let python = try Program(Python.path, [Python.example] + endpoints)
      #expect(live.warmUp([python]))
      #expect(try live.finish().status == 0)
      let shown = python.wait(seconds: 10)
      #expect(shown.status == 0, "\(shown.errors)")
      let expected = try InProcess.run(Sample.path).output.lines.map(object)
      #expect(try shown.output.lines.suffix(expected.count).map(object) == expected)
    }

    private func object(_ line: Substring) throws -> NSDictionary {
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary)
    }
  }
}

/// A pipeline with one parser that reads what the test writes, until the test has written enough.
final class LivePipeline {
  let place: Scene
  let merc: Program
  private let input: LiveInput

  init(_ arguments: [String], in place: Scene? = nil) throws {
    let place = try place ?? Scene()
    self.place = place
    input = try LiveInput(in: place)
    merc = try place.merc(["-r", input.path, "--parsers", "1"] + arguments)
    let endpoint = "merc/\(merc.id)/pipeline"
    _ = eventually(within: 5) { place.endpoints.contains(endpoint) }
  }

  /// How many packets have been written.
  var written: Int { input.written }

  func tap(_ arguments: [String]) throws -> Program { try tap(arguments, output: nil) }

  func tap(_ arguments: [String], output: FileHandle?) throws -> Program {
    try Program("merc", ["tap"] + arguments, output: output, environment: place.environment)
  }

  func warmUp(_ taps: [Program]) -> Bool { input.warmUp(taps) }

  func warmUp(while isWaiting: () -> Bool) -> Bool { input.warmUp(while: isWaiting) }

  /// Writes the sample, as the last of the capture, and waits for the end.
  func finish() throws -> Program.Result {
    try input.finish()
    return merc.wait()
  }
}

/// A capture, as a named pipe, that the test writes.
final class LiveInput {
  let path: String
  private let writer: FileHandle
  /// How many packets have been written.
  private(set) var written = 0

  init(in place: Scene) throws {
    path = place.directory.path + "/pipe\(UInt32.random(in: 0 ... .max))"
    _ = unsafe mkfifo(path, 0o600)
    writer = try #require(FileHandle(forUpdatingAtPath: path))
    try writer.write(contentsOf: Data(CaptureFile.pcap([])))
  }

  /// Writes packets until all taps have shown something new, so that they miss nothing after.
  func warmUp(_ taps: [Program]) -> Bool {
    let sizes = taps.map(\.output.count)
    return warmUp(while: { zip(taps, sizes).contains { $0.output.count <= $1 } })
  }

  func warmUp(while isWaiting: () -> Bool) -> Bool {
    let syn = Frame.tcp([], flags: Frame.Flags.syn).ipv4().ethernet().bytes
    for _ in 0..<400 where isWaiting() {
      guard (try? write([CapturedPacket(syn)])) != nil else { return false }
      _ = eventually(within: 0.03) { !isWaiting() }
    }
    return !isWaiting()
  }

  /// Writes the sample, as the last of the capture.
  func finish() throws {
    try write(Sample.packets)
    try writer.close()
  }

  private func write(_ packets: [CapturedPacket]) throws {
    try writer.write(contentsOf: Data(CaptureFile.pcap(packets).dropFirst(24)))
    written += packets.count
  }
}

private enum Python {
  static let path = "/usr/bin/python3"

  static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/tap.py").path

  static let canTap: Bool = {
    guard FileManager.default.isExecutableFile(atPath: path) else { return false }
    return (try? Program.run(path, ["-c", "import zmq, cbor2"]))?.status == 0
  }()
}

extension Data {
  /// The whole lines.
  fileprivate var lines: [Substring] {
    String(decoding: self, as: UTF8.self).split(separator: "\n")
  }

  fileprivate func ends(with end: Data) -> Bool { suffix(end.count) == end }
}
