import ArgumentParser
import Output
import Stage
import Transport
import Wire

@main struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc-sink",
    abstract: "Put records back into the order of their packets; print them, write the packets.",
    discussion: """
      The last stage of merc's pipeline. It takes records from all parsers (or analyzers), prints \
      each once and in order, and ends when the capture has.

        merc-sink --connect ipc:///tmp/line -f records.json
        merc-sink --connect ipc:///tmp/line -w packets.pcap

      Further sinks get the same from it, each at its own pace and with its own --select; that is \
      what --policy makes one:

        merc-sink --connect ipc:///tmp/line --policy wait -s dns -f dns.json
        merc-sink --connect ipc:///tmp/line --policy drop -s tls -w tls.pcap
      """,
    version: Release.version)

  @OptionGroup var options: Options

  static func main() { main(completingValues(Array(CommandLine.arguments.dropFirst()))) }

  func run() throws {
    // Without a file, a hangup is what it always is: the end of the terminal.
    let isChild = options.link.parent != nil
    Interruption.install(
      interrupt: !isChild, hangup: isChild || options.sink.fingerprint != nil ? .caught : .fatal)
    let context = try Stage.context(key: options.link.key)
    try Stage.run(at: options.link.connect, parent: options.link.parent) {
      () throws(StageFailure) in
      // Before outputs are emptied: what is wrong with it costs nothing then.
      let statistics = try statistics()
      var sink = try Sink(
        options, writingTo: try lines(), try packets(), counting: statistics, context: context)
      guard let account = try sink.run() else { return }
      let ledger = Ledger(account)
      if options.verbose { show(ledger) }
      let leftOut = account[.dropped, FollowerAccount.reason]
      if leftOut > 0 {
        Surroundings.report(
          "merc-sink: \(leftOut) records are not in \(options.place): it was too slow for the line")
      }
      if let path = options.sink.packets.write, account.total(.records) > 0,
        account.total(.written) + account.total(.unwritten) == 0
      {
        throw StageFailure(
          "merc-sink: \(path) is empty, for records came without their packets: give merc-parse "
            + "--packets", status: 70)
      }
      if !ledger.isExact {
        throw StageFailure("merc-sink: the ledger does not add up: records were lost", status: 70)
      }
    }
  }

  /// Shows the account; that of a further sink with its name.
  private func show(_ ledger: Ledger) {
    let title = options.policy == nil ? "" : "\(options.place):\n"
    Surroundings.report(title + ledger.text.dropLast())
  }

  /// Where the records go; nowhere where only packets are wanted, or of a further sink statistics.
  private func lines() throws(StageFailure) -> OutputSeries? {
    let isFurther = options.policy != nil
    if options.sink.fingerprint == nil,
      options.sink.packets.write != nil || isFurther && options.sink.statistics.stats != nil
    {
      return nil
    }
    return try output(to: options.sink.fingerprint)
  }

  private func packets() throws(StageFailure) -> PacketWriter? {
    guard let path = options.sink.packets.write else { return nil }
    return PacketWriter(writingTo: try output(to: path))
  }

  private func statistics() throws(StageFailure) -> Statistics? {
    guard let base = options.sink.statistics.stats else { return nil }
    do throws(OutputFailure) {
      return try Statistics(
        base: base, interval: options.sink.statistics.interval,
        limit: options.sink.statistics.limit,
        version: Release.version)
    } catch {
      throw StageFailure("merc-sink: \(error)", status: 73)
    }
  }

  private func output(to path: String?) throws(StageFailure) -> OutputSeries {
    do throws(OutputFailure) {
      var series = try OutputSeries(path: path, rotation: Rotation(options.sink.rotation))
      let parent = options.link.parent
      series.isAbandoned = {
        Interruption.signalled != nil || parent != nil && parent != Surroundings.parentID
      }
      return series
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
