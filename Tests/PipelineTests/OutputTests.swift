import Foundation
import Support
import Testing

extension PipelineTests {
  /// Where the records go, and what happens when they cannot.
  @Suite(.tags(.process)) struct Outputs {
    @Test func closedPipe() throws {
      let capture = try Sample.repeated(100)
      let place = try Scene()
      let pipe = Pipe()
      let merc = try place.merc(["-r", capture.path], output: pipe.fileHandleForWriting)
      try pipe.fileHandleForWriting.close()
      let first = try #require(try pipe.fileHandleForReading.read(upToCount: 100))
      #expect(first.first == UInt8(ascii: "{"))
      try pipe.fileHandleForReading.close()
      let result = merc.wait(seconds: 20)
      #expect(result.end == .exited(0))
      #expect(result.errors.isEmpty, "\(result.errors)")
      #expect(place.isLeftClean())
    }

    @Test func fullDisk() throws {
      let place = try Scene()
      let full = FileHandle(forWritingAtPath: "/dev/full")
      let result = try place.run(["-r", Sample.path], output: full)
      #expect(result.status == 74)
      #expect(result.errors.contains("No space left"))
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      #expect(place.isLeftClean())
    }

    @Test func unwritableFile() throws {
      let place = try Scene()
      let path = place.directory.path + "/missing/records.json"
      let result = try place.run(["-r", Sample.path, "-f", path])
      #expect(result.status == 73)
      #expect(result.errors.contains(path))
      #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
      #expect(place.isLeftClean())
    }

    @Test func file() throws {
      let place = try Scene()
      let path = place.directory.path + "/records.json"
      let result = try place.run(["-r", Sample.path, "-f", path])
      #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty)
      let written = FileManager.default.contents(atPath: path)
      #expect(written == (try InProcess.run(Sample.path)).output)
    }

    @Test func usageErrors() throws {
      let place = try Scene()
      let unknown = try place.run(["-r", Sample.path, "--select", "tls,nosuch"])
      #expect(unknown.status == 64)
      for name in ["nosuch", "tls.client_hello", "dns", "http.request", "ssh"] {
        #expect(unknown.errors.contains(name))
      }
      for wrong in [["--parsers", "0"], ["--parsers", "x"], ["--nosuch"], ["-r"]] {
        #expect(try place.run(wrong).status == 64, "\(wrong)")
      }
      for program in ["merc-capture", "merc-parse", "merc-sink", "merc-analyze"] {
        let result = try Program.run(program, ["--nosuch"])
        #expect(result.status == 64 && result.errors.contains("Usage"))
      }
      #expect(place.isLeftClean())
    }
  }
}
