import ArgumentParser
import Bytes
import Parse
import Stage
import Transport
import Wire

@main struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc-parse",
    abstract: "Turn packets into records; any number of these share the work.",
    discussion: """
      A pool's member: connect as many as you like to the same merc-capture, at any time. SIGTERM \
      ends one after it has finished what it holds; a killed one's work goes to the others. \
      Neither changes the output. See docs/operations.md.

        merc-parse --connect ipc:///tmp/pipeline
      """,
    version: Release.version)

  @OptionGroup var options: Options

  static func main() { main(completingValues(Array(CommandLine.arguments.dropFirst()))) }

  func run() throws {
    Interruption.install(interrupt: options.link.parent == nil)
    let isChild = options.link.parent != nil
    Interruption.install(interrupt: !isChild)
    let context = try Stage.context(key: options.link.key)
    let poison = options.poison.map { Array($0.utf8) } ?? []
    try Stage.run(at: options.link.connect, parent: options.link.parent) {
      () throws(StageFailure) in
      var member = try Member(
        stage: .parse, window: Member.workerWindow, keepsState: true, options: options.link,
        stating: options.plan.statedSettings, context)
      guard let plans = try member.awaitPlan() else { return }
      let step = PoisonableParser(
        packets: SourceParsers(plans) { PartParser($0) }, poison: poison)
      var worker = try Worker(step, as: member, isChild: isChild, context: context)
      try worker.run()
    }
  }
}

/// The parser's step, with the weakness that tests of `quarantine.pcap` ask for: a part with these
/// bytes ends the process.
struct PoisonableParser: Step, ~Copyable {
  var packets: SourceParsers
  let poison: [UInt8]

  var keepsState: Bool { packets.keepsState }
  func lowWaterMark(of epoch: UInt32) -> UInt64 { packets.lowWaterMark(of: epoch) }

  mutating func use(_ plans: PlansInForce) { packets.use(plans) }
  mutating func forget(_ what: Forget, of epoch: UInt32) { packets.forget(what, of: epoch) }

  mutating func process(_ part: Span<UInt8>, into result: inout PartBuilder)
    throws(MessageHeader.Refusal)
  {
    if !poison.isEmpty, contains(part) { preconditionFailure("poisoned, as asked for") }
    try packets.process(part, into: &result)
  }

  private func contains(_ part: Span<UInt8>) -> Bool {
    guard part.count >= poison.count else { return false }
    for start in 0...part.count - poison.count
    where part.extracting(start..<start + poison.count).equals(poison.span) { return true }
    return false
  }
}
