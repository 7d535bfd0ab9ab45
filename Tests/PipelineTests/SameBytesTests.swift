import Foundation
import Support
import Testing
import Wire

extension PipelineTests {
  /// How many processes share the work changes no byte of the output.
  @Suite(.tags(.process)) struct SameBytes {
    @Test(arguments: [
      ["--parsers", "1"], ["--parsers", "2"], ["--parsers", "4"],
      ["--parsers", "2", "--no-gate"],
    ])
    func whoeverTakesPart(_ arguments: [String]) throws {
      let capture = try Sample.repeated(30)
      let expected = try InProcess.run(capture.path)
      #expect(expected.output.count > 100_000)
      let place = try Scene()
      let result = try place.run(["-r", capture.path, "-v"] + arguments)
      #expect(result.status == 0)
      #expect(result.output == expected.output)
      #expect(result.isExact)
      #expect(result.ledger("packets") == Sample.packets.count * 30)
      #expect(place.isLeftClean())
    }

    /// Also where a verdict hangs on which record of a fingerprint comes first.
    @Test(arguments: [
      ["--analyzers", "1"], ["--parsers", "2", "--analyzers", "3"],
      ["--parsers", "3", "--analyzers", "2", "--no-gate"],
    ])
    func whoeverAnalyzes(_ arguments: [String]) throws {
      let capture = try Sample.repeated(30)
      let archive = try TestArchive.usual.get()
      let expected = try InProcess.run(capture.path, archive: archive.load())
      let text = String(decoding: expected.output, as: UTF8.self)
      for outcome in [
        "usual first", "usual second", "randomized_fingerprint", "unlabeled_fingerprint",
      ] {
        #expect(text.contains(outcome))
      }
      let place = try Scene()
      let result = try place.run(["-r", capture.path, "-v"] + arguments + archive.arguments)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output == expected.output)
      #expect(result.isExact)
      #expect(place.isLeftClean())
    }

    @Test func inOneProcess() throws {
      let outcomes = try [(1, true), (3, true), (2, false)].map {
        try InProcess.run(Sample.path, parsers: $0.0, gate: $0.1)
      }
      for outcome in outcomes {
        #expect(outcome.output == outcomes[0].output)
        let (isExact, packets) = (Ledger(outcome.account).isExact, outcome.account[.packets])
        #expect(isExact)
        #expect(packets == UInt64(Sample.packets.count))
      }
    }

    /// Options for records reach the parsers.
    @Test func withOptions() throws {
      let expected = try InProcess.run(Sample.path, options: [.metadata, .dnsJSON])
      let plain = try InProcess.run(Sample.path)
      let result = try Scene().run(["-r", Sample.path, "--metadata", "--dns-json"])
      #expect(result.output == expected.output)
      #expect(result.output != plain.output)
    }

    /// What is found by comparing connections is found with any number of parsers.
    @Test(arguments: [
      ["--parsers", "1"], ["--parsers", "3"],
    ])
    func withDetections(_ arguments: [String]) throws {
      let path = "\(Project.path)/Tests/Golden/tls/proxied.pcap"
      let expected = try #require(
        Golden.all.first { $0.name == "proxied" && $0.set == .proxies }?.expected())
      let result = try Scene().run(
        ["-r", path, "--crypto-assess", "--network-behavioral-detections"] + arguments)
      #expect(result.lines.map(String.init) == expected + [""])
    }
  }
}
