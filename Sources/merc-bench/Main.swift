import ArgumentParser
import Stage
import Wire

@main struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc-bench",
    abstract: "Measure what each step of the pipeline takes, one after the other in one process.",
    discussion:
      "scripts/bench runs it on a capture of the right size; docs/performance.md explains it.",
    version: Release.version)

  @Argument(help: "The capture whose packets are used.")
  var capture: String

  @Option(help: "How often everything is measured; the best counts.")
  var best = 5

  @Option(help: "How many of the capture's packets are used.")
  var packets = 200_000

  @Flag(help: "Measure what reading each protocol's messages takes, with --metadata, instead.")
  var protocols = false

  func run() throws {
    let traffic = try Traffic(capture, limit: packets)
    if protocols { return measureProtocols(traffic) }
    var steps = try Steps(traffic)
    var table = Table()
    for _ in 0..<max(best, 1) {
      table.note("read", try Traffic.timeReading(capture), per: traffic.whole, of: .packets)
      try steps.measure(&table)
      for endpoint in ["ipc://", "tcp://"] {
        try Link.measure(over: endpoint, steps.parts, &table)
      }
    }
    print(table.text)
  }

  private func measureProtocols(_ traffic: Traffic) {
    let protocols = Protocols(traffic)
    var table = Table()
    for _ in 0..<max(best, 1) { protocols.measure(.metadata, &table) }
    print(table.text)
  }
}
