import Foundation
import Support
import Testing

extension PipelineTests {
  /// The plan of a run: stated once, known to every stage, changed exactly at a packet.
  @Suite(.tags(.process)) struct Plans {
    /// A change: the plan before, and what is set, as `merc` and `merc plan set` are told; then what the plan is.
    struct Change: Sendable, CustomTestStringConvertible {
      let before: [String]
      let set: [String]
      let after: [String]
      var testDescription: String { "\(before) then \(set)" }

      init(_ before: [String], _ set: [String], _ after: [String]) {
        (self.before, self.set, self.after) = (before, set, after)
      }
    }

    static let changes = [
      Change([], ["--select", "tls,dns", "--metadata"], ["--select", "tls,dns", "--metadata"]),
      Change(["--metadata", "-s", "dns"], ["--metadata=0", "--select", "all"], []),
      Change(
        ["--reassembly"], ["--sensor", "edge-7", "--format", "tls/1"],
        ["--reassembly", "--sensor", "edge-7", "--format", "tls/1"]),
      Change(
        ["--sensor", "a"], ["--sensor=", "--reassembly", "--dns-json"],
        ["--reassembly", "--dns-json"]),
      Change(
        ["-s", "dns"], ["--nonselected-udp-data", "--exposed-creds"],
        ["-s", "dns", "--nonselected-udp-data", "--exposed-creds"]),
    ]

    /// The output is that of two runs, one of the packets before the change and one of those after it.
    @Test(arguments: changes, [1, 3])
    func joinsTwoRuns(_ change: Change, parsers: Int) throws {
      let scene = try Scene()
      let file = try CaptureFile(Large.path)
      let pipe = Pipe()
      let merc = try scene.merc(
        ["--parsers", "\(parsers)"] + change.before, input: .pipe(pipe.fileHandleForReading))
      // The first third is read, and its output under way, when the plan is changed.
      pipe.fileHandleForWriting.write(file.bytes(upTo: file.packets / 3))
      #expect(eventually(within: 20) { !merc.output.isEmpty })
      let set = try Program(
        "merc", ["plan", "set", "--pipeline", "\(merc.id)"] + change.set,
        environment: scene.environment)
      // The end waits for the answer: the pipeline must not be gone before it.
      let end = file.packets - 1
      pipe.fileHandleForWriting.write(file.bytes(from: file.packets / 3, to: end))
      let said = set.wait(seconds: 20)
      pipe.fileHandleForWriting.write(file.bytes(from: end, to: file.packets))
      try pipe.fileHandleForWriting.close()
      #expect(said.status == 0, "\(said)")
      let result = merc.wait(seconds: 60)
      #expect(result.status == 0, "\(result.errors)")
      let first = try #require(
        said.errors.firstMatch(of: /from packet (\d+) on/).flatMap { Int($0.1) })
      let before = try ScratchFile([UInt8](file.bytes(upTo: first - 1)), named: "before")
      let after = try ScratchFile(
        [UInt8](file.header + file.bytes(from: first - 1, to: file.packets)), named: "after")
      let runs = try [(before, change.before), (after, change.after)].map { file, options in
        try Program.run("merc", ["-r", file.path] + options).output
      }
      #expect(result.output == runs[0] + runs[1])
    }

