import Foundation
import Support
import Testing

extension PipelineTests {
  /// Live capture of what tcpreplay sends through a cable between two network namespaces.
  @Suite(
    .tags(.process, .root),
    .enabled(if: VirtualLink.obstacle == nil, "\(VirtualLink.obstacle ?? "")"))
  struct Live {
    private let link: VirtualLink
    private let scene: Scene

    init() throws {
      link = try VirtualLink()
      scene = try Scene()
    }

    /// Starts merc, and returns when all its captures see packets.
    private func capture(
      _ arguments: [String], from interface: String? = nil, members: Int = 1
    ) throws -> Program {
      let merc = try link.start(
        "merc",
        ["-c", interface ?? link.interface, "-u", "root", "-t", "\(members)", "-v"]
          + ["--quarantine", scene.quarantine] + arguments, environment: scene.environment)
      try #require(
        eventually(within: 20) {
          merc.errors.split(separator: "\n").count { $0.contains(": capturing from ") } == members
        }, "\(merc.errors)")
      return merc
    }

    /// Where a secondary sink writes to.
    private var further: String { scene.directory.path + "/further.json" }

    /// Ends a capture once everything sent has been counted.
    private func end(_ merc: Program) -> Program.Result {
      // A packet that has been sent is in the ring; it is read from there before the end.
      merc.signal(SIGINT)
      return merc.wait(seconds: 60)
    }

