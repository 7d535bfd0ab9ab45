import Foundation
import Support
import Testing

private let canCompose =
  Namespace.isAvailable
  && (try? Program.run("/usr/bin/python3", ["-c", "import yaml"]).status) == 0

extension PipelineTests {
  /// The services of compose/compose.yaml, each as in a container of its own.
  @Suite(.tags(.process, .root), .enabled(if: canCompose, "needs root, namespaces and PyYAML"))
  struct Composed {
    @Test(arguments: [[], ["MERC_CAPTURE_OPTIONS=--analysis", "MERC_ANALYZERS=2"]])
    func givesWhatMercGives(_ settings: [String]) throws {
      let place = try Scene()
      let scratch = place.directory.path + "/volumes"
      try FileManager.default.createDirectory(
        atPath: scratch, withIntermediateDirectories: false)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: place.directory.path)
      let composed = try Program(
        "\(Project.path)/scripts/lib/compose-run",
        [Program.directory, "file", scratch, "MERC_PARSERS=3"] + settings
      ).wait(seconds: 60)
      #expect(composed.status == 0 && composed.isExact, "\(composed.errors)")
      let whole = try place.run(["-r", Sample.path] + (settings.isEmpty ? [] : ["-a"]))
      let records = FileManager.default.contents(atPath: "\(scratch)/records/records.json")
      #expect(records == whole.output)
    }
  }
}
