import Foundation
import Support
import Testing

extension PipelineTests {
  /// Output in several files, compressed ones, and ones that are moved away.
  @Suite(.tags(.process)) struct Rotations {
    /// The records of the large capture, line by line.
    private static func expected() throws -> [Data.SubSequence] {
      try Large.output.split(separator: UInt8(ascii: "\n"))
    }

    @Test func everyFileIsExact() throws {
      let (place, out) = (try Scene(), try Outcome())
      let result = try place.run(["-r", Large.path, "-f", out.path, "-l", "1000", "-v"])
      #expect(result.status == 0 && result.output.isEmpty && result.isExact)
      let count = try Self.expected().count
      #expect(out.files.count == (count + 999) / 1000 && out.parts.isEmpty)
      for (i, file) in out.files.enumerated() {
        #expect(out.name(of: file).hasPrefix("records.json-\(String(i, radix: 16))-"))
        let lines = try Decompression.contents(of: file).split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == min(1000, count - i * 1000))
      }
      #expect(try out.contents() == Large.output)
      #expect(place.isLeftClean())
    }

    @Test(arguments: [".gz", ".zst"], [[], ["--limit", "2000"]])
    func compressedFiles(_ suffix: String, _ arguments: [String]) throws {
      guard suffix == ".gz" || Decompression.hasZstd else { return }
      let (place, out) = (try Scene(), try Outcome("records.json" + suffix))
      let result = try place.run(["-r", Large.path, "-f", out.path] + arguments)
      #expect(result.status == 0)
      #expect(try out.files.allSatisfy(Decompression.isComplete))
      #expect(out.files.allSatisfy { $0.hasSuffix(suffix) })
      #expect(try out.contents() == Large.output)
    }

    @Test func withoutAFile() throws {
      let place = try Scene()
      for wrong in [["-l", "5"], ["--output-time", "5"], ["-l", "5", "-f", "-"], ["-l", "0"]] {
        let result = try place.run(["-r", Sample.path] + wrong)
        #expect(result.status == 64 && result.output.isEmpty)
        #expect(result.errors.contains(wrong.contains("0") ? "1 or more" : "standard output"))
      }
      let sink = try Program.run("merc-sink", ["--connect", "ipc:///nowhere", "-l", "5"])
      #expect(sink.status == 64 && sink.errors.contains("standard output"))
      let device = try place.run(["-r", Sample.path, "-f", "/dev/null", "-l", "5"])
      #expect(device.status == 73 && device.errors.contains("cannot rotate /dev/null"))
    }

    /// What was read before an interruption is complete under its name.
    @Test(arguments: ["records.json", "records.json.gz"])
    func interrupted(_ name: String) throws {
      let (place, out) = (try Scene(), try Outcome(name))
      let merc = try place.merc(["-r", Large.path, "-f", out.path, "-l", "500"])
      #expect(eventually(within: 10) { out.files.count > 1 })
      merc.signal(SIGTERM)
      #expect(merc.wait(seconds: 10).status == 128 + SIGTERM)
      #expect(out.parts.isEmpty)
      let contents = try out.contents()
      #expect(contents.last == UInt8(ascii: "\n"))
      #expect(try Large.output.starts(with: contents))
      if name.hasSuffix(".gz") { #expect(try out.files.allSatisfy(Decompression.isComplete)) }
    }

    /// A sink by itself, which is interrupted itself.
    @Test func interruptedSink() throws {
      let (place, out) = (try Scene(), try Outcome("records.json.gz"))
      let pipe = Pipe()
      let line = "ipc://\(place.directory.path)/line"
      let capture = try Program(
        "merc-capture", ["--bind", line], input: .pipe(pipe.fileHandleForReading))
      let parser = try Program("merc-parse", ["--connect", line])
      let sink = try Program("merc-sink", ["--connect", line, "-f", out.path])
      try pipe.fileHandleForWriting.write(contentsOf: Data(CaptureFile.pcap(Sample.packets)))
      #expect(
        eventually(within: 10) { (try? Decompression.contents(of: out.path).isEmpty) == false })
      sink.signal(SIGINT)
      #expect(sink.wait(seconds: 5).status == 130)
      #expect(try Decompression.isComplete(out.path))
      #expect(try InProcess.run(Sample.path).output.starts(with: out.contents()))
      _ = (capture.wait(seconds: 5), parser.wait(seconds: 5))
    }

