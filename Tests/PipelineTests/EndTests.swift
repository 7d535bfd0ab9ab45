import Foundation
import Support
import Testing

extension PipelineTests {
  /// How a run ends when a process is asked to leave, or nothing reads on.
  @Suite(.tags(.process)) struct Ends {
    /// A sink that nothing reads from, with its capture and parser.
    private func stuckSink(in place: Scene, _ pipe: Pipe) throws -> (Program, [Program]) {
      let endpoint = "ipc://\(place.directory.path)/pipeline"
      let capture = try Program("merc-capture", ["-r", Large.path, "--bind", endpoint])
      let parser = try Program("merc-parse", ["--connect", endpoint])
      let sink = try Program(
        "merc-sink", ["--connect", endpoint], output: pipe.fileHandleForWriting)
      #expect(eventually(within: 10) { ProcessTable.isWaitingToWrite(pipe) })
      return (sink, [capture, parser])
    }

    @Test(arguments: [SIGINT, SIGTERM]) func stuckSinkHearsSignals(_ signal: Int32) throws {
      let place = try Scene()
      let pipe = Pipe()
      let (sink, others) = try stuckSink(in: place, pipe)
      sink.signal(signal)
      let result = sink.wait(seconds: 3)
      #expect(result.status == 128 + signal, "\(result)")
      #expect(result.errors.contains("interrupted"))
      let capture = others[0].wait(seconds: 5)
      #expect(capture.status == 70)
      #expect(capture.errors.contains("the output is not complete"), "\(capture.errors)")
      #expect(others[1].wait(seconds: 5).end != .timedOut)
      withExtendedLifetime(pipe) {}
    }

    @Test func stuckSinkOutlivesNobody() throws {
      let place = try Scene()
      let pipe = Pipe()
      let merc = try place.merc(["-r", Large.path], output: pipe.fileHandleForWriting)
      #expect(eventually(within: 10) { ProcessTable.isWaitingToWrite(pipe) })
      merc.signal(SIGKILL)
      #expect(merc.wait(seconds: 3).end == .signalled(SIGKILL))
      #expect(place.isLeftClean(within: 4), "\(place.directory.contents)")
      withExtendedLifetime(pipe) {}
    }

    /// The only parser leaves in order: another does the rest.
    @Test func lastOneAskedToLeave() throws {
      let archive = try TestArchive.usual.get()
      for names in [["merc-parse"], ["merc-parse", "merc-analyze"]] {
        let expected = try names.count > 1 ? Large.analyzedOutput : Large.output
        let place = try Scene()
        let merc = try place.merc(
          ["-r", Large.path, "-v", "--parsers", "1"]
            + (names.count > 1 ? archive.arguments : []))
        #expect(eventually(within: 10) { !merc.output.isEmpty })
        for name in names {
          for id in ProcessTable.children(of: merc.id, named: name) { kill(id, SIGTERM) }
        }
        let result = merc.wait(seconds: 60)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == expected && result.isExact)
        #expect(place.isLeftClean())
      }
    }
  }
}

extension ProcessTable {
  /// Whether a pipe holds all it can.
  fileprivate static func isWaitingToWrite(_ pipe: Pipe) -> Bool {
    var request = pollfd(
      fd: pipe.fileHandleForWriting.fileDescriptor, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&request, 1, 0) == 0
  }
}
