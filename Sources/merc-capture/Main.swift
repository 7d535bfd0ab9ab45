import ArgumentParser
import Capture
import Dissectors
import Packets
import Stage
import Transport
import Wire

@main struct Main: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merc-capture",
    abstract: "Read a capture, pass on what may become a record, and keep count of every packet.",
    discussion: """
      The first stage of merc's pipeline; all other stages are started with its --bind endpoint \
      as their --connect. It waits for a sink and a parser, divides packets among as many parsers as \
      there are, and ends when everything has been acknowledged. See docs/operations.md.

        merc-capture -r web.pcap --bind ipc:///tmp/pipeline &
        merc-sink --connect ipc:///tmp/pipeline &
        merc-parse --connect ipc:///tmp/pipeline
      """,
    version: Release.version)

  @OptionGroup var options: Options

  static func main() { main(completingValues(Array(CommandLine.arguments.dropFirst()))) }

  func run() throws {
    Interruption.install(interrupt: options.parent == nil)
    let plan: RunPlan
    do {
      plan = try options.plan()
      if options.parent == nil { try warn(of: plan) }
    } catch {
      throw ValidationError("\(error)")
    }
    let context = try Stage.context(key: options.key)
    let interface = options.live.capture
    try Stage.run(at: options.bind, parent: options.parent, opensInterfaces: interface != nil) {
      () throws(StageFailure) in
      if let interface { return try capture(interface, plan, context) }
      let shared = SharedDispatch(try PacketDispatch(options, plan: plan, context: context))
      var passes = Passes()
      var complaint: StageFailure?
      for _ in 0..<options.repeats.count where complaint == nil && !shared.dispatch.shouldStop {
        complaint = try read(into: shared, &passes)
      }
      try shared.dispatch.end()
      if options.repeats.count > 1 { Host.report("merc-capture: \(passes.speed)") }
      if let complaint { throw complaint }
      if let signal = Interruption.signalled { throw StageFailure("", status: 128 + signal) }
    }
  }

  private func warn(of plan: RunPlan) throws(Selection.UnknownName) {
    for warning in try Selection(of: plan).warnings {
      Host.report("merc-capture: \(warning)")
    }
  }

  /// Takes packets from an interface until a signal ends that, which is no failure.
  ///
  /// Only the interface is opened with the privileges of the user that started the capture: all that others
  /// can reach, and all files, are made without.
  private func capture(_ interface: String, _ plan: RunPlan, _ context: SocketContext)
    throws(StageFailure)
  {
    let group = options.live.captures > 1 ? options.group : nil
    var shared: SharedDispatch?
    var source: LiveSource?
    var complaint: StageFailure?
    do throws(CaptureFailure) {
      source = try LiveSource(interface: interface, options: options.live.source(group: group)) {
        shared?.dispatch.attend(to: $0) ?? .silence
      }
    } catch {
      complaint = self.complaint(of: error)
    }
    do throws(Account.Failure) {
      try options.privileges.giveUp(to: options.privileges.successor())
      Privileges.dropCapabilities()
    } catch {
      // merc does the same, and says why it failed.
      throw options.parent == nil
        ? StageFailure("merc-capture: \(error)") : StageFailure("", status: 77)
    }
    let open = SharedDispatch(try PacketDispatch(options, plan: plan, context: context))
    shared = open
    if let source = source.take() { complaint = try take(from: source, into: open) }
    try open.dispatch.end()
    if let complaint { throw complaint }
  }

  /// Takes packets until none is to come; what ended that before it was asked for.
  private func take(from source: consuming LiveSource, into shared: SharedDispatch)
    throws(StageFailure)
    -> StageFailure?
  {
    var source = source
    shared.dispatch.begin(source.linkType, hasNanoseconds: source.hasNanoseconds)
    if options.member == 1 { warn(of: source.linkType, source.linkTypeName, in: source.name) }
    let complaint = try drain(&source, into: shared)
    shared.dispatch.note(source.losses)
    return complaint
  }

  private func drain(_ source: inout LiveSource, into shared: SharedDispatch) throws(StageFailure)
    -> StageFailure?
  {
    var broken: StageFailure?
    do throws(CaptureFailure) {
      while broken == nil, !shared.dispatch.isBroken, try source.next() {
        do throws(StageFailure) {
          try shared.dispatch.take(
            source.bytes, time: source.time, originalLength: source.originalLength,
            number: source.count)
        } catch {
          broken = error
        }
      }
    } catch {
      return complaint(of: error)
    }
    if let broken { throw broken }
    return nil
  }

  /// What the user is told; what all captures meet with, the first one tells.
  private func complaint(of failure: CaptureFailure) -> StageFailure {
    let isTold = failure.isCommon && options.member > 1 && options.parent != nil
    return StageFailure(isTold ? "" : "merc-capture: \(failure)")
  }

  /// Reads the capture to its end.
  ///
  /// What is wrong with it is told after what was right has gone out; a pipeline that is broken lets
  /// nothing more out, and ends the reading at once.
  private func read(into shared: SharedDispatch, _ passes: inout Passes) throws(StageFailure)
    -> StageFailure?
  {
    var broken: StageFailure?
    do throws(CaptureFailure) {
      var source = try PacketSource(path: options.read ?? "-") { shared.dispatch.idle() }
      if passes.isFirst { begin(source, shared) }
      // Asked now and then: packets of a file come by the million in a second.
      while broken == nil, source.count & 0x3f != 0 || !shared.dispatch.shouldStop,
        try source.next()
      {
        if source.count & 0x3ff == 0 {
          shared.dispatch.progress.read = passes.bytes + source.bytesRead
        }
        do throws(StageFailure) {
          try shared.dispatch.take(
            source.bytes, time: source.time, originalLength: source.originalLength,
            number: passes.packets + source.count)
        } catch {
          broken = error
        }
      }
      passes.end(packets: source.count, bytes: source.bytesRead)
      shared.dispatch.progress.read = passes.bytes
    } catch {
      // Input that was never to come is no error of the input.
      if Interruption.signalled != nil { return nil }
      return StageFailure("merc-capture: \(error)")
    }
    if let broken { throw broken }
    return nil
  }

  private func begin(_ source: borrowing PacketSource, _ shared: SharedDispatch) {
    shared.dispatch.begin(source.linkType, hasNanoseconds: source.hasNanoseconds)
    warn(of: source.linkType, source.linkTypeName, in: source.name)
    shared.dispatch.progress.total = (source.totalBytes ?? 0) * UInt64(options.repeats.count)
  }

  /// Says so when nothing can come of packets of this link type.
  private func warn(of linkType: LinkType, _ name: String, in source: String) {
    guard !LinkType.all.contains(linkType) else { return }
    Host.report(
      "merc-capture: \(source): link type \(name) is not one that merc reads: no packet will give "
        + "a record")
  }
}
