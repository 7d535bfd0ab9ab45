import Foundation
import Support
import Testing

extension PipelineTests {
  /// A file that is read three times is as good as three captures, one behind the other.
  @Test func readsAFileSeveralTimes() throws {
    let place = try Scene()
    let once = try place.run(["-r", Sample.path])
    let thrice = try place.run(["-r", Sample.path, "-p", "3", "-o", "-v"])
    #expect(thrice.status == 0)
    #expect(thrice.output == once.output + once.output + once.output)
    #expect(thrice.isExact)
    #expect(thrice.ledger("packets") == 3 * Sample.packets.count)
    #expect(thrice.errors.contains("packets/s"), "\(thrice.errors)")
  }

  /// Captures in all the ways they come, and what is no capture.
  @Suite(.tags(.process)) struct Inputs {
    @Test func truncated() throws {
      let whole = try #require(FileManager.default.contents(atPath: Sample.path))
      let expected = try Scene().run(["-r", Sample.path])
      let place = try Scene()
      let cut = try ScratchFile([UInt8](whole.prefix(whole.count / 2)))
      let result = try place.run(["-r", cut.path, "-v"])
      #expect(result.status == 1)
      #expect(result.isWellFormed && result.isExact)
      #expect(result.lines.count > 10)
      #expect(expected.output.starts(with: result.output))
      let errors = result.errors.split(separator: "\n").filter { $0.contains(cut.path) }
      #expect(errors.count == 1 && errors[0].contains("ends in the middle of packet"))
      #expect(place.isLeftClean())
    }

    @Test(arguments: [
      ("empty", "empty, not a capture"), ("directory", "a directory"), ("missing", "no such file"),
      ("text", "not a capture"),
    ])
    func unreadable(_ kind: String, _ complaint: String) throws {
      let place = try Scene()
      let file = try ScratchFile(kind == "text" ? Array("hello, world\n".utf8) : [])
      let path =
        switch kind {
        case "directory": place.directory.path
        case "missing": place.directory.path + "/missing.pcap"
        default: file.path
        }
      let result = try place.run(["-r", path])
      #expect(result.status == 1)
      #expect(result.output.isEmpty)
      let lines = result.errors.split(separator: "\n")
      #expect(lines.count == 1, "\(result.errors)")
      #expect(result.errors.contains(path) && result.errors.contains(complaint))
      #expect(place.isLeftClean())
    }

    @Test func standardInput() throws {
      let expected = try Scene().run(["-r", Sample.path])
      let fromFile = try Scene().run([], input: .file(Sample.path))
      #expect(fromFile.status == 0)
      #expect(fromFile.output == expected.output)
      let place = try Scene()
      let merc = "\(Program.directory)/merc"
      for script in [
        "cat \(Sample.path) | \(merc)", "gzip -c \(Sample.path) | zcat | \(merc) -r -",
      ] {
        let piped = try Program.run("/bin/sh", ["-c", script], environment: place.environment)
        #expect(piped.status == 0)
        #expect(piped.output == expected.output)
      }
      #expect(place.isLeftClean())
    }

    /// Records appear while the capture is still being written.
    @Test func slowWriter() throws {
      let place = try Scene()
      let pipe = place.directory.path + "/pipe"
      #expect(unsafe mkfifo(pipe, 0o600) == 0)
      let merc = try place.merc(["-r", pipe])
      let writer = try #require(FileHandle(forUpdatingAtPath: pipe))
      let half = CaptureFile.pcap(Array(Sample.packets.prefix(200)))
      let rest = CaptureFile.pcap(Array(Sample.packets.dropFirst(200))).dropFirst(24)
      try writer.write(contentsOf: Data(half))
      let start = try ScratchFile(half)
      let expected = try InProcess.run(start.path)
      #expect(eventually(within: 5) { merc.output == expected.output })
      #expect(merc.isRunning)
      try writer.write(contentsOf: Data(rest))
      try writer.close()
      let result = merc.wait()
      #expect(result.status == 0)
      #expect(result.output == (try InProcess.run(Sample.path)).output)
      #expect(place.isLeftClean())
    }

    @Test func ledgersAddUp() throws {
      for arguments in [[], ["-s", "tls"], ["-s", "none"], ["--no-gate"], ["-s", "http,dns"]] {
        let result = try Scene().run(["-r", Sample.path, "-v"] + arguments)
        #expect(result.status == 0 && result.isExact)
        let counts = ["packets", "gated", "forwarded", "records"].map { result.ledger($0) ?? -1 }
        #expect(counts[0] == Sample.packets.count)
        #expect(counts[0] == counts[1] + counts[2])
        #expect(counts[3] == result.lines.count - 1)
      }
    }
  }
}
