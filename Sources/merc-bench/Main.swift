import ArgumentParser
import Stage
import Transport
import Wire

@main struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc-bench",
    abstract: "Measure what each step of the pipeline takes, one after the other in one process.",
    discussion:
      "scripts/bench runs it on a capture of the right size; docs/performance.md explains it.",
    version: Release.version)

  @Argument(help: "The capture whose packets are used.")
  var capture: String?

  @Option(help: "How often everything is measured; the best counts.")
  var best = 5

  @Option(help: "How many of the capture's packets are used.")
  var packets = 200_000

  @Flag(help: "Measure what reading each protocol's messages takes, with --metadata, instead.")
  var protocols = false

  @Option(
    help: ArgumentHelp(
      "How many fingerprints the made-up archive has.", discussion: "24000 are 210 MB of JSON."))
  var fingerprints = 24_000

  @Option(
    help: ArgumentHelp(
      "Write the members of a made-up archive into this folder, and measure nothing.",
      valueName: "folder"))
  var writeResources: String?

  @Option(
    help: ArgumentHelp(
      "Measure classification by the archive that was made of those members, instead.",
      valueName: "file"))
  var resources: String?

  func validate() throws {
    if capture == nil, writeResources == nil, resources == nil {
      throw ValidationError("what is to be measured? Give a capture, or --resources")
    }
  }

  func run() throws {
    if let writeResources {
      var database = LargeDatabase(fingerprints: fingerprints)
      return try database.write(to: writeResources)
    }
    if let resources { return try measureClassification(by: resources) }
    guard let capture else { return }
    let traffic = try Traffic(capture, limit: packets)
    if protocols { return measureProtocols(traffic) }
    var steps = try Steps(traffic)
    var table = Table()
    for _ in 0..<max(best, 1) {
      table.note("read", try Traffic.timeReading(capture), per: traffic.whole, of: .packets)
      try steps.measure(&table)
      for (scheme, endpoint) in Link.endpoints {
        try Link.measure(scheme, over: endpoint, steps.parts, &table)
      }
    }
    print(table.text)
  }

  private func measureClassification(by archive: String) throws {
    var table = Table()
    try Classification.measure(archive, fingerprints: fingerprints, &table)
    print(table.text)
  }

  private func measureProtocols(_ traffic: Traffic) {
    let protocols = Protocols(traffic)
    var table = Table()
    for _ in 0..<max(best, 1) { protocols.measure(.metadata, &table) }
    print(table.text)
  }
}