    @Test func killedSink() throws {
      let (place, out) = (try Scene(), try Outcome())
      let merc = try place.merc(["-r", Large.path, "-f", out.path, "-l", "700"])
      #expect(eventually(within: 10) { out.files.count > 1 })
      for sink in ProcessTable.children(of: merc.id, named: "merc-sink") { kill(sink, SIGKILL) }
      #expect(merc.wait(seconds: 10).status == 70)
      for file in out.files {
        let lines = try Decompression.contents(of: file).split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == 700)
      }
      #expect(try Large.output.starts(with: out.contents()))
    }

    @Test func fullDisk() throws {
      let place = try Scene()
      let link = place.directory.path + "/records.json.gz"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/full")
      let result = try place.run(["-r", Sample.path, "-f", link])
      #expect(result.status == 74)
      #expect(result.errors.contains("cannot write \(link): No space left"), "\(result.errors)")
      #expect(result.errors.split(separator: "\n").count == 1)
    }

    /// A file's time is over although nothing more comes.
    @Test func byTime() throws {
      let out = try Outcome()
      let live = try LivePipeline(["-f", out.path, "--output-time", "1", "-v"])
      #expect(live.warmUp { out.parts.isEmpty })
      #expect(eventually(within: 10) { out.files.count == 1 && out.parts.isEmpty })
      let result = try live.finish()
      #expect(result.status == 0 && out.files.count >= 2 && out.parts.isEmpty)
      let expected = try InProcess.run(Sample.path).output
      let contents = try out.contents()
      #expect(contents.suffix(expected.count) == expected)
      #expect(
        contents.split(separator: UInt8(ascii: "\n")).count == result.ledger("records"))
    }

    /// What logrotate does: move the file away, send SIGHUP; nothing is lost or cut.
    @Test(arguments: ["records.json", "records.json.gz"])
    func onHangup(_ name: String) throws {
      let out = try Outcome(name)
      let live = try LivePipeline(
        ["-f", out.path, "-v"] + (try TestArchive.usual.get().arguments))
      var moved: [String] = []
      #expect(live.warmUp { live.place.endpoints.allSatisfy { !$0.hasSuffix("sink.tap") } })
      for i in 0..<5 {
        var packets = live.written
        #expect(live.warmUp { live.written < packets + 5 })
        moved.append(out.path + ".\(i)")
        try FileManager.default.moveItem(atPath: out.path, toPath: moved[i])
        live.merc.signal(SIGHUP)
        packets = live.written
        #expect(live.warmUp { !FileManager.default.fileExists(atPath: out.path) })
      }
      // The archive was loaded anew all the same.
      #expect(live.merc.errors.contains("is in force"))
      let result = try live.finish()
      #expect(result.status == 0 && result.isExact, "\(result.errors)")
      var contents = Data()
      for file in moved + [out.path] {
        let data =
          name.hasSuffix(".gz")
          ? try Program.run("/bin/sh", ["-c", "gzip -dc < '\(file)'"]).output
          : try Decompression.contents(of: file)
        #expect(data.isEmpty || data.last == UInt8(ascii: "\n"))
        contents += data
      }
      let lines = contents.split(separator: UInt8(ascii: "\n"))
      #expect(lines.count == result.ledger("records"))
      for line in lines { try StrictJSON.checkRecord([UInt8](line)[...]) }
      #expect(live.place.isLeftClean())
    }

    @Test func hangupEndsAFileOfARotation() throws {
      let out = try Outcome()
      let live = try LivePipeline(["-f", out.path, "-l", "100000"])
      #expect(live.warmUp { out.parts.isEmpty })
      live.merc.signal(SIGHUP)
      #expect(eventually(within: 10) { out.files.count == 1 })
      #expect(try live.finish().status == 0)
      #expect(out.files.count == 2 && out.parts.isEmpty)
    }
  }
}

/// Where a run writes to.
private struct Outcome {
  let directory: ScratchDirectory
  let path: String

  init(_ name: String = "records.json") throws {
    directory = try ScratchDirectory()
    path = directory.path + "/" + name
  }

  /// The files that have their names, in the order of their numbers.
  var files: [String] {
    directory.contents.filter { !$0.hasPrefix(".") }.sorted { number(of: $0) < number(of: $1) }
      .map { directory.path + "/" + $0 }
  }

  /// The files that are being written.
  var parts: [String] { directory.contents.filter { $0.hasPrefix(".") } }

  func name(of file: String) -> String { String(file.dropFirst(directory.path.count + 1)) }

  /// All of them, one after the other, decompressed.
  func contents() throws -> Data {
    try files.reduce(into: Data()) { $0 += try Decompression.contents(of: $1) }
  }

  private func number(of name: String) -> Int {
    let parts = name.split(separator: "-")
    return parts.count > 1 ? Int(parts[1], radix: 16) ?? 0 : 0
  }
}