    @Test func contradictionIsRefused() throws {
      let stages = try ByHand.Stages(.ipc)
      let capture = try stages.capture(Sample.path, ["--metadata", "-s", "tls,dns"])
      let sink = try stages.start("merc-sink")
      for (program, option) in [("merc-parse", "--dns-json"), ("merc-analyze", "--explain")] {
        let refused = try stages.start(program, [option]).wait(seconds: 10)
        #expect(refused.status == 64)
        #expect(
          refused.errors
            == "\(program): \(option) contradicts the plan of this run, which has no \(option); "
            + "leave it out here, or give it to merc-capture\n")
      }
      let selected = try stages.start("merc-parse", ["-s", "tls"]).wait(seconds: 10)
      #expect(selected.status == 64)
      #expect(selected.errors.contains("--select=tls contradicts"))
      // One that says the same takes part, and the other needs to be told nothing.
      let agreeing = try stages.start("merc-parse", ["--metadata", "-s", "dns, tls"])
      let silent = try stages.start("merc-parse")
      let result = sink.wait(seconds: 15)
      #expect(result.status == 0)
      let expected = try Program.run("merc", ["-r", Sample.path, "--metadata", "-s", "tls,dns"])
      #expect(result.output == expected.output)
      for program in [capture, agreeing, silent] { #expect(program.wait(seconds: 10).status == 0) }
    }

    @Test(arguments: [
      (["--analysis"], "this cannot change while the pipeline runs"),
      (["--format", "x"], "--format"),
      (["--select", "nonsense"], "nonsense"), (["--bogus=0"], "--bogus is no option"),
      ([], "nothing is to change"),
    ])
    func refusesWhatCannotBe(_ arguments: [String], _ reason: String) throws {
      let stages = try ByHand.Stages(.ipc)
      let capture = try stages.capture(Sample.path)
      let said = try Program.run("merc", ["plan", "set", "--connect", stages.endpoint] + arguments)
      #expect(said.status == 64)
      #expect(said.errors.contains(reason), "\(said.errors)")
      capture.signal(SIGTERM)
      _ = capture.wait(seconds: 10)
    }

    @Test func showsWhatIsInForce() throws {
      let stages = try ByHand.Stages(.tcpWithKey)
      let capture = try stages.capture(
        Sample.path, ["--metadata", "-s", "tls,dns", "--sensor", "x"])
      let said = try Program.run(
        "merc", ["plan", "show", "--connect", stages.endpoint] + stages.options)
      #expect(said.status == 0)
      #expect(said.output == Data("metadata\nselect=dns,tls\nsensor=x\n".utf8))
      capture.signal(SIGTERM)
      _ = capture.wait(seconds: 10)
    }

    /// Packets travel only where the plan says so: a sink that needs them says it at once.
    @Test func sinkWithoutPackets() throws {
      let stages = try ByHand.Stages(.ipc)
      let capture = try stages.capture(Sample.path)
      let sink = try stages.start("merc-sink", ["-w", stages.place.directory.path + "/out.pcap"])
      let said = sink.wait(seconds: 10)
      #expect(said.status == 64)
      #expect(said.errors.contains("give merc-capture --packets"))
      _ = capture.wait(seconds: 10)
    }

    @Test func sensorEndsEachRecord() throws {
      let plain = try Program.run("merc", ["-r", Sample.path])
      let named = try Program.run("merc", ["-r", Sample.path, "--sensor", "a\"\u{e9}"])
      let ending = #","sensor":"a\"\u00e9"}"#
      #expect(named.lines.dropLast().allSatisfy { $0.hasSuffix(ending) })
      #expect(named.lines.map { $0.replacing(ending, with: "}") } == plain.lines)
    }
  }
}

/// A pcap file in this machine's byte order, to be cut between packets.
private struct CaptureFile {
  private let data: Data
  /// Where each packet begins, and where the last one ends.
  private let places: [Int]

  init(_ path: String) throws {
    data = try Data(contentsOf: URL(fileURLWithPath: path))
    var places = [24]
    while let place = places.last, place < data.count {
      let length = data[place + 8..<place + 12].reversed().reduce(0) { $0 << 8 | Int($1) }
      places.append(place + 16 + length)
    }
    self.places = places
  }

  var packets: Int { places.count - 1 }
  var header: Data { data[..<24] }
  /// The header and the first packets.
  func bytes(upTo count: Int) -> Data { data[..<places[count]] }
  /// The packets after the first `start`, up to that of number `end`.
  func bytes(from start: Int, to end: Int) -> Data { data[places[start]..<places[end]] }
}
