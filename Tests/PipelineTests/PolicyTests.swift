import Foundation
import Glibc
import Support
import Testing

extension PipelineTests {
  /// Sinks that are slow, or die: what becomes of the pipeline, and of the account.
  @Suite(.tags(.process)) struct Policies {
    /// A run whose primary sink gets all records and packets of a large capture, and whose secondary one
    /// writes to a pipe that is not read as yet.
    private struct Clogged {
      let place = Result { try Scene() }
      let merc: Program
      let pipe: String
      let first: String
      private let opener: FileHandle

      init(_ policy: String) throws {
        let path = try place.get().directory.path
        pipe = "\(path)/pipe"
        first = "\(path)/all.json"
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        let descriptor = unsafe open(pipe, O_RDONLY | O_NONBLOCK)
        opener = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        merc = try place.get().merc([
          "-r", try Large.path, "-s", "all,all-packets", "-f", first, "-w", "/dev/null", "-v",
          "--sink", "-f \(pipe) --policy \(policy)",
        ])
      }

      /// How much the primary sink has written.
      var written: Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: first)
        return (attributes?[.size] as? Int) ?? 0
      }

      /// Empties the pipe to its end.
      func unclog() throws -> Program {
        let reader = try Program("/bin/cat", [pipe])
        // Without a reader, writing to the pipe fails.
        #expect(eventually(within: 10) { ProcessTable.files(openIn: reader.id).contains(pipe) })
        try leave()
        return reader
      }

      /// Lets go of the pipe.
      func leave() throws { try opener.close() }

      /// The process of the further sink.
      var follower: Int32? {
        ProcessTable.children(of: merc.id, named: "merc-sink").first {
          ProcessTable.mentioning(pipe).contains($0)
        }
      }
    }

    private static let records = 129 * Large.copies

    private func lines(_ data: Data) -> Int { data.count { $0 == UInt8(ascii: "\n") } }

    @Test func whoIsWaitedForHoldsTheLine() throws {
      let run = try Clogged("wait")
      #expect(eventually(within: 60) { run.merc.errors.contains("the pipeline waits for sink-") })
      let expected = try Large.output
      #expect(run.written > 0 && run.written < expected.count)
      let reader = try run.unclog()
      let result = run.merc.wait(seconds: 60)
      #expect(result.status == 0, "\(result.errors)")
      #expect(reader.wait(seconds: 10).output == expected)
      #expect(FileManager.default.contents(atPath: run.first) == expected)
      #expect(result.errors.components(separatedBy: "every packet accounted for").count == 3)
      #expect(try run.place.get().isLeftClean())
    }

    /// It gets what there is room for, and an exact account of the rest.
    @Test func whoIsNotWaitedForIsLeftOut() throws {
      let run = try Clogged("drop")
      let expected = try Large.output
      #expect(eventually(within: 100) { run.written == expected.count })
      let reader = try run.unclog()
      let result = run.merc.wait(seconds: 60)
      #expect(result.status == 0, "\(result.errors)")
      let got = reader.wait(seconds: 10).output
      let dropped = result.ledger("dropped") ?? 0
      #expect(dropped > 0 && lines(got) > 0)
      #expect(lines(got) + dropped == Self.records)
      #expect(result.errors.contains("\(dropped) records are not in \(run.pipe)"))
      #expect(result.errors.components(separatedBy: "every packet accounted for").count == 3)
      #expect(try run.place.get().isLeftClean())
    }

    /// Even the end does not wait for it long.
    @Test func whoTakesNothingAtAllIsGivenUp() throws {
      let run = try Clogged("drop")
      let result = run.merc.wait(seconds: 120)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("and the pipeline ends without it"), "\(result.errors)")
      #expect(FileManager.default.contents(atPath: run.first) == (try Large.output))
      #expect(result.isExact)
      #expect(try run.place.get().isLeftClean())
    }

    @Test(arguments: ["wait", "drop"]) func whoDies(_ policy: String) throws {
      let run = try Clogged(policy)
      #expect(eventually(within: 30) { run.written > 0 })
      kill(try #require(run.follower), SIGKILL)
      let result = run.merc.wait(seconds: 60)
      #expect(
        result.errors.contains("merc-sink for \(run.pipe) was ended by signal 9"),
        "\(result.errors)")
      if policy == "wait" {
        #expect(result.status == 70)
      } else {
        #expect(result.status == 0 && result.isExact)
        #expect(FileManager.default.contents(atPath: run.first) == (try Large.output))
        #expect(result.errors.contains("has gone; the pipeline goes on without it"))
      }
      #expect(try run.place.get().isLeftClean())
    }

    /// A secondary sink that is told to leave does so in order; the rest of the pipeline goes on.
    @Test func whoLeavesIsNotMissed() throws {
      let run = try Clogged("wait")
      #expect(eventually(within: 30) { run.written > 0 })
      kill(try #require(run.follower), SIGTERM)
      let result = run.merc.wait(seconds: 60)
      #expect(result.status == 128 + SIGTERM, "\(result.errors)")
      #expect(FileManager.default.contents(atPath: run.first) == (try Large.output))
      #expect(try run.place.get().isLeftClean())
    }

    @Test(arguments: ["wait", "drop"]) func whoCannotBegin(_ policy: String) throws {
      let place = try Scene()
      let result = try place.run([
        "-r", Sample.path, "--sink", "-f /nowhere/a.json --policy \(policy)",
      ])
      #expect(result.status == 73)
      #expect(result.errors.contains("/nowhere/a.json"), "\(result.errors)")
      #expect(place.isLeftClean())
    }

    /// Whoever reads from it has seen enough: the others have not.
    @Test func whoseReaderLeavesIsNotMissed() throws {
      let run = try Clogged("wait")
      #expect(eventually(within: 30) { run.written > 0 })
      let reader = try Program("/usr/bin/head", ["-n", "10", run.pipe])
      #expect(lines(reader.wait(seconds: 10).output) == 10)
      try run.leave()
      let result = run.merc.wait(seconds: 60)
      #expect(result.status == 0, "\(result.errors)")
      #expect(FileManager.default.contents(atPath: run.first) == (try Large.output))
    }
  }
}
