import Bytes
import Foundation
import Support
import Testing

@testable import Output

@Suite(.tags(.unit)) struct OutputFileTests {
  /// A path that nothing else uses, removed by `body`'s caller.
  private func withPath(_ body: (String) throws -> Void) rethrows {
    let path = NSTemporaryDirectory() + "merc-output-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func failure(_ body: () throws(FileFailure) -> Void) -> FileFailure? {
    do throws(FileFailure) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [1, 7, 100, 4096])
  func writesEverythingInOrder(_ limit: Int) throws {
    try withPath { path in
      try Data(repeating: 0x78, count: 100_000).write(to: URL(fileURLWithPath: path))
      var expected: [UInt8] = []
      var file = try OutputFile(creating: path, limit: limit)
      for i in 0..<500 {
        let line = Array("line \(i) \(String(repeating: "x", count: i % 90))\n".utf8)
        try file.write(line.span)
        expected += line
      }
      try file.close()
      let written = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(Array(written) == expected)
    }
  }

  @Test func keepsSmallPiecesUntilAsked() throws {
    try withPath { path in
      var file = try OutputFile(creating: path)
      let line: [UInt8] = [1, 2, 3]
      try file.write(line.span)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).isEmpty)
      try file.flush()
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 3)
    }
  }

  @Test func saysThatTheDiskIsFull() throws {
    var file = try OutputFile(creating: "/dev/full", limit: 4)
    let line: [UInt8] = [1, 2, 3, 4, 5]
    let failure = failure { () throws(FileFailure) in try file.write(line.span) }
    #expect(failure?.kind == .diskFull)
    #expect(failure?.description == "cannot write /dev/full: No space left on device")
    let pending = file.pending
    #expect(pending == 5)
  }

  @Test func saysThatThePipeIsClosed() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    var file = OutputFile(descriptor: ends[1])
    let line: [UInt8] = [1]
    try file.write(line.span)
    let failure = failure { () throws(FileFailure) in try file.flush() }
    #expect(failure?.kind == .closedPipe)
    #expect(failure?.path == "standard output")
  }

  @Test func saysWhyAFileCannotBeCreated() {
    let failure = failure { () throws(FileFailure) in
      _ = try OutputFile(creating: "/nowhere/at/all")
    }
    #expect(failure?.kind == .other)
    #expect(failure?.description == "cannot create /nowhere/at/all: No such file or directory")
  }

  @Test func waitsForAPipeThatDoesNotBlock() async throws {
    var ends: [Int32] = [0, 0]
    try #require(unsafe pipe(&ends) == 0)
    let (reader, writer) = (ends[0], ends[1])
    _ = fcntl(writer, F_SETFL, O_NONBLOCK)
    let count = 1 << 20
    let thread = Thread {
      var file = OutputFile(descriptor: writer, limit: 1000)
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
      try? file.write(bytes.span)
      close(writer)
    }
    thread.start()
    let got = try FileHandle(fileDescriptor: reader, closeOnDealloc: true).readToEnd() ?? Data()
    #expect(Array(got) == (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) })
  }
}
