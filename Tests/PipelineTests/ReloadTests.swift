import Foundation
import Support
import Testing

extension PipelineTests {
  /// Another archive comes into force while the pipeline is at work.
  @Suite(.tags(.process)) struct Reloads {
    private struct Verdict: Decodable {
      struct Analysis: Decodable {
        let process: String?
        let resources_version: String?
      }
      let analysis: Analysis?
    }

    /// Ten times in one run: nothing is lost or scored by two, and who scores says so.
    @Test func tenTimesUnderLoad() throws {
      let archives = try [TestArchive.named("red"), TestArchive.named("blue")]
      let plain = try Large.output.split(separator: UInt8(ascii: "\n"))
      let place = try Scene()
      let pipe = Pipe()
      let merc = try place.merc(
        ["-v", "--parsers", "2", "--analyzers", "3", "--resources-version"]
          + archives[0].arguments, input: .pipe(pipe.fileHandleForReading))
      let capture = try Data(contentsOf: URL(fileURLWithPath: Large.path))
      let loads = 10
      let slice = capture.count / (loads + 1) + 1
      for i in 0...loads {
        let part = capture.dropFirst(i * slice).prefix(slice)
        let writing = DispatchGroup()
        DispatchQueue.global().async(group: writing) {
          try? pipe.fileHandleForWriting.write(contentsOf: part)
        }
        if i == 0 { #expect(eventually(within: 10) { !merc.output.isEmpty }) }
        if i < loads {
          let load = try place.load(archives[(i + 1) % 2].path)
          #expect(load.status == 0, "\(load.errors)")
        }
        writing.wait()
      }
      try pipe.fileHandleForWriting.close()
      let result = merc.wait(seconds: 60)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.isExact)
      let lines = result.output.split(separator: UInt8(ascii: "\n"))
      #expect(lines.count == plain.count)
      var versions: [String] = []
      for line in lines {
        guard let analysis = try JSONDecoder().decode(Verdict.self, from: line).analysis else {
          continue
        }
        let version = try #require(analysis.resources_version)
        let name = version.hasSuffix("red") ? "red" : "blue"
        if let process = analysis.process { #expect(process.hasPrefix(name)) }
        if versions.last != name { versions.append(name) }
      }
      // Each archive scores an unbroken run of records, between one load and the next.
      #expect(versions == (0...loads).map { $0 % 2 == 0 ? "red" : "blue" })
      #expect(place.isLeftClean())
    }

    @Test func aBadFileLeavesTheOldOneInForce() throws {
      let bad = try ScratchFile(Array("no archive".utf8), named: "bad.tgz")
      let archive = try TestArchive.usual.get()
      let live = try LivePipeline(archive.arguments)
      #expect(live.warmUp { live.merc.output.isEmpty })
      for path in [bad.path, "/nonexistent/x.tgz", live.place.directory.path] {
        let load = try live.place.load(path)
        #expect(load.status == 1)
        #expect(load.errors.contains(path), "\(load.errors)")
        #expect(load.errors.split(separator: "\n").count == 1)
      }
      let printed = try live.finish()
      #expect(printed.status == 0)
      let expected = try InProcess.run(Sample.path, archive: archive.load()).output
      #expect(printed.output.suffix(expected.count) == expected)
      #expect(live.place.isLeftClean())
    }

    /// SIGHUP takes the file anew that merc was started with.
    @Test func onHangup() throws {
      let (red, blue) = try (TestArchive.named("red"), TestArchive.named("blue"))
      let place = try Scene()
      let path = place.directory.path + "/mine.tgz"
      try FileManager.default.copyItem(atPath: red.path, toPath: path)
      let live = try LivePipeline(["--analysis", "--resources", path], in: place)
      #expect(live.warmUp { live.merc.output.isEmpty })
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.copyItem(atPath: blue.path, toPath: path)
      live.merc.signal(SIGHUP)
      #expect(live.warmUp { !live.merc.errors.contains("is in force") })
      let printed = try live.finish()
      #expect(printed.status == 0)
      let text = String(decoding: printed.output, as: UTF8.self)
      #expect(text.contains("blue first") && !text.contains("red first"))
      #expect(place.isLeftClean())
    }

    @Test func withoutAPipeline() throws {
      let place = try Scene()
      let load = try place.load(TestArchive.usual.get().path)
      #expect(load.status == 69)
      let live = try LivePipeline([])
      let refused = try live.place.load(TestArchive.usual.get().path)
      #expect(refused.status == 1)
      #expect(refused.errors.contains("no analyzer"), "\(refused.errors)")
      #expect(try live.finish().status == 0)
    }
  }
}

extension Scene {
  /// Runs `merc resources load` on the pipeline here.
  fileprivate func load(_ path: String) throws -> Program.Result {
    try Program("merc", ["resources", "load", path], environment: environment).wait(seconds: 20)
  }
}
