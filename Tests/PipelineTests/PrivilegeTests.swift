import Foundation
import Support
import Testing

/// Whether a user without rights can run the programs, which may lie where only root may go.
private let canBecome: Bool = {
  guard Namespace.isAvailable else { return false }
  let program = "\(Program.directory)/merc-sink"
  return
    (try? Program.run("/usr/bin/setpriv", unprivileged + [program, "--version"]).status) == 0
}()

private let unprivileged = ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]

extension PipelineTests {
  /// What is left of root's rights once a live capture runs.
  @Suite(
    .tags(.process, .root),
    .enabled(
      if: canBecome,
      "needs root, network namespaces, setpriv, and programs that the user nobody can run"))
  struct Privileges {
    private let directory: ScratchDirectory
    private let environment: [String: String]
    private let nobody: (user: String, group: String)

    init() throws {
      directory = try ScratchDirectory()
      // Of the user's own, as it would be after a login.
      environment = ["XDG_RUNTIME_DIR": directory.path, "SUDO_UID": "", "SUDO_USER": ""]
      let ids = try ["-u", "-g"].map { kind in
        try #require(try Program.run("/usr/bin/id", [kind, "nobody"]).lines.first)
      }
      nobody = (String(ids[0]), String(ids[1]))
      try own(nobody.user)
    }

    private func own(_ user: String) throws {
      let changed = try Program.run("/bin/chown", [user, directory.path])
      try #require(changed.status == 0, "\(changed.errors)")
    }

    private var output: String { directory.path + "/records.json" }

    /// Starts merc on the loopback interface and waits until it has written a record.
    private func capture(
      _ arguments: [String], through prefix: [String] = [], environment more: [String: String] = [:]
    ) throws -> Program {
      let merc = try Namespace.start(
        "merc", ["-c", "lo", "-f", output, "-a", "--parsers", "2"] + arguments, through: prefix,
        environment: environment.merging(more) { $1 })
      let isRunning = eventually(within: 20) {
        try? Namespace.ask(in: merc)
        return !merc.isRunning || (FileManager.default.contents(atPath: output)?.count ?? 0) > 0
      }
      try #require(isRunning && merc.isRunning, "\(merc.errors)")
      return merc
    }

    /// The processes of a run: merc, capture, two parsers, analyzer and sink.
    private func processes(of merc: Program) throws -> [Int32] {
      let all = [merc.id] + ProcessTable.children(of: merc.id)
      try #require(all.count == 6)
      // A parser that is not needed yet may only just have been started.
      let haveBegun = eventually(within: 10) {
        all.dropFirst().allSatisfy { ProcessTable.status(of: $0)["NoNewPrivs"] == ["1"] }
      }
      #expect(haveBegun)
      return all
    }

    private func expectEnd(of merc: Program) {
      merc.signal(SIGINT)
      let result = merc.wait(seconds: 20)
      #expect(result.end == .exited(0), "\(result.errors)")
      #expect(eventually(within: 2) { directory.contents.filter { $0.hasPrefix("merc/") }.isEmpty })
    }

    @Test func everyProcessBecomesTheUser() throws {
      let merc = try capture(["-u", "nobody", "-d", directory.path, "-f", "records.json"])
      for id in try processes(of: merc) {
        let status = ProcessTable.status(of: id)
        #expect(status["Uid"] == Array(repeating: nobody.user, count: 4))
        #expect(status["Gid"] == Array(repeating: nobody.group, count: 4))
        #expect(status["Groups"] == [nobody.group])
        #expect(status["NoNewPrivs"] == ["1"])
        for kind in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
          #expect(status[kind] == ["0000000000000000"])
        }
      }
      // As another process of the user's sees it.
      let files = try FileManager.default.attributesOfItem(atPath: output)
      #expect("\(files[.ownerAccountID] ?? "")" == nobody.user)
      expectEnd(of: merc)
    }

    @Test func everyThreadBecomesTheUser() throws {
      let merc = try capture(["-u", "nobody"])
      for id in try processes(of: merc) {
        for thread in try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task") {
          let status = ProcessTable.status(of: id, thread: thread)
          #expect(status["Uid"] == Array(repeating: nobody.user, count: 4))
          #expect(status["NoNewPrivs"] == ["1"])
          #expect(status["CapPrm"] == ["0000000000000000"])
        }
      }
      expectEnd(of: merc)
    }

    @Test func becomesWhoeverCalledSudo() throws {
      let merc = try capture(
        [],
        environment: [
          "SUDO_USER": "nobody", "SUDO_UID": nobody.user, "SUDO_GID": nobody.group,
        ])
      for id in try processes(of: merc) {
        #expect(ProcessTable.status(of: id)["Uid"] == Array(repeating: nobody.user, count: 4))
      }
      expectEnd(of: merc)
    }

    @Test func rootStaysRootIfAskedTo() throws {
      try own("root")
      let merc = try capture(["-u", "root", "-d", directory.path, "-f", "records.json"])
      for id in try processes(of: merc) {
        #expect(ProcessTable.status(of: id)["Uid"] == Array(repeating: "0", count: 4))
        #expect(ProcessTable.status(of: id)["NoNewPrivs"] == ["1"])
      }
      expectEnd(of: merc)
    }

    /// As a service has it: no root at all, and one right that only capture needs.
    @Test func oneRightIsGivenUpToo() throws {
      let right = ["--inh-caps", "+net_raw", "--ambient-caps", "+net_raw"]
      let merc = try capture([], through: ["/usr/bin/setpriv"] + unprivileged + right)
      for id in try processes(of: merc).dropFirst() {
        let status = ProcessTable.status(of: id)
        #expect(status["Uid"] == Array(repeating: nobody.user, count: 4))
        #expect(status["NoNewPrivs"] == ["1"])
        #expect(status["CapPrm"] == ["0000000000000000"] && status["CapAmb"] == status["CapPrm"])
      }
      expectEnd(of: merc)
    }

    @Test(arguments: ["merc", "merc-capture"])
    func refusesWhatItCannotDo(_ program: String) throws {
      let bind = program == "merc" ? [] : ["--bind", "ipc://\(directory.path)/line"]
      for (arguments, words) in [
        ([], "-u root stays root"), (["-u", "no-such-user"], "there is no user no-such-user"),
        (["-u", "nobody", "-d", "/nowhere"], "cannot go to the directory /nowhere: No such file"),
      ] {
        let result = try Namespace.start(
          program, ["-c", "lo"] + bind + arguments, environment: environment
        ).wait(seconds: 20)
        #expect(result.end == .exited(1))
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      }
      let result = try Namespace.start(
        program, ["-c", "lo", "-u", "daemon"] + bind, through: ["/usr/bin/setpriv"] + unprivileged,
        environment: environment
      ).wait(seconds: 20)
      #expect(result.end == .exited(1))
      #expect(result.errors.contains("only root can become another user"), "\(result.errors)")
    }
  }

  @Test func aFileNeedsNoPrivileges() throws {
    let place = try Scene()
    let result = try place.run(["-r", Sample.path, "-u", "nobody", "-d", "/nowhere"])
    #expect(result.status == 0)
    #expect(result.errors.contains("--user and --directory are about live capture"))
    #expect(result.output == (try InProcess.run(Sample.path)).output)
  }
}
