import Foundation
import Support
import Testing

extension PipelineTests {
  @Suite(.tags(.process)) struct Latecomers {
    /// A capture so short that it is over before most of the parsers have found it.
    @Test func areNotWaitedFor() throws {
      let archive = try TestArchive.usual.get()
      let expected = try InProcess.run(Sample.path, archive: archive.load())
      let place = try Scene()
      let result = try place.run(
        ["-r", Sample.path, "--parsers", "24", "--analyzers", "4"] + archive.arguments)
      #expect(result.status == 0)
      #expect(result.errors == "")
      #expect(result.output == expected.output)
      #expect(place.isLeftClean())
    }
  }
}
