import Bytes
import Foundation
import Support
import Testing

@testable import Classifier

private let process = """
  {"process":"a","count":60,"malware":false,"classes_ip_as":{},"classes_hostname_domains":{},\
  "classes_port_port":{"443":60},"classes_ip_ip":{},"classes_hostname_sni":{}}
  """
private let line = """
  {"str_repr":"tls/(0303)(1301)()","fp_type":"tls","total_count":100,"process_info":[\(process)]}
  """
private let members = [
  ("VERSION", "2026.01.01; 1.0.full\n"), ("fingerprint_db.json", "\(line)\n"),
  ("fp_prevalence_tls.txt", "tls/(0303)(1302)()\n(0303)(1303)()\n"),
  ("pyasn.db", "192.0.2.0/24\t64496\n2001:db8::/32\t64497\n"),
  ("doh-watchlist.txt", "192.0.2.53\n# a comment\ndoh.example.com\n"),
  (
    "domain-mappings.db",
    "{\"subnet\":\"192.0.2.0/24\",\"type\":\"domain_mapping\",\"tag\":\"example.com\"}\n"
  ),
]

/// What an archive must hold, and what is said of one that is damaged.
@Suite(.tags(.unit)) struct ArchiveLoadingTests {
  /// Packs members and loads what comes of it.
  private func load(_ members: [(String, String)]) throws -> ResourceArchive {
    let file = try packed(members)
    return try ResourceArchive.load(file.path)
  }

  private func packed(_ members: [(String, String)]) throws -> ScratchFile {
    let file = try ScratchFile([], named: "archive.tgz")
    var writer = try ArchiveWriter(creating: file.path)
    for (name, text) in members {
      let bytes = Array(text.utf8)
      try writer.add(name, bytes.span)
    }
    try writer.finish()
    return file
  }

  private func failure(_ members: [(String, String)]) -> ArchiveFailure? {
    do {
      _ = try load(members)
      return nil
    } catch {
      return error as? ArchiveFailure
    }
  }

  @Test func holdsWhatItsMembersSay() throws {
    for order in [members, members.reversed()] {
      let archive = try load(order)
      #expect(archive.version == "2026.01.01; 1.0.full")
      #expect(archive.database.count(of: .tls) == 1)
      #expect(archive.routes.system(of: 0xc000_0263, isIPv6: false) == 64496)
      #expect(archive.routes.system(of: 0xc000_0363, isIPv6: false) == 0)
      #expect(archive.routes.system(of: UInt128(0x2001_0db8) << 96 | 7, isIPv6: true) == 64497)
      #expect(archive.prevalence.count == 2)
      #expect(archive.encryptedDNS?.count == 2)
      #expect(archive.domains?.count == 1)
      #expect(archive.warningCount == 0)
    }
  }

  @Test(arguments: ["VERSION", "fingerprint_db.json", "fp_prevalence_tls.txt", "pyasn.db"])
  func needsIts(_ name: String) {
    let failure = failure(members.filter { $0.0 != name })
    #expect(failure?.member == name)
    #expect(failure?.reason.contains("missing") == true)
  }

  @Test func takesTheLiteDatabaseWhereThereIsNoOther() throws {
    var members = members
    members[1].0 = "fingerprint_db_lite.json"
    #expect(try load(members).database.count(of: .tls) == 1)
    #expect(try load(members + [("fingerprint_db.json", "")]).database.count(of: .tls) == 0)
  }

  @Test func aLineOfTheDatabaseThatIsCutOffIsNamed() {
    for length in stride(
      from: 1, to: line.utf8.count, by: Thoroughness.isExhaustive ? 3 : 17)
    {
      let cut = String(line.prefix(length))
      var members = members
      members[1].1 = "\(line)\n\(cut)\n"
      let failure = failure(members)
      #expect(failure?.member == "fingerprint_db.json")
      #expect(failure?.line == 2, "\(cut)")
    }
  }

  @Test(arguments: ["2026.01.01", "2026; 1; 2", "", "\n"]) func aVersionHasOneSemicolon(
    _ text: String
  ) {
    var members = members
    members[0].1 = text
    #expect(failure(members)?.member == "VERSION")
  }

  @Test func passesOverAndTellsOfLinesThatAreNone() throws {
    var members = members
    members[3].1 += "192.0.2.0/33 1\nnonsense\n"
    members[4].1 += "not a name!\n"
    let archive = try load(members)
    #expect(archive.warningCount == 3)
    #expect(archive.warnings.map(\.line) == [3, 4, 4])
    #expect(archive.warnings.map(\.member) == ["pyasn.db", "pyasn.db", "doh-watchlist.txt"])
  }

  /// A container that ends anywhere, or has any byte changed, is refused or the same.
  @Test(.exhaustive) func damageIsNeverPassedOver() throws {
    let packed = try packed(members)
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: packed.path)))
    let file = try ScratchFile([], named: "damaged.tgz")
    let good = try ResourceArchive.load(packed.path)
    try whole.forEachDamage(.complement) { bytes, damage in
      try Data(bytes).write(to: URL(fileURLWithPath: file.path))
      let archive = try? ResourceArchive.load(file.path)
      if damage == .cut { #expect(archive == nil) }
      guard let archive else { return }
      #expect(archive.version == good.version)
      #expect(archive.database.count(of: .tls) == 1)
    }
  }

  /// Nothing stays behind of an archive that could not be written.
  @Test func writesAllOrNothing() throws {
    let directory = try ScratchDirectory()
    let path = directory.path + "/a"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(throws: ArchiveFailure.self) {
      var writer = try ArchiveWriter(creating: path)
      try writer.add("VERSION", Array("1; 2".utf8).span)
      // A directory has the name.
      try writer.finish()
    }
    #expect(throws: ArchiveFailure.self) {
      var writer = try ArchiveWriter(creating: directory.path + "/b")
      let content: [UInt8] = [1]
      try writer.add(String(repeating: "n", count: 101), content.span)
    }
    #expect(directory.contents == ["a"])
  }
}

