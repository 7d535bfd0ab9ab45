import Foundation
import Support
import Testing

extension PipelineTests {
  /// From labelled records to an archive that names their processes.
  @Suite(.tags(.process)) struct ArchiveBuilds {
    /// Records of the sample as somebody's programs sent them: told apart by fingerprint and host.
    private static func label(_ line: Substring) -> String {
      let agents = ["curl", "Wget", "python"].filter { line.contains("\"user_agent\":\"\($0)") }
      let name = agents.first ?? (line.contains("h2") ? "browser" : "openssl")
      return line.dropLast()
        + ",\"ground_truth\":{\"process_name\":\"\(name)\",\"process_hash\":\"\(name.count)\","
        + "\"parent_name\":\"sh\",\"os\":\"Linux\",\"os_version\":\"6\"}}"
    }

    private struct Built {
      let place: Scene
      let labelled: String
      var archive: String { place.directory.path + "/built.tgz" }

      init() throws {
        place = try Scene()
        labelled = place.directory.path + "/labelled.json"
        let records = try place.run(["-r", Sample.path, "--metadata"])
        let lines = records.lines.dropLast().map(ArchiveBuilds.label)
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(
          to: URL(fileURLWithPath: labelled))
      }

      func build(_ arguments: [String] = []) throws -> Program.Result {
        try Program(
          "merc", ["resources", "build", "-o", archive] + arguments + [labelled],
          environment: place.environment
        ).wait(seconds: 30)
      }
    }

    /// Both name the same process for the same packets.
    @Test func isReadByMercAndByTheReference() throws {
      let built = try Built()
      let made = try built.build()
      #expect(made.status == 0, "\(made.errors)")
      let script = "\(Project.path)/scripts/lib/reference-processes"
      let reference = try Program(script, [Sample.path, built.archive]).wait(seconds: 300)
      let ours = try built.place.run(
        ["-r", Sample.path, "--analysis", "--resources", built.archive])
      let named = try ours.lines.dropLast().compactMap { line -> String? in
        let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        guard let process = (record?["analysis"] as? [String: Any])?["process"] as? String,
          let port = record?["src_port"] as? Int
        else { return nil }
        return "\(port) \(process)"
      }
      #expect(named.count >= 10)
      #expect(Set(named.map { $0.split(separator: " ")[1] }).count >= 3)
      guard reference.status != 77 else {
        print("skipped: the reference's module is not to be had here")
        return
      }
      #expect(reference.status == 0, "\(reference.errors)")
      #expect(reference.lines.dropLast().map(String.init) == named)
    }

    @Test func theSameSourcesGiveTheSameBytes() throws {
      let built = try Built()
      var archives: [Data] = []
      for _ in 0..<2 {
        #expect(try built.build(["--version-text", "2026.01.01; 1.0.full"]).status == 0)
        archives.append(try Data(contentsOf: URL(fileURLWithPath: built.archive)))
      }
      #expect(archives[0] == archives[1])
    }

    /// Whom processes talked to is nowhere in the archive.
    @Test func destinationsCanBeLeftOut() throws {
      let built = try Built()
      #expect(try built.build(["--drop-destinations", "all"]).status == 0)
      let database = try Program(
        "merc", ["resources", "extract", built.archive, "fingerprint_db.json"]
      )
      .wait(seconds: 10)
      let content = String(decoding: database.output, as: UTF8.self)
      #expect(content.contains("\"process\":\"curl\""))
      for destination in ["192.0.2.1", "2001:db8::1", "example.com"] {
        #expect(!content.contains(destination))
      }
      #expect(try built.build().status == 0)
      let all = try Program("merc", ["resources", "extract", built.archive, "fingerprint_db.json"])
        .wait(seconds: 10)
      #expect(String(decoding: all.output, as: UTF8.self).contains("192.0.2.1"))
    }

    @Test func rareProcessesAndLabels() throws {
      let built = try Built()
      let rare = try built.build(["--min-count", "100000"])
      #expect(rare.status == 1)
      #expect(rare.errors.contains("nothing is left"))
      #expect(try built.build(["--label", "parent"]).status == 0)
      let database = try Program(
        "merc", ["resources", "extract", built.archive, "fingerprint_db.json"]
      )
      .wait(seconds: 10)
      #expect(String(decoding: database.output, as: UTF8.self).contains("\"(sh)(curl)\""))
    }

    @Test func tellsWhatItCannotUse() throws {
      let built = try Built()
      let missing = try Program(
        "merc", ["resources", "build", "-o", built.archive, "/nonexistent"]
      )
      .wait(seconds: 10)
      #expect(missing.status == 1)
      #expect(missing.errors.contains("/nonexistent"))
      let file = try ScratchFile(Array("{\"a\":1}\nnot JSON\n".utf8), named: "records.json")
      let nothing = try Program("merc", ["resources", "build", "-o", built.archive, file.path])
        .wait(seconds: 10)
      #expect(nothing.status == 1)
      #expect(nothing.errors.contains("line 2"), "\(nothing.errors)")
      #expect(!FileManager.default.fileExists(atPath: built.archive))
    }

    /// Where an archive has two databases, or only the lite one, all commands take the same.
    @Test func theFullDatabaseCounts() throws {
      let built = try Built()
      #expect(try built.build().status == 0)
      let folder = built.place.directory.path
      let script = """
        cd \(folder); tar xzf built.tgz; mv fingerprint_db.json full
        head -n 1 full > fingerprint_db_lite.json
        tar czf lite.tgz fingerprint_db_lite.json VERSION fp_prevalence_tls.txt pyasn.db
        mv full fingerprint_db.json
        tar czf both.tgz fingerprint_db_lite.json fingerprint_db.json VERSION \
          fp_prevalence_tls.txt pyasn.db
        """
      #expect(try Program("/bin/bash", ["-ec", script]).wait(seconds: 10).status == 0)
      func resources(_ arguments: [String]) throws -> Program.Result {
        try Program("merc", ["resources"] + arguments).wait(seconds: 20)
      }
      let merged = try resources(["merge", "-o", "\(folder)/m.tgz", "\(folder)/both.tgz"])
      #expect(merged.status == 0, "\(merged.errors)")
      let same = try resources(["diff", "--json", "\(folder)/m.tgz", "\(folder)/built.tgz"])
      let text = String(decoding: same.output, as: UTF8.self)
      #expect(text.contains("\"fingerprints_added\":[],\"fingerprints_removed\":[]"), "\(text)")
      #expect(text.contains("\"counts_changed\":0"))
      let lite = try resources(["diff", "--json", "\(folder)/built.tgz", "\(folder)/lite.tgz"])
      let fewer = String(decoding: lite.output, as: UTF8.self)
      #expect(fewer.contains("\"fingerprints_added\":[]"), "\(fewer)")
      #expect(!fewer.contains("\"fingerprints_removed\":[]"), "\(fewer)")
    }

    /// What was learnt in two places is added up.
    @Test func archivesAreMergedAndCompared() throws {
      let built = try Built()
      #expect(try built.build(["--version-text", "1; a"]).status == 0)
      let sum = built.place.directory.path + "/sum.tgz"
      func resources(_ arguments: [String]) throws -> Program.Result {
        try Program("merc", ["resources"] + arguments).wait(seconds: 20)
      }
      let merged = try resources(["merge", "-o", sum, built.archive, built.archive])
      #expect(merged.status == 0, "\(merged.errors)")
      let same = try resources(["diff", built.archive, built.archive])
      #expect(same.status == 0, "\(same.output)")
      let other = try resources(["diff", "--json", built.archive, sum])
      #expect(other.status == 1)
      let text = String(decoding: other.output, as: UTF8.self)
      #expect(text.contains("\"fingerprints_added\":[]") && text.contains("\"processes_added\":0"))
      #expect(!text.contains("\"counts_changed\":0"))
      #expect(try resources(["verify", sum]).status == 0)
      let shown = try resources(["list", sum])
      #expect(String(decoding: shown.output, as: UTF8.self).contains("1; a"))
    }
  }
}
