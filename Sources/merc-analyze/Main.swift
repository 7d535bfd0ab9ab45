import ArgumentParser
import Classifier
import Stage
import Transport
import Wire

@main struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc-analyze",
    abstract: "Find out which process sent a message; any number of these share the work.",
    discussion: """
      A pool's member between the parsers and the sink, used when merc-capture runs with \
      --analyze. It adds to each record that has a fingerprint of a client which process most \
      likely sent it, by a resource archive.

        merc-analyze --connect ipc:///tmp/line --resources my.tgz

      All analyzers of a pipeline use the same archive. SIGHUP makes all of them load the file \
      anew, as 'merc resources load' does with another.
      """,
    version: Release.version)

  @OptionGroup var options: Options

  func run() throws {
    let isChild = options.link.parent != nil
    Interruption.install(interrupt: !isChild, hangup: isChild ? .ignored : .caught)
    let context = try Stage.context(key: options.link.key)
    try Stage.run(at: options.link.connect, parent: options.link.parent) {
      () throws(StageFailure) in
      let path = try options.analysis.archive(for: "merc-analyze")
      var load = LoadOptions()
      load.minimizesMemory = options.minimizeRam
      load.reportsOS = options.analysis.reportOs
      let archive: ResourceArchive
      do throws(ArchiveFailure) {
        if let key = options.analysis.resourcesKey { load.key = try LoadOptions.key(in: key) }
        archive = try ResourceArchive.load(path, options: load)
      } catch {
        throw StageFailure(options.quiet ? "" : "merc-analyze: \(path): \(error)", status: 1)
      }
      var worker = try Worker(
        RecordParts(archive, from: path, options: load, reports: reports), stage: .analyze,
        options: options.link, context: context)
      try worker.run()
    }
  }

  private var reports: Classifier.Report {
    var reports: Classifier.Report = []
    if options.analysis.reportOs { reports.insert(.operatingSystems) }
    if options.analysis.explain { reports.insert(.explanation) }
    if options.analysis.resourcesVersion { reports.insert(.resourcesVersion) }
    return reports
  }
}
