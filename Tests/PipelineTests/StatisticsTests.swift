import Foundation
import Support
import Testing

extension PipelineTests {
  /// What `--stats` counts in a run.
  @Suite(.tags(.process)) struct Sums {
    /// For each host, how often what was seen.
    private typealias Counts = [String: [String: Int]]

    /// The counts of a file, its layout and dictionaries put aside.
    private func counts(_ path: String) throws -> Counts {
      var counts: Counts = [:]
      let text = try Decompression.contents(of: path)
      for line in text.split(separator: UInt8(ascii: "\n")) {
        let host = try JSONDecoder().decode(Host.self, from: line)
        #expect(counts[host.src_ip] == nil)
        var mine: [String: Int] = [:]
        for label in host.device_info?.cert_labels ?? [] {
          mine["certificate \(label.common_name)"] = label.count
        }
        for label in host.device_info?.snmp_labels ?? [] { mine["snmp \(label.oid)"] = label.count }
        for fingerprint in host.fingerprints {
          for session in fingerprint.sessions {
            for seen in session.dest_info {
              mine["\(fingerprint.str_repr)|\(session.user_agent ?? "")|\(seen.dst)"] = seen.count
            }
          }
        }
        counts[host.src_ip] = mine
      }
      return counts
    }

    /// What a machine beside this one counted with the reference.
    @Test(
      .enabled(
        if: SharedCorpus.path("corpus-select/stats/merged.json.gz") != nil,
        "no shared/corpus-select here"),
      arguments: ["1", "3"])
    func asTheReference(_ members: String) throws {
      let golden = try #require(SharedCorpus.path("corpus-select/stats/merged.json.gz"))
      let capture = try #require(SharedCorpus.path("corpus-select/pcap/merged.pcap"))
      let archive = try #require(SharedCorpus.path("corpus/resources/synthetic.tgz"))
      let place = try Scene()
      let base = place.directory.path + "/sums"
      let result = try place.run([
        "-r", capture, "-f", "/dev/null", "-a", "--resources", archive, "--metadata",
        "--certs-json", "--stats", base, "--parsers", members, "--analyzers", members,
      ])
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      let folded = try JSONDecoder().decode(
        [String: Folded].self, from: try Decompression.contents(of: golden))
      var expected: Counts = [:]
      for (host, seen) in folded {
        expected[host] = seen.fingerprints
        for label in seen.device_info?.cert_labels ?? [] {
          expected[host]?["certificate \(label.common_name)"] = label.count
        }
        for label in seen.device_info?.snmp_labels ?? [] {
          expected[host]?["snmp \(label.oid)"] = label.count
        }
      }
      let counted = try counts(base + ".json.gz")
      #expect(counted.count == expected.count)
      for (host, seen) in expected { #expect(counted[host] == seen, "\(host)") }
    }

    /// Whoever takes part, and also where there is room for half of it only.
    @Test(arguments: [[], ["--stats-limit", "700"]])
    func theSameForAnyNumber(_ limit: [String]) throws {
      let archive = try TestArchive.usual.get()
      let place = try Scene()
      var texts: [String] = []
      for members in ["1", "3"] {
        let base = place.directory.path + "/sums" + members
        let result = try place.run(
          ["-r", Large.path, "-f", "/dev/null", "--parsers", members, "--analyzers", members]
            + ["--stats", base] + limit + archive.arguments)
        #expect(result.status == 0)
        #expect(result.errors.isEmpty == limit.isEmpty, "\(result.errors)")
        let text = String(
          decoding: try Decompression.contents(of: base + ".json.gz"), as: UTF8.self)
        texts.append(text.replacing(/"libmerc_init_time" : "[^"]*"/, with: ""))
      }
      #expect(texts[0] == texts[1])
      let total = try counts(place.directory.path + "/sums3.json.gz").values.reduce(0) {
        // What is between bars is a fingerprint; the rest are labels.
        $0 + $1.filter { $0.key.contains("|") }.values.reduce(0, +)
      }
      let seen = try Large.output.split(separator: UInt8(ascii: "\n")).count { line in
        ["tls", "quic", "http", "ssh_init", "ssh_init_server", "stun"].contains {
          line.starts(with: Data(#"{"fingerprints":{"\#($0)":"#.utf8))
        }
      }
      #expect(limit.isEmpty ? total == seen : total < seen, "\(total) \(seen)")
      #expect(total > 0)
    }

    /// Of what it selects, and nothing else is printed.
    @Test func ofAFurtherSink() throws {
      let archive = try TestArchive.usual.get()
      let place = try Scene()
      let base = place.directory.path + "/sums"
      let run = ["-r", Sample.path, "-f", "/dev/null"] + archive.arguments
      let both = try place.run(
        run + ["-s", "http", "--stats", base, "--sink", "--stats \(base)2 -s tls"])
      #expect(both.status == 0 && both.output.isEmpty && both.errors.isEmpty, "\(both.errors)")
      for (name, select) in [("", "http"), ("2", "tls")] {
        #expect(try place.run(run + ["-s", select, "--stats", "\(base)-alone"]).status == 0)
        let counted = try counts("\(base)\(name).json.gz")
        #expect(try counted == counts("\(base)-alone.json.gz") && !counted.isEmpty)
      }
    }

    /// The version of the archive that scores is told, also where another one comes into force.
    @Test func eachPeriod() throws {
      let (red, blue) = try (TestArchive.named("red"), TestArchive.named("blue"))
      let place = try Scene()
      let base = place.directory.path + "/sums"
      let live = try LivePipeline(
        ["--stats", base, "--stats-time", "1"] + red.arguments, in: place)
      func files() -> [String] {
        place.directory.contents.filter { $0.hasPrefix("sums-") }.sorted()
      }
      #expect(live.warmUp { files().count < 2 })
      let load = try Program(
        "merc", ["resources", "load", blue.path], environment: place.environment)
      #expect(live.warmUp { load.isRunning })
      #expect(load.wait(seconds: 10).status == 0)
      #expect(try live.finish().status == 0)
      let names = files()
      #expect(names.count >= 3 && names.allSatisfy { $0.hasSuffix(".json.gz") })
      #expect(!place.directory.contents.contains("sums.json.gz"))
      let sample = try InProcess.run(Sample.path).output
      #expect(!sample.isEmpty)
      let last = try names.map {
        String(
          decoding: try Decompression.contents(of: place.directory.path + "/" + $0),
          as: UTF8.self)
      }.last { !$0.isEmpty }
      #expect(try #require(last).contains("blue"))
    }

    @Test func usageErrors() throws {
      let place = try Scene()
      let base = place.directory.path + "/sums"
      for wrong in [
        ["--stats", base], ["-a", "--stats-time", "1"], ["-a", "--stats-limit", "1"],
      ] {
        let result = try place.run(["-r", Sample.path] + wrong)
        #expect(result.status == 64)
        #expect(result.errors.contains("give that too"), "\(result.errors)")
      }
      let missing = try place.run(
        ["-r", Sample.path, "--stats", base + "/a/b"] + TestArchive.usual.get().arguments)
      #expect(missing.status == 73 && missing.errors.contains("cannot create files in"))
    }
  }
}

private struct Label: Decodable {
  let common_name: String
  let count: Int
}

private struct ObjectLabel: Decodable {
  let oid: String
  let count: Int
}

private struct Device: Decodable {
  let cert_labels: [Label]?
  let snmp_labels: [ObjectLabel]?
}

/// One line of statistics.
private struct Host: Decodable {
  struct Fingerprint: Decodable {
    struct Session: Decodable {
      struct Seen: Decodable {
        let dst: String
        let count: Int
      }
      let user_agent: String?
      let dest_info: [Seen]
    }
    let str_repr: String
    let sessions: [Session]
  }
  let src_ip: String
  let device_info: Device?
  let fingerprints: [Fingerprint]
}

/// One host of the reference's counts.
private struct Folded: Decodable {
  let device_info: Device?
  let fingerprints: [String: Int]
}
