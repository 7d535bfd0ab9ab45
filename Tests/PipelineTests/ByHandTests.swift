import Foundation
import Support
import Testing

extension PipelineTests {
  /// The stages started one by one, as on several hosts.
  @Suite(.tags(.process)) struct ByHand {
    enum Link: String, CaseIterable, Sendable { case ipc, tcp, tcpWithKey }

    /// Processes that find each other at one endpoint.
    struct Stages {
      let place: Scene
      let endpoint: String
      let options: [String]

      init(_ link: Link) throws {
        place = try Scene()
        var options: [String] = []
        if link == .tcpWithKey {
          let key = place.directory.path + "/key"
          #expect(try Program.run("merc", ["keygen", key]).status == 0)
          options = ["--key", key]
        }
        self.options = options
        endpoint =
          link == .ipc
          ? "ipc://\(place.directory.path)/line"
          : "tcp://127.0.0.1:\(20000 + Int.random(in: 0..<20000))"
      }

      func capture(_ path: String, _ arguments: [String] = []) throws -> Program {
        try Program(
          "merc-capture", ["-r", path, "--bind", endpoint] + options + arguments,
          environment: place.environment)
      }

      func start(_ name: String, _ arguments: [String] = []) throws -> Program {
        try Program(
          name, ["--connect", endpoint] + options + arguments, environment: place.environment)
      }
    }

    @Test(arguments: Link.allCases, [false, true])
    func anyOrderGivesTheSame(_ link: Link, _ isAnalyzed: Bool) throws {
      let stages = try Stages(link)
      let archive = try TestArchive.usual.get()
      let expected = try InProcess.run(Sample.path, archive: isAnalyzed ? archive.load() : nil)
      // Whoever comes before capture waits for it.
      var pool = [try stages.start("merc-parse")]
      let sink = try stages.start("merc-sink", ["-v"])
      let capture = try stages.capture(Sample.path, isAnalyzed ? ["--analysis"] : [])
      pool.append(try stages.start("merc-parse"))
      if isAnalyzed {
        pool.append(try stages.start("merc-analyze", Array(archive.arguments.suffix(2))))
      }
      let result = sink.wait(seconds: 15)
      #expect(result.status == 0)
      #expect(result.output == expected.output)
      #expect(result.isExact)
      let captured = capture.wait(seconds: 10)
      #expect(captured.status == 0 && captured.errors.isEmpty, "\(captured.errors)")
      for program in pool {
        // Who came when all was done waits for another capture.
        if !eventually(within: 3, { !program.isRunning }) { program.signal(SIGTERM) }
        let end = program.wait(seconds: 10)
        #expect(end.status == 0 || end.status == 128 + SIGTERM, "\(end)")
      }
      #expect(stages.place.directory.contents.filter { $0 != "key" } == [])
    }

    @Test(arguments: [Link.ipc, .tcp], [false, true])
    func comingAndGoing(_ link: Link, _ isAnalyzed: Bool) throws {
      let stages = try Stages(link)
      let expected = try isAnalyzed ? Large.analyzedOutput : Large.output
      let archive = try TestArchive.usual.get()
      let more = isAnalyzed ? Array(archive.arguments.suffix(2)) : []
      let capture = try stages.capture(Large.path, isAnalyzed ? ["--analysis"] : [])
      let sink = try stages.start("merc-sink", ["-v"])
      let name = isAnalyzed ? "merc-analyze" : "merc-parse"
      var others = isAnalyzed ? [try stages.start("merc-parse")] : []
      let first = try stages.start(name, more)
      #expect(eventually(within: 10) { !sink.output.isEmpty })
      // Until the second one is there, nobody takes what the first one leaves.
      let second = try stages.start(name, more)
      first.signal(SIGTERM)
      let left = first.wait(seconds: 10)
      #expect(left.status == 0 && left.errors.isEmpty, "\(left)")
      others += [second]
      let result = sink.wait(seconds: 60)
      #expect(result.output == expected)
      #expect(result.status == 0 && result.isExact)
      #expect(capture.wait(seconds: 10).status == 0)
      for program in others { #expect(program.wait(seconds: 10).status == 0) }
    }

    /// Nobody can replace it, so everybody ends.
    @Test func sinkIsKilled() throws {
      let stages = try Stages(.ipc)
      let capture = try stages.capture(Large.path)
      let parser = try stages.start("merc-parse")
      let sink = try stages.start("merc-sink")
      #expect(eventually(within: 10) { !sink.output.isEmpty })
      sink.signal(SIGKILL)
      let captured = capture.wait(seconds: 10)
      #expect(captured.status == 70)
      #expect(captured.errors.contains("the output is not complete"))
      #expect(parser.wait(seconds: 10).status == 0)
    }

    @Test(arguments: [Link.tcp, .tcpWithKey]) func taps(_ link: Link) throws {
      let stages = try Stages(link)
      let input = try LiveInput(in: stages.place)
      let capture = try stages.capture(input.path, ["--no-gate"])
      let parser = try stages.start("merc-parse")
      let sink = try stages.start("merc-sink", ["-v"])
      let tap = ["tap", "--connect", stages.endpoint]
      let packets = try Program("merc", tap + ["capture"] + stages.options)
      let records = try Program("merc", tap + ["parse"] + stages.options)
      let stranger = try Program("merc", tap + ["capture"])
      #expect(input.warmUp([packets, records]))
      try input.finish()
      let result = sink.wait(seconds: 15)
      #expect(result.status == 0 && result.isExact)
      let shown = packets.wait(seconds: 10)
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(shown.lines.count - 1 > Sample.packets.count)
      let last = try #require(shown.lines.dropLast().last)
      #expect(last.contains("\"packet\":\(input.written),"), "\(last)")
      let told = records.wait(seconds: 10)
      #expect(told.status == 0, "\(told.errors)")
      let expected = try InProcess.run(Sample.path).output
      #expect(told.output.suffix(expected.count) == expected)
      #expect(result.output.suffix(told.output.count) == told.output)
      if link == .tcpWithKey {
        #expect(stranger.isRunning && stranger.output.isEmpty)
        stranger.signal(SIGTERM)
      }
      _ = stranger.wait(seconds: 5)
      #expect(capture.wait(seconds: 10).status == 0 && parser.wait(seconds: 10).status == 0)
    }

    @Test func withoutTheKey() throws {
      let stages = try Stages(.tcpWithKey)
      let capture = try stages.capture(Sample.path)
      let sink = try stages.start("merc-sink")
      let stranger = try Program("merc-parse", ["--connect", stages.endpoint])
      #expect(eventually(within: 6) { stranger.errors.contains("waiting for merc-capture") })
      #expect(sink.output.isEmpty)
      let parser = try stages.start("merc-parse")
      #expect(sink.wait(seconds: 10).output == (try InProcess.run(Sample.path)).output)
      #expect(capture.wait(seconds: 10).status == 0 && parser.wait(seconds: 10).status == 0)
      #expect(stranger.isRunning)
      stranger.signal(SIGTERM)
      #expect(stranger.wait(seconds: 3).end != .timedOut)
    }

    /// One who waits for the others can be told to go.
    @Test(
      arguments: ["merc-capture", "merc-parse", "merc-analyze", "merc-sink"], [SIGINT, SIGTERM])
    func interruptedAlone(_ name: String, _ signal: Int32) throws {
      let stages = try Stages(.ipc)
      let program = try name == "merc-capture" ? stages.capture(Sample.path) : stages.start(name)
      #expect(eventually(within: 10) { stages.place.directory.contents != [] })
      #expect(program.isRunning)
      program.signal(signal)
      let result = program.wait(seconds: 3)
      #expect(result.end != .timedOut, "\(result.errors)")
      #expect(eventually(within: 1) { stages.place.directory.contents == [] })
    }
  }
}
