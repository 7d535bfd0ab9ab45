import Foundation
import Support
import Testing

extension PipelineTests {
  /// Workers killed at any moment change no byte of the output.
  @Suite(.tags(.process)) struct Kills {
    @Test(arguments: [
      (["--parsers", "2"], ["merc-parse"]), (["--parsers", "1"], ["merc-parse"]),
      (["--parsers", "2", "--analyzers", "3"], ["merc-analyze"]),
      (["--parsers", "3", "--analyzers", "1"], ["merc-parse", "merc-analyze"]),
    ])
    func changeNothing(_ arguments: [String], _ names: [String]) throws {
      let capture = try Large.path
      let isAnalyzed = names.contains("merc-analyze")
      let expected = try isAnalyzed ? Large.analyzedOutput : Large.output
      let arguments = try arguments + (isAnalyzed ? TestArchive.usual.get().arguments : [])
      try KilledRun.each(
        ["-r", capture] + arguments, killing: names,
        Thoroughness.kills(10, full: isAnalyzed ? 20 : 50), pause: 20...250, "kills"
      ) { run in
        #expect(run.result.output == expected)
        #expect(run.result.ledger("packets") == Sample.packets.count * Large.copies)
        #expect(run.peaks.allSatisfy { $0 < 100 << 20 })
      }
    }

    /// Messages whose segments are rounds apart are put together by whoever is left.
    @Test(arguments: ["1", "3"]) func changeNoReassembly(_ parsers: String) throws {
      let capture = try SplitMessages.made.get()
      let arguments = [
        "-r", capture.path, "--reassembly", "--metadata", "--nonselected-tcp-data", "--parsers",
        parsers,
      ]
      let expected = try Scene().run(arguments)
      #expect(expected.status == 0)
      #expect(
        expected.output.split(separator: UInt8(ascii: "\n")).count == SplitMessages.count)
      #expect(
        expected.lines.count { $0.contains("\"reassembly_properties\"") } == SplitMessages.count)
      try KilledRun.each(
        arguments, killing: ["merc-parse"], Thoroughness.kills(10, full: 50),
        "kills with reassembly"
      ) { run in
        let isSame = run.result.output == expected.output
        #expect(isSame)
      }
    }

    /// Neither end of the pipeline can be replaced: the run ends, and says why.
    @Test(arguments: ["merc-capture", "merc-sink", "merc"])
    func endsOfThePipeline(_ name: String) throws {
      let capture = try Large.path
      let place = try Scene()
      let merc = try place.merc(["-r", capture, "--parsers", "2"])
      #expect(eventually(within: 10) { !merc.output.isEmpty })
      let victim = name == "merc" ? merc.id : ProcessTable.children(of: merc.id, named: name).first
      kill(try #require(victim), SIGKILL)
      let result = merc.wait(seconds: 10)
      if name == "merc" {
        #expect(result.end == .signalled(SIGKILL))
      } else {
        #expect(result.status != nil && result.status != 0)
        #expect(result.errors.contains("\(name) was ended by signal 9"), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count <= 2, "\(result.errors)")
      }
      #expect(place.isLeftClean(), "\(place.directory.contents)")
    }

    @Test func poison() throws {
      let text = "POISONOUS-TEXT"
      let request = Array("GET /\(text) HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8)
      let packet = CapturedPacket(
        time: 1_700_000_000_000_001_000, Frame.tcp(request, to: 80).ipv4().ethernet().bytes)
      let without = try Sample.repeated(20)
      let with = try Sample.repeated(20, more: [packet])
      let expected = try InProcess.run(without.path)
      for parsers in ["1", "2"] {
        let place = try Scene()
        let result = try place.run(
          ["-r", with.path, "--poison", text, "-v", "--parsers", parsers])
        #expect(result.status == 0)
        #expect(result.output == expected.output)
        #expect(result.isExact)
        #expect(result.ledger("quarantined") == 1)
        let kept = FileManager.default.contents(atPath: place.quarantine)
        #expect(kept.map { [UInt8]($0) } == CaptureFile.pcap([packet]))
        #expect(place.isLeftClean())
      }
    }

    /// What was read before the interruption comes out whole.
    @Test(arguments: [SIGINT, SIGTERM]) func interruption(_ signal: Int32) throws {
      let capture = try Large.path
      let expected = try Large.output
      let place = try Scene()
      let merc = try place.merc(["-r", capture, "-v"])
      #expect(eventually(within: 10) { !merc.output.isEmpty })
      merc.signal(signal)
      let result = merc.wait(seconds: 5)
      #expect(result.status == 128 + signal)
      #expect(result.isExact, "\(result.errors)")
      #expect(result.lines.last == "")
      #expect(result.output.count < expected.count)
      #expect(expected.starts(with: result.output))
      #expect(result.ledger("packets") ?? 0 > 0)
      #expect(place.isLeftClean())
    }

    @Test func interruptedWhileNothingComes() throws {
      let place = try Scene()
      let pipe = Pipe()
      let merc = try place.merc([], input: .pipe(pipe.fileHandleForReading))
      try pipe.fileHandleForWriting.write(
        contentsOf: Data(CaptureFile.pcap(Array(Sample.packets.prefix(100)))))
      #expect(eventually(within: 5) { !merc.output.isEmpty })
      merc.signal(SIGINT)
      let result = merc.wait(seconds: 5)
      #expect(result.status == 130)
      #expect(result.isWellFormed)
      #expect(place.isLeftClean())
      try pipe.fileHandleForWriting.close()
    }
  }
}
