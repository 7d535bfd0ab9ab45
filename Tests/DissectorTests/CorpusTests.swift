import Fuzzing
import Support
import Testing

/// What once ended a fuzzer, and a few inputs of its kind, kept in `Tests/Corpus/<target>`.
///
/// merc-fuzz has the same targets, so both feed the same code in the same way.
@Suite(.tags(.unit)) struct CorpusTests {
  @Test(arguments: Project.entries("Tests/Corpus"))
  func doesNotTrapAgain(_ name: String) throws {
    let target = try #require(FuzzTarget.named(name), "no target of this name: \(name)")
    var fuzzer = Fuzzer(target)
    let inputs = Project.entries("Tests/Corpus/\(name)")
    #expect(!inputs.isEmpty)
    for input in inputs {
      let bytes = try #require(Project.bytes(of: "Tests/Corpus/\(name)/\(input)"))
      fuzzer.run(bytes.span)
    }
  }

  /// Every target but that of archives, which loads a file each time, survives every golden, whether it is of
  /// its kind or not.
  @Test(.exhaustive, arguments: FuzzTarget.all.map(\.name).filter { $0 != "archive" })
  func survivesTheGoldens(_ name: String) throws {
    var fuzzer = Fuzzer(try #require(FuzzTarget.named(name)))
    for golden in Golden.captures {
      for packet in try ReadCapture(golden.capture).packets {
        for start in stride(from: 0, to: min(packet.bytes.count, 80), by: 2) {
          fuzzer.run(packet.bytes.span.extracting(droppingFirst: start))
        }
      }
    }
  }
}
