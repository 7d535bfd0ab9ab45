import Classifier
import Foundation
import Support
import Testing

@testable import Learn

/// `merc resources build`, as people run it.
@Suite(.tags(.process)) struct BuildCommandTests {
  private let directory: ScratchDirectory
  private var archive: String { directory.path + "/made.tgz" }

  init() throws { directory = try ScratchDirectory() }

  /// A record as the reference's monitor writes it.
  private func labelled(_ process: String) -> String {
    LabellerTests.record(port: 40000).dropLast()
      + #","ground_truth":{"process_name":"\#(process)","process_hash":"ab","parent_name":"sh"}}"#
      + "\n"
  }

  private func write(_ text: String, to name: String) throws -> String {
    let path = directory.path + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func build(_ arguments: [String]) throws -> Program.Result {
    try Program.run("merc", ["resources", "build", "-o", archive] + arguments)
  }

  @Test func linesThatAreNoRecordsAreCountedAndNamed() throws {
    let path = try write(
      labelled("a") + "nonsense\n" + LabellerTests.record(port: 1) + "\n{\n" + labelled("b"),
      to: "records.json")
    let result = try build([path])
    #expect(result.status == 0)
    #expect(
      result.errors.contains("\(path): 2 lines are no records, the first is line 2"),
      "\(result.errors)")
    #expect(try Learnt.entries(of: archive)[0].process_info.map(\.process) == ["a", "b"])
  }

  @Test func allKindsOfSourcesAddUp() throws {
    let folder = directory.path + "/folder"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false)
    let plain = try write(labelled("a"), to: "folder/one.json")
    try Data(Decompression.gzip(plain)).write(to: URL(fileURLWithPath: folder + "/two.json.gz"))
    let store = try LearnStore(path: directory.path + "/learnt.sqlite")
    try store.add(Learnt.message("a", fingerprint: "tls/1/(0303)(1301)[]"), at: 1)
    try store.flush()
    let result = try build([folder, directory.path + "/learnt.sqlite", plain])
    #expect(result.status == 0, "\(result.errors)")
    #expect(try Learnt.entries(of: archive)[0].process_info.map(\.count) == [4])
  }

  @Test func aSourceThatIsNotThereIsNamed() throws {
    let result = try build([directory.path + "/nothing.json"])
    #expect(result.status == 1)
    #expect(result.errors.contains("\(directory.path)/nothing.json"))
    #expect(!FileManager.default.fileExists(atPath: archive))
  }

  @Test func aVersionThatTheReferenceRefusesIsAnError() throws {
    let path = try write(labelled("a"), to: "records.json")
    #expect(try build(["--version-text", "mine", path]).status == 64)
    #expect(try build(["--version-text", "2026.01.31; 1.0.full", path]).status == 0)
    #expect(try ResourceArchive.load(archive).version == "2026.01.31; 1.0.full")
  }
}
