import Foundation
import Glibc
import Support
import Testing

extension PipelineTests {
  /// Several sinks of one pipeline.
  @Suite(.tags(.process)) struct Sinks {
    private func contents(_ path: String) -> Data {
      FileManager.default.contents(atPath: path) ?? Data()
    }

    /// What secondary sinks write is what runs of their own would.
    @Test(arguments: ["1", "3"], [[], ["--reassembly"]])
    func areAsRunsOfTheirOwn(_ parsers: String, _ more: [String]) throws {
      let capture = try Sample.repeated(40)
      let place = try Scene()
      let path = place.directory.path
      let merc = try place.run(
        [
          "-r", capture.path, "-s", "http,tcp", "--parsers", parsers, "-v",
          "--sink", "-s dns -f \(path)/dns.json",
          "--sink", "--select=tls,tcp,tcp.syn_ack -f '\(path)/a b.json' -w \(path)/tls.pcap",
          "--sink", "-s all-packets -w \(path)/all.pcap --policy drop",
          "--sink", "-s -l 1000 -f \(path)/rotated",
        ] + more)
      #expect(merc.status == 0, "\(merc.errors)")
      #expect(merc.errors.components(separatedBy: "every packet accounted for").count == 6)
      #expect(place.isLeftClean())
      func alone(_ arguments: [String]) throws -> Data {
        let result = try place.run(["-r", capture.path] + arguments + more)
        #expect(result.status == 0, "\(result.errors)")
        return result.output
      }
      #expect(merc.output == (try alone(["-s", "http,tcp"])) && merc.output.count > 10_000)
      let dns = contents("\(path)/dns.json")
      #expect(dns == (try alone(["-s", "dns"])) && dns.count > 10_000)
      let tls = contents("\(path)/a b.json")
      #expect(tls == (try alone(["-s", "tls,tcp,tcp.syn_ack"])) && tls.count > dns.count)
      let packets = contents("\(path)/tls.pcap")
      #expect(packets == (try alone(["-s", "tls,tcp,tcp.syn_ack", "-w", "-"])))
      #expect(contents("\(path)/all.pcap") == (try alone(["-s", "all-packets", "-w", "-"])))
      let rotated = place.directory.contents.filter { $0.hasPrefix("rotated-") }
        .sorted { ($0.count, $0) < ($1.count, $1) }
      #expect(rotated.count > 2)
      let whole = rotated.reduce(into: Data()) { $0 += contents("\(path)/\($1)") }
      #expect(whole == (try alone([])))
    }

    /// Pieces of a message that was put together are packets of that message.
    @Test func piecesBelongToTheirMessage() throws {
      let capture = try SplitMessages.made.get()
      let place = try Scene()
      let path = place.directory.path
      let run = ["-r", capture.path, "--reassembly"]
      let merc = try place.run(
        run + ["-f", "/dev/null", "--sink", "-s tls -w \(path)/tls.pcap"])
      #expect(merc.status == 0, "\(merc.errors)")
      let alone = try place.run(run + ["-s", "tls", "-w", "\(path)/alone.pcap"])
      #expect(alone.status == 0, "\(alone.errors)")
      #expect(contents("\(path)/tls.pcap") == contents("\(path)/alone.pcap"))
      #expect(contents("\(path)/tls.pcap").count > 10_000)
    }

    /// Verdicts depend on what came before in the whole pipeline, whatever a sink writes of it.
    @Test func verdictsAreSettledOnce() throws {
      let archive = try TestArchive.usual.get()
      let capture = try Large.path
      let place = try Scene()
      let path = place.directory.path
      let merc = try place.run(
        [
          "-r", capture, "--analyzers", "2", "--parsers", "2", "-s", "dns",
          "--sink", "-f \(path)/all.json",
        ] + archive.arguments)
      #expect(merc.status == 0, "\(merc.errors)")
      #expect(contents("\(path)/all.json") == (try Large.analyzedOutput))
    }

    @Test func killedParsersChangeNothing() throws {
      let capture = try Large.path
      let place = try Scene()
      let path = place.directory.path + "/all.json"
      try KilledRun.each(
        ["-r", capture, "-s", "none", "--parsers", "2", "--sink", "-f \(path)"],
        killing: ["merc-parse"], 6, atMost: 6, "kills with sinks"
      ) { run in
        #expect(run.result.output.isEmpty)
        let expected = try Large.output
        #expect(contents(path) == expected)
      }
    }

    // MARK: By hand

    @Test(arguments: [ByHand.Link.ipc, .tcp]) func byHand(_ link: ByHand.Link) throws {
      let stages = try ByHand.Stages(link)
      let path = stages.place.directory.path
      let dns = try stages.start(
        "merc-sink", ["--policy", "wait", "-s", "dns", "-f", "\(path)/dns.json", "-v"])
      let capture = try stages.capture(try Large.path)
      let first = try stages.start(
        "merc-sink", ["--secondary-sinks", "2", "-f", "/dev/null", "-v"])
      let parser = try stages.start("merc-parse")
      let all = try stages.start("merc-sink", ["--policy", "drop", "-v"])
      for sink in [first, dns, all] {
        let result = sink.wait(seconds: 60)
        #expect(result.status == 0 && result.isExact, "\(result.errors)")
      }
      #expect(all.output == (try Large.output))
      let expected = try stages.place.run(["-r", try Large.path, "-s", "dns"])
      #expect(contents("\(path)/dns.json") == expected.output)
      #expect(capture.wait(seconds: 10).status == 0)
      #expect(parser.wait(seconds: 10).status == 0)
    }

    /// One that comes later gets all records from then on, and its account is exact.
    @Test func aLatecomer() throws {
      let stages = try ByHand.Stages(.ipc)
      let capture = try stages.capture(try Large.path)
      let parser = try stages.start("merc-parse")
      let first = try stages.start("merc-sink", ["-v"])
      #expect(eventually(within: 20) { first.output.count > 100_000 })
      let late = try stages.start("merc-sink", ["--policy", "wait", "-v"])
      let results = [first, late].map { $0.wait(seconds: 60) }
      for result in results { #expect(result.status == 0 && result.isExact, "\(result.errors)") }
      let expected = try Large.output
      #expect(results[0].output == expected)
      #expect(results[1].output.count > 100_000 && results[1].output.count < expected.count)
      #expect(expected.suffix(results[1].output.count) == results[1].output)
      #expect(capture.wait(seconds: 10).status == 0)
      #expect(parser.wait(seconds: 10).status == 0)
    }

    /// It is told so, and the pipeline goes on waiting for one that it is to have.
    @Test func namesThatThePipelineDoesNotHave() throws {
      let stages = try ByHand.Stages(.ipc)
      let capture = try stages.capture(Sample.path, ["-s", "tls,dns"])
      let parser = try stages.start("merc-parse", ["-s", "tls,dns"])
      let first = try stages.start("merc-sink", ["--secondary-sinks", "1"])
      let sink = try stages.start("merc-sink", ["--policy", "wait", "-s", "tls,htp"])
      let result = sink.wait(seconds: 10)
      #expect(result.status == 64)
      #expect(
        result.errors.contains("htp\" selects nothing of this pipeline; its records are of: tls."),
        "\(result.errors)")
      #expect(first.output.isEmpty && first.isRunning)
      let second = try stages.start("merc-sink", ["--policy", "wait", "-s", "tls"])
      for program in [first, second, capture, parser] {
        let result = program.wait(seconds: 20)
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      }
      #expect(first.output == (try stages.place.run(["-r", Sample.path, "-s", "tls,dns"]).output))
      #expect(second.output == (try stages.place.run(["-r", Sample.path, "-s", "tls"]).output))
    }

    // MARK: Mistakes

    @Test(arguments: [
      ("-s dns", "where does it write to?"), ("-f", "Missing value for '-f"),
      ("-f a --polcy drop", "Unknown option '--polcy'"), ("-f 'a", "a quote is not closed"),
      ("-f a -s htp", "\"htp\" cannot be selected"), ("-f a -s all-packets", "give --write too"),
      ("-f a --stats b", "--analysis (-a)"), ("-f -", "standard output is to be written to twice"),
      ("-l 3 -f -", "divide output into files"),
    ])
    func mistakes(_ sink: String, _ complaint: String) throws {
      let place = try Scene()
      let result = try place.run(["-r", Sample.path, "--sink", sink])
      #expect(result.status == 64)
      #expect(result.errors.contains(complaint), "\(result.errors)")
      #expect(place.isLeftClean())
    }
  }
}
