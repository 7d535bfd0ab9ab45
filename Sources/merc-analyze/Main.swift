import ArgumentParser
import Stage
import Transport
import Wire

@main struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc-analyze",
    abstract: "Pass records on from the parsers to the sink; any number of these share the work.",
    discussion: """
      A pool's member between the parsers and the sink, used when merc-capture runs with \
      --analyze. It has no classifier yet: records leave it as they came.

        merc-analyze --connect ipc:///tmp/line
      """,
    version: Release.version)

  @OptionGroup var options: Options

  func run() throws {
    Interruption.install(interrupt: options.link.parent == nil)
    let context = try Stage.context(key: options.link.key)
    try Stage.run(at: options.link.connect, parent: options.link.parent) {
      () throws(StageFailure) in
      var worker = try Worker(
        RecordParts(), stage: .analyze, options: options.link, context: context)
      try worker.run()
    }
  }
}