    /// The lines without the times, which are those of the sending.
    private func records(_ output: Data) -> [String] {
      String(decoding: output, as: UTF8.self).split(separator: "\n").map {
        String($0.replacing(#/"event_start":[0-9.]+/#, with: ""))
      }
    }

    @Test(arguments: [1, 2], [[], ["--reassembly"]])
    func sameRecordsAsFromTheFile(_ members: Int, _ arguments: [String]) throws {
      let file = try Sample.repeated(20)
      let merc = try capture(arguments + ["--sink", "-f \(further)"], members: members)
      let sent = try link.replay(file.path, ["--pps=5000"])
      let result = end(merc)
      #expect(result.status == 0 && result.isExact, "\(result.errors)")
      #expect(result.ledger("packets") == sent && sent == 20 * Sample.packets.count)
      #expect(result.ledger("lost before they were read") == nil)
      let expected = records(try scene.run(["-r", file.path] + arguments).output)
      #expect(expected.count > 1000)
      let got = records(result.output)
      // Two captures are in step as far as a busy machine lets them be.
      #expect(members == 1 ? got == expected : got.sorted() == expected.sorted())
      // Whatever the order is, it is that of all sinks.
      #expect(FileManager.default.contents(atPath: further) == result.output)
    }

    /// What the pipeline cannot take is dropped where it is counted.
    @Test(arguments: [1, 2]) func everyPacketIsReadOrCountedAsLost(_ members: Int) throws {
      let file = try Sample.repeated(100)
      let merc = try capture(["-b", "0.00001", "--parsers", "1"], members: members)
      var sent = try link.replay(Sample.path, ["--topspeed"])
      #expect(eventually(within: 20) { !merc.output.isEmpty })
      let parser = try #require(ProcessTable.children(of: merc.id, named: "merc-parse").first)
      kill(parser, SIGSTOP)
      sent += try link.replay(file.path, ["--topspeed", "--loop=10"])
      kill(parser, SIGCONT)
      let result = end(merc)
      #expect(result.status == 0 && result.isExact, "\(result.errors)")
      let read = try #require(result.ledger("packets"))
      let lost = try #require(result.ledger("lost before they were read"))
      #expect(read + lost == sent && read > 0)
      #expect(result.ledger("no room in the ring") == lost)
      #expect(result.errors.contains("packets are being lost"))
    }

    @Test func aParserIsKilled() async throws {
      let file = try Sample.repeated(40)
      let merc = try capture(["--parsers", "2", "--reassembly"], members: 2)
      // Whenever more of the output is there, of which there is some with any kill.
      let killer = Task.detached {
        var (kills, shown) = (0, 0)
        while kills < 3, eventually(within: kills == 0 ? 20 : 2, { merc.output.count > shown }) {
          shown = merc.output.count
          let parsers = ProcessTable.children(of: merc.id, named: "merc-parse")
          if let parser = parsers.first, kill(parser, SIGKILL) == 0 { kills += 1 }
        }
        return kills
      }
      _ = try link.replay(file.path, ["--pps=8000"])
      #expect(await killer.value > 0)
      let result = end(merc)
      #expect(result.status == 0 && result.isExact, "\(result.errors)")
      let expected = try scene.run(["-r", file.path, "--reassembly"]).output
      #expect(records(result.output).sorted() == records(expected).sorted())
    }

    /// What is in the ring is parsed by whoever comes.
    @Test func nobodyIsThereToParseAtTheEnd() throws {
      let merc = try capture(["--parsers", "1"])
      var sent = try link.replay(Sample.path, ["--topspeed"])
      #expect(eventually(within: 20) { !merc.output.isEmpty })
      let parser = try #require(ProcessTable.children(of: merc.id, named: "merc-parse").first)
      kill(parser, SIGSTOP)
      sent += try link.replay(Sample.path, ["--topspeed"])
      kill(parser, SIGKILL)
      let result = end(merc)
      #expect(result.status == 0 && result.isExact, "\(result.errors)")
      #expect(result.ledger("packets") == sent)
    }

    /// No process can take its place, so all end.
    @Test func aCaptureIsKilled() throws {
      let merc = try capture([], members: 2)
      let captures = ProcessTable.children(of: merc.id, named: "merc-capture")
      try #require(captures.count == 2)
      kill(captures[1], SIGKILL)
      let result = merc.wait(seconds: 20)
      #expect(result.status == 70, "\(result)")
      #expect(scene.isLeftClean())
    }

    /// scripts/bench-live: nothing is lost at a moderate rate, and at any rate all is accounted for.
    @Test func measuring() throws {
      let result = try Program.run(
        "\(Project.path)/scripts/bench-live",
        [
          "--merc", "\(Program.directory)/merc", "--shared", scene.directory.path,
          "--seconds", "2", "--rates", "3000,top",
        ], environment: scene.environment, seconds: 300)
      #expect(result.status == 0, "\(result.errors)")
      let rows = result.lines.map { $0.split(separator: " ").map(String.init) }
        .filter { $0.count > 9 && ["3000", "top"].contains($0[1]) }
      #expect(rows.map { "\($0[0]) \($0[1])" } == ["1 3000", "1 top", "2 3000", "2 top"])
      for row in rows { #expect(row[8] == "exact", "\(row)") }
      for row in rows where row[1] == "3000" {
        #expect(row[3] == row[4] && row[9] == "equal", "\(row)")
      }
      #expect(result.lines.count { $0.contains(" median ") } == 2)
    }

    /// Without a packet after it.
    @Test(arguments: [1, 2]) func aRecordAppearsAtOnce(_ members: Int) throws {
      let merc = try capture(["--sink", "-f \(further)"], members: members)
      _ = try link.replay(Sample.path, ["--topspeed"])
      let expected = records(try InProcess.run(Sample.path).output).count
      #expect(eventually(within: 5) { records(merc.output).count == expected })
      let copy = { FileManager.default.contents(atPath: further) ?? Data() }
      #expect(eventually(within: 5) { records(copy()).count == expected })
      #expect(end(merc).status == 0)
    }

    @Test(arguments: [1, 2]) func theInterfaceGoesDownAndComesBack(_ members: Int) throws {
      let merc = try capture([], members: members)
      try link.set("down")
      #expect(eventually(within: 5) { merc.errors.contains("out0 has gone down") })
      try link.set("up")
      #expect(eventually(within: 5) { merc.errors.contains("out0 is up again") })
      let sent = try link.replay(Sample.path, ["--pps=2000"])
      let result = end(merc)
      #expect(result.status == 0 && result.ledger("packets") == sent, "\(result.errors)")
    }

    @Test(arguments: [1, 2]) func theInterfaceIsRemoved(_ members: Int) throws {
      let merc = try capture([], members: members)
      let sent = try link.replay(Sample.path, ["--pps=2000"])
      #expect(eventually(within: 5) { !merc.output.isEmpty })
      try link.remove()
      let result = merc.wait(seconds: 10)
      #expect(result.status == 1, "\(result.errors)")
      let told = result.errors.split(separator: "\n").count { $0.contains("the capture has ended") }
      #expect(told == 1 && result.ledger("packets") == sent && result.isExact, "\(result.errors)")
      #expect(scene.isLeftClean())
    }

    @Test(arguments: ["lo", "any"]) func packetsToOneselfAreSeenOnce(_ interface: String) throws {
      try link.setLoopbackUp()
      let merc = try capture(["-s", "dns"], from: interface, members: 2)
      let query = """
        import socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        q = bytes.fromhex("123401000001000000000000") + b"\\x03abc\\x03com\\0\\0\\1\\0\\1"
        for i in range(20): s.sendto(q, ("127.0.0.1", 53))
        """
      let sender = try link.start("/usr/bin/python3", ["-c", query])
      #expect(sender.wait().status == 0)
      let result = end(merc)
      #expect(result.status == 0 && result.isExact, "\(result.errors)")
      // Each query, and the answer that nobody listens there.
      #expect(result.ledger("packets") == 40)
      #expect(records(result.output).count == 20)
    }

    @Test func noSuchInterface() throws {
      let result = try link.start(
        "merc", ["-c", "in7", "-u", "root"], environment: scene.environment
      ).wait()
      #expect(result.status == 1)
      #expect(result.errors.contains("in7: no such interface; there are: "))
      #expect(result.errors.contains("out0") && result.errors.contains("lo (down)"))
    }

    @Test func isDownFromTheBeginning() throws {
      try link.set("down")
      let arguments = ["-c", "out0", "-u", "root", "-t", "2"]
      let result = try link.start("merc", arguments, environment: scene.environment).wait()
      #expect(result.status == 1)
      #expect(
        result.errors
          == "merc-capture: out0: the interface is down; bring it up: ip link set out0 up\n")
    }

    @Test func mayNotCapture() throws {
      let bare = ["--bounding-set=-all", "--inh-caps=-all", "\(Program.directory)/merc"]
      let result = try link.start(
        "/usr/bin/setpriv", bare + ["-c", "out0", "-u", "root"], environment: scene.environment
      ).wait()
      #expect(result.status == 1)
      #expect(result.errors.contains("no permission to capture"))
      #expect(result.errors.contains("sudo setcap cap_net_raw=ep /"))
    }
  }
}
