import Foundation
import Support
import Testing

extension PipelineTests {
  @Suite struct Latecomers {
    /// A capture so short that it is over before most of the parsers have found it.
    @Test func areNotWaitedFor() throws {
      let expected = try InProcess.run(Sample.path)
      let place = try Scene()
      let result = try place.run(["-r", Sample.path, "--parsers", "24", "--analyzers", "1"])
      #expect(result.status == 0)
      #expect(result.errors == "")
      #expect(result.output == expected.output)
      #expect(place.isLeftClean())
    }
  }
}
