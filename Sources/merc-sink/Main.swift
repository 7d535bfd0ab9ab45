import ArgumentParser
import Output
import Stage
import Transport
import Wire

@main struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc-sink",
    abstract: "Put records back into the order of their packets and print them as JSON lines.",
    discussion: """
      The last stage of merc's pipeline. It takes records from all parsers (or analyzers), prints \
      each once and in order, and ends when the capture has.

        merc-sink --connect ipc:///tmp/line -f records.json
      """,
    version: Release.version)

  @OptionGroup var options: Options

  func run() throws {
    // Without a file, a hangup is what it always is: the end of the terminal.
    let isChild = options.link.parent != nil
    Interruption.install(
      interrupt: !isChild, hangup: isChild || options.fingerprint != nil ? .caught : .fatal)
    let context = try Stage.context(key: options.link.key)
    try Stage.run(at: options.link.connect, parent: options.link.parent) {
      () throws(StageFailure) in
      let statistics = try statistics()
      var file = try output()
      let parent = options.link.parent
      file.isAbandoned = {
        Interruption.signalled != nil || parent != nil && parent != Surroundings.parentID
      }
      var sink = try Sink(options, writingTo: file, counting: statistics, context: context)
      guard let account = try sink.run() else { return }
      let ledger = Ledger(account)
      if options.verbose { Surroundings.report(String(ledger.text.dropLast())) }
      if !ledger.isExact {
        throw StageFailure("merc-sink: the ledger does not add up: records were lost", status: 70)
      }
    }
  }

  private func statistics() throws(StageFailure) -> Statistics? {
    guard let base = options.statistics.stats else { return nil }
    do throws(OutputFailure) {
      return try Statistics(
        base: base, interval: options.statistics.interval, limit: options.statistics.limit,
        version: Release.version)
    } catch {
      throw StageFailure("merc-sink: \(error)", status: 73)
    }
  }

  private func output() throws(StageFailure) -> OutputSeries {
    do throws(OutputFailure) {
      return try OutputSeries(
        path: options.fingerprint, rotation: Rotation(options.rotation))
    } catch {
      throw StageFailure("merc-sink: \(error)", status: 73)
    }
  }
}

extension Rotation {
  fileprivate init(_ switches: RotationSwitches) {
    self.init(records: switches.limit, time: switches.outputTime.map { .seconds($0) })
  }
}
