import Foundation
import Support
import Testing

extension PipelineTests {
  /// `merc resources`, as people run it on archives that are good, encrypted, damaged or hostile.
  @Suite(.tags(.process)) struct ResourceCommands {
    private static let shipped = "\(Project.path)/resources/default.tgz"
    private let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    private func resources(_ arguments: String...) throws -> Program.Result {
      try Program("merc", ["resources"] + arguments).wait(seconds: 20)
    }

    private func shell(_ script: String) throws {
      let result = try Program("/bin/bash", ["-ec", "cd \(directory.path)\n\(script)"])
        .wait(seconds: 20)
      #expect(result.status == 0, "\(result.errors)")
    }

    /// Two archives: one that lacks a member, one with a line that is no entry.
    private func makeBadArchives() throws {
      try shell(
        """
        tar xzf \(Self.shipped)
        tar czf incomplete.tgz VERSION fingerprint_db.json pyasn.db
        echo '{"str_repr": "tls/1/(0303)", ' >> fingerprint_db.json
        tar czf damaged.tgz VERSION fingerprint_db.json fp_prevalence_tls.txt pyasn.db
        """)
    }

    @Test(arguments: [["verify"], ["merge", "-o", "/dev/null"]])
    func sayWhichMemberAndLineIsWrong(_ command: [String]) throws {
      try makeBadArchives()
      func complaint(_ name: String) throws -> String {
        let path = "\(directory.path)/\(name).tgz"
        let result = try Program("merc", ["resources"] + command + [path]).wait(seconds: 20)
        #expect(result.status == 1)
        #expect(result.errors.contains(path))
        return result.errors
      }
      let lines = try Program("/usr/bin/tar", ["-xzOf", Self.shipped, "fingerprint_db.json"])
        .wait(seconds: 10).output.count { $0 == 0x0a }
      let damaged = try complaint("damaged")
      #expect(damaged.contains(": fingerprint_db.json:\(lines + 1): is no"), "\(damaged)")
      #expect(!damaged.contains("DecodingError"), "\(damaged)")
      if command == ["verify"] {
        let incomplete = try complaint("incomplete")
        #expect(incomplete.contains("fp_prevalence_tls.txt: is missing"), "\(incomplete)")
      }
    }

    @Test func verifyTellsWhatAnArchiveHolds() throws {
      let result = try resources("verify", Self.shipped)
      #expect(result.status == 0)
      for word in ["version", "digest", "formats", "tls", "processes"] {
        #expect(String(decoding: result.output, as: UTF8.self).contains(word))
      }
    }

    @Test func allCommandsReadEncryptedArchives() throws {
      let digits = "000102030405060708090a0b0c0d0e0f"
      try shell(
        """
        { head -c 16 /dev/urandom; cat \(Self.shipped); } \
          | openssl enc -aes-128-cbc -K \(digits) -iv 00000000000000000000000000000000 > secret
        echo \(digits) > key
        """)
      let (secret, key) = ("\(directory.path)/secret", "\(directory.path)/key")
      let plain = try resources("list", Self.shipped)
      let list = try resources("list", "--resources-key", key, secret)
      func known(_ list: Program.Result) -> [Substring] {
        list.lines.filter { !$0.hasPrefix("digest") }
      }
      #expect(list.status == 0 && known(list) == known(plain), "\(list.errors)")
      let verify = try resources("verify", "--resources-key", key, secret)
      #expect(verify.status == 0, "\(verify.errors)")
      let version = try resources("extract", "--resources-key", key, secret, "VERSION")
      #expect(version.output == (try resources("extract", Self.shipped, "VERSION")).output)
      #expect(!version.output.isEmpty)
      let merged = "\(directory.path)/merged.tgz"
      let merge = try resources("merge", "-o", merged, "--resources-key", key, secret)
      #expect(merge.status == 0, "\(merge.errors)")
      let diff = try resources("diff", "--json", Self.shipped, merged)
      #expect(String(decoding: diff.output, as: UTF8.self).contains("\"counts_changed\":0"))
      let locked = try resources("verify", secret)
      #expect(locked.status == 1)
      #expect(locked.errors.contains("--resources-key"), "\(locked.errors)")
    }

    /// No member is written anywhere but into the directory.
    @Test(arguments: ["../outside", "/tmp/outside", "a/b", ".."])
    func extractStaysInItsDirectory(_ name: String) throws {
      try shell(
        """
        mkdir in
        python3 - <<'END'
        import io, tarfile
        with tarfile.open("hostile.tgz", "w:gz") as tar:
            member = tarfile.TarInfo("\(name)")
            member.size = 4
            tar.addfile(member, io.BytesIO(b"evil"))
        END
        """)
      let result = try resources(
        "extract", "\(directory.path)/hostile.tgz", "--directory", "\(directory.path)/in")
      #expect(result.status == 1)
      #expect(result.errors.contains("name"), "\(result.errors)")
      #expect(Set(directory.contents) == ["hostile.tgz", "in"])
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/in").isEmpty)
    }
  }
}
