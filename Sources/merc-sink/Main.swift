import ArgumentParser
import Files
import Output
import Sinks
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

        merc-sink --connect ipc:///tmp/pipeline -f records.json
        merc-sink --connect ipc:///tmp/pipeline -w packets.pcap

      Secondary sinks get the same from it, each at its own pace and with its own --select; --policy \
      makes a sink one of them:

        merc-sink --connect ipc:///tmp/pipeline --policy wait -s dns -f dns.json
        merc-sink --connect ipc:///tmp/pipeline --policy drop -s tls -w tls.pcap
      """,
    version: Release.version)

  @OptionGroup var options: Options

  static func main() { main(completingValues(Array(CommandLine.arguments.dropFirst()))) }

  func run() throws {
    // Without a file, a hangup is what it always is: the end of the terminal.
    let isChild = options.link.parent != nil
    Interruption.install(
      interrupt: !isChild,
      hangup: isChild || options.outputs.lines.destination != nil ? .caught : .fatal)
    let context = try Stage.context(key: options.link.key)
    try Stage.run(at: options.link.connect, parent: options.link.parent) {
      () throws(StageFailure) in
      guard let account = try run(in: context) else { return }
      let ledger = Ledger(account)
      if options.verbose { show(ledger) }
      let leftOut = account[.dropped, SecondaryAccount.reason]
      if leftOut > 0 {
        Host.report(
          "merc-sink: \(leftOut) records are not in \(options.place): it was too slow for the pipeline"
        )
      }
      if !ledger.isExact {
        throw StageFailure("merc-sink: the ledger does not add up: records were lost", status: 70)
      }
    }
  }

  /// Runs the sink that the options ask for.
  private func run(in context: SocketContext) throws(StageFailure) -> Tally? {
    let outputs = try outputs()
    if let policy = options.policy {
      var sink = try SecondarySink(
        options.link, policy, writingTo: outputs, to: options.place, showsRates: options.rates,
        in: context, plan)
      return try sink.run()
    }
    var sink = try PrimarySink(
      options.link, writingTo: outputs, to: options.place, expecting: options.secondarySinks,
      showsRates: options.rates, in: context, plan)
    return try sink.run()
  }

  /// What the plan of the run says of this sink.
  private func plan(_ plan: RunPlan) throws(StageFailure) -> SinkPlan {
    if let complaint = options.outputs.complaint(about: plan) {
      throw StageFailure("merc-sink: \(complaint)", status: 64)
    }
    let isStated = plan.sinks.indices.contains(options.number)
    let list = options.select ?? (isStated ? plan.sinks[options.number] : nil)
    let choice = try list.map { (list) throws(StageFailure) in try RecordChoice(list, of: plan) }
    return SinkPlan(plan, choice: choice ?? .all)
  }

  /// Shows the account; that of a secondary sink with its name.
  private func show(_ ledger: Ledger) {
    let title = options.policy == nil ? "" : "\(options.place):\n"
    Host.report(title + ledger.text.dropLast())
  }

  /// Opens what it writes to.
  private func outputs() throws(StageFailure) -> [any Output] {
    var site = OutputSite()
    site.version = Release.version
    let parent = options.link.parent
    site.isAbandoned = {
      Interruption.signalled != nil || parent != nil && parent != Host.parentID
    }
    do throws(FileFailure) {
      return try options.outputs.open(site, isSecondary: options.isSecondary)
    } catch {
      throw StageFailure("merc-sink: \(error)", status: 73)
    }
  }
}