/// Archives that other programs packed.
@Suite(.tags(.process)) struct ForeignArchiveTests {
  /// Whatever member the tar archive is cut off in is named.
  @Test func aMemberThatIsCutOffIsNamed() throws {
    let directory = try ScratchDirectory()
    let tar = directory.path + "/whole.tar"
    for (name, text) in members {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory.path)/\(name)"))
    }
    let names = members.map(\.0)
    #expect(
      try Program("/usr/bin/tar", ["-C", directory.path, "-cf", tar] + names).wait(seconds: 10)
        .status == 0)
    let whole = try Data(contentsOf: URL(fileURLWithPath: tar))
    var place = 0
    for (name, text) in members {
      let cut = directory.path + "/cut.tar"
      for length in [text.utf8.count / 2, text.utf8.count - 1] {
        try whole.prefix(place + 512 + length).write(to: URL(fileURLWithPath: cut))
        try Data(Decompression.gzip(cut)).write(to: URL(fileURLWithPath: cut + ".gz"))
        var found: ArchiveFailure?
        do { _ = try ResourceArchive.load(cut + ".gz") } catch { found = error }
        #expect(found?.member == name)
        #expect(found?.reason.contains("cut off") == true)
      }
      place += 512 + (text.utf8.count + 511) / 512 * 512
    }
  }

  @Test func readsWhatTarAndOpenSSLWrite() throws {
    let directory = try ScratchDirectory()
    for (name, text) in members {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory.path)/\(name)"))
    }
    let archive = directory.path + "/a.tgz"
    let key = "000102030405060708090a0b0c0d0e0f"
    let script = """
      cd \(directory.path); tar czf a.tgz ./VERSION ./*.json ./*.txt ./*.db
      { head -c 16 /dev/urandom; cat a.tgz; } \
        | openssl enc -aes-128-cbc -K \(key) -iv 00000000000000000000000000000000 > a.enc
      tar cf plain.tar VERSION; echo \(key) > key; echo ff\(key.dropFirst(2)) > other; : > empty
      """
    #expect(try Program("/bin/bash", ["-ec", script]).wait(seconds: 20).status == 0)
    #expect(try ResourceArchive.load(archive).version == "2026.01.01; 1.0.full")
    var options = LoadOptions()
    options.key = try LoadOptions.key(in: directory.path + "/key")
    let encrypted = directory.path + "/a.enc"
    #expect(try ResourceArchive.load(encrypted, options: options).database.count(of: .tls) == 1)
    func reason(_ path: String, _ options: LoadOptions = LoadOptions()) -> String {
      do { _ = try ResourceArchive.load(path, options: options) } catch { return error.reason }
      return "none"
    }
    #expect(reason(encrypted).contains("--resources-key"))
    #expect(reason(archive, options).contains("not encrypted"))
    options.key = try LoadOptions.key(in: directory.path + "/other")
    #expect(reason(encrypted, options).contains("key"))
    #expect(reason(directory.path + "/plain.tar").contains("compress it"))
    #expect(reason(directory.path + "/empty").contains("empty"))
    #expect(reason(directory.path).contains("directory"))
    #expect(reason("/nonexistent").contains("No such file"))
  }
}
