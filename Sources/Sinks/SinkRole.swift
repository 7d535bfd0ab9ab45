import Files
import Output
import Stage
import Wire

/// What a sink decides: which parts it takes and acknowledges when, and how it ends.
///
/// No sockets, no files and no clock: the loop tells what has happened.
package struct SinkRole<Peer: Hashable & Sendable> {
  /// Whether all records come from the primary sink.
  package let isSecondary: Bool
  /// Whether `merc` started it, and tells the user what is to be told.
  private let isChild: Bool
  /// Where it writes to, for messages.
  private let place: String
  /// The newest plan that it knows of.
  private var plan: UInt16 = 0
  /// The ends of sources, acknowledged once all secondary sinks have everything: until then capture keeps
  /// watch over all processes.
  private var withheld: [(peer: Peer, name: PartName)] = []
  /// Capture has sent `bye`.
  package private(set) var isDismissed = false

  package init(isSecondary: Bool, isChild: Bool, place: String) {
    self.isSecondary = isSecondary
    self.isChild = isChild
    self.place = place
  }

  // MARK: Parts

  /// Whether parts are taken: it knows what to write, and no secondary sink holds the pipeline back.
  package func takesParts(isHeld: Bool) -> Bool { plan > 0 && !isHeld }

  /// The plans of a roster that are new to it, oldest first.
  package mutating func newPlans(of roster: Roster) -> [RunPlan] {
    let new = roster.plans.plans.filter { $0.generation > plan }
    plan = max(plan, new.last?.generation ?? 0)
    return new
  }

  /// Whether a part that has been accepted is acknowledged now; the end of a source waits for secondary
  /// sinks.
  package mutating func acknowledges(_ part: PartHeader, from peer: Peer, isFollowed: Bool) -> Bool
  {
    guard part.message.flags.contains(.last), isFollowed else { return true }
    withheld.append((peer, part.name))
    return false
  }

  /// What is to be acknowledged now that all secondary sinks have everything.
  package mutating func takeWithheld() -> [(peer: Peer, name: PartName)] {
    defer { withheld = [] }
    return withheld
  }

  // MARK: The end

  /// Capture has sent `bye`.
  ///
  /// A secondary sink that has not seen its last part has not got everything:
  /// the primary sink ends only after that.
  package mutating func dismiss() { isDismissed = true }

  /// Why a sink that is not complete ends now, if it does.
  package var earlyEnd: StageFailure? {
    guard isSecondary, isDismissed else { return nil }
    return StageFailure(
      "merc-sink: the pipeline has ended without this sink; \(place) is not complete", status: 70)
  }

  /// How it leaves before its end: what it says to capture, and its own failure.
  package struct Exit {
    package let flags: MessageHeader.Flags?
    /// Whether it first tells the senders that it takes no more.
    package let retires: Bool
    package let failure: StageFailure
  }

  /// A signal ends it before the source has ended.
  package func exit(signal: CInt, isJoined: Bool) -> Exit {
    Exit(
      flags: isJoined ? .failed : nil, retires: isSecondary,
      failure: StageFailure(
        isJoined && !isChild ? "merc-sink: interrupted; the output is not complete" : "",
        status: 128 + signal))
  }

  /// Its output cannot be written.
  ///
  /// A closed pipe is no failure: its reader has seen enough.
  package func exit(
    _ failure: FileFailure, signal: CInt?, isJoined: Bool
  ) -> Exit {
    switch failure.kind {
    case .abandoned:
      if let signal { return exit(signal: signal, isJoined: isJoined) }
      return Exit(
        flags: nil, retires: false,
        failure: StageFailure("merc has gone; stopping", status: StageFailure.deserted))
    case .closedPipe:
      return Exit(
        flags: [.failed, .enough], retires: isSecondary, failure: StageFailure("", status: 0))
    case .diskFull, .other:
      return Exit(
        flags: .failed, retires: false, failure: StageFailure("merc-sink: \(failure)", status: 74))
    }
  }

  /// A part cannot be taken: it contradicts others, or itself.
  package func exit(_ refusal: RecordPrinter.Refusal, round: UInt64) -> Exit {
    Exit(
      flags: .failed, retires: false,
      failure: StageFailure(
        "merc-sink: round \(round) cannot be taken: \(refusal); the output is not complete",
        status: 70))
  }
}
