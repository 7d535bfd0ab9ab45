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
      --analysis. It adds to each record that has a fingerprint of a client which process most \
      likely sent it, by a resource archive.

        merc-analyze --connect ipc:///tmp/pipeline --resources my.tgz

      All analyzers of a pipeline use the same archive. SIGHUP makes all of them load the file \
      again, as 'merc resources load' does with another.
      """,
    version: Release.version)

  @OptionGroup var options: Options

  static func main() { main(completingValues(Array(CommandLine.arguments.dropFirst()))) }

  func run() throws {
    let isChild = options.link.parent != nil
    Interruption.install(interrupt: !isChild, hangup: isChild ? .ignored : .caught)
    let context = try Stage.context(key: options.link.key)
    try Stage.run(at: options.link.connect, parent: options.link.parent) {
      () throws(StageFailure) in
      let path = try options.archive.archive(for: "merc-analyze")
      var member = try Member(
        stage: .analyze, window: Member.workerWindow, options: options.link,
        stating: options.plan.statedSettings, context)
      guard let plans = try member.awaitPlan(), let plan = plans.newest else { return }
      var load = LoadOptions()
      load.minimizesMemory = plan.minimizesMemory
      load.reportsOS = plan.has("report-os")
      let archive: ResourceArchive
      do throws(ArchiveFailure) {
        if let key = options.archive.resourcesKey { load.key = try LoadOptions.key(in: key) }
        archive = try ResourceArchive.load(path, options: load)
      } catch {
        throw StageFailure(options.quiet ? "" : "merc-analyze: \(path): \(error)", status: 1)
      }
      var worker = try Worker(
        PartClassifier(archive, from: path, options: load, plans: plans), as: member,
        isChild: isChild, context: context)
      try worker.run()
    }
  }
}
