import Bytes
import Foundation
import Glibc
import Support
import Testing

@testable import Learn

/// Lines of files and pipes.
@Suite(.tags(.unit)) struct LineSourceTests {
  private func lines(of path: String) throws -> (lines: [String], isWhole: Bool) {
    var source = try LineSource(path: path)
    var lines: [String] = []
    while source.next(milliseconds: -1) == .line {
      lines.append(String(decoding: [UInt8](copying: source.line), as: UTF8.self))
    }
    return (lines, source.failure == nil)
  }

  @Test(arguments: [("", 1), ("a", 1), ("a\n", 1), ("a\n\nb", 1), ("a\nb\n", 1), ("x\n", 100_000)])
  func linesOfFilesAreRead(_ text: String, _ times: Int) throws {
    let text = String(repeating: text, count: times)
    let file = try ScratchFile(Array(text.utf8))
    var expected = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if expected.last == "" { expected.removeLast() }
    #expect(try lines(of: file.path).lines == expected)
  }

  @Test func compressedFilesAreReadAsWhatTheyWere() throws {
    let text = (0..<50_000).map { "line \($0)\n" }.joined()
    let plain = try ScratchFile(Array(text.utf8))
    let gzip = try Decompression.gzip(plain.path)
    let packed = try ScratchFile(gzip, named: "lines.gz")
    let whole = try lines(of: packed.path)
    #expect(whole.isWhole)
    #expect(whole.lines == text.split(separator: "\n").map(String.init))
    let cut = try ScratchFile([UInt8](gzip.dropLast(20)), named: "lines.gz")
    #expect(try !lines(of: cut.path).isWhole)
  }

  @Test func aFileThatIsNotThereIsNamed() {
    let failure = #expect(throws: LearnFailure.self) { try lines(of: "/nowhere/at/all") }
    #expect(failure?.description.hasPrefix("/nowhere/at/all: ") == true)
  }

  @Test func aPipeIsNotWaitedForLongerThanWanted() throws {
    let pipe = Pipe()
    var source = LineSource(descriptor: pipe.fileHandleForReading.fileDescriptor)
    #expect(source.next(milliseconds: 1) == .nothing)
    try pipe.fileHandleForWriting.write(contentsOf: Data("half".utf8))
    #expect(source.next(milliseconds: 1) == .nothing)
    try pipe.fileHandleForWriting.write(contentsOf: Data(" line\nlast".utf8))
    #expect(source.next(milliseconds: 1000) == .line)
    #expect([UInt8](copying: source.line) == Array("half line".utf8))
    try pipe.fileHandleForWriting.close()
    #expect(source.next(milliseconds: 1000) == .line)
    #expect([UInt8](copying: source.line) == Array("last".utf8))
    #expect(source.next(milliseconds: 1000) == .end)
  }
}
