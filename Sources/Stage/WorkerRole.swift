import Wire

/// Decides for a member of a pool what it acknowledges and when it leaves.
///
/// Events in, actions out: no sockets, no clock, and nothing of the step's but its low-water mark: the
/// oldest round of a source's run whose packets are still needed, `UInt64.max` for none. A part is
/// acknowledged only when its result is, so that what the worker holds can be reassigned if it dies.
package struct WorkerRole<Peer: Hashable & Sendable>: Sendable {
  package enum Event: Sendable {
    /// A part has been processed, whose low-water mark was `before` before that and is `after` now.
    ///
    /// It came from a worker of the stage before; `nil` for capture.
    case processed(
      PartName, MessageHeader.Flags, from: Peer?, before: UInt64, after: UInt64)
    /// The next stage has acknowledged a part's result.
    case resultAcknowledged(PartName, lowWaterMark: UInt64)
    /// The step has given up state of a run.
    case forgot(epoch: UInt32, lowWaterMark: UInt64)
    /// Capture has taken note of this process.
    case welcome
    /// Capture says that the run is over, or that this process may go.
    case bye(failed: Bool)
    /// A signal has asked the process to leave, so many times by now.
    case interrupted(Int32, count: Int)
    /// There is nothing to read.
    ///
    /// `isDrained`: no result is unacknowledged. `isDeserted`: parts come from others than capture, and
    /// all of them have left. `areCapturesOver`: all captures beside the first one have sent `bye`.
    case idle(isDrained: Bool, isDeserted: Bool, areCapturesOver: Bool)
  }

  package enum Action: Equatable, Sendable {
    /// Pass the part's result on to the next stage.
    case submit(PartName)
    /// Acknowledge a part to its sender, `nil` for capture; the flags say what the part was for.
    case acknowledge(Acknowledgement, MessageHeader.Flags, to: Peer?)
    /// Say to all that send parts that no new ones can be taken.
    case retire
    /// Send `bye` to the next stage, and to capture where others were served.
    case close
    /// Drop what is unsent: at the end of the run nothing waits for it.
    case dropUnsent
  }

  /// A part whose result is not acknowledged.
  private struct Pending {
    let sender: Peer?
    /// The oldest round that was needed before it.
    let lowWaterMark: UInt64
  }

  /// Whether parts come from others than capture, which then have to be told again that no new ones
  /// are taken: only sending finds out which of them have died.
  private let servesOthers: Bool
  /// Whether `merc` started it, which starts another when the last one of a pool has left.
  private let isChild: Bool
  private var pending: [PartName: Pending] = [:]
  private var isWelcome = false
  /// The signal that asked it to leave.
  private var signal: Int32?
  private var isDismissed = false
  /// The process's exit status, once it is to end.
  package private(set) var exitStatus: Int32?

  package init(servesOthers: Bool, isChild: Bool) {
    self.servesOthers = servesOthers
    self.isChild = isChild
  }

  /// Takes note of what has happened; what to do about it, in this order.
  package mutating func take(_ event: Event) -> [Action] {
    switch event {
    case .processed(let name, let flags, let sender, let before, let after):
      let aside = flags.intersection([.replay, .probe])
      guard aside.isEmpty else { return [acknowledge(name, aside, to: sender, after)] }
      pending[name] = Pending(sender: sender, lowWaterMark: before)
      return [.submit(name)]
    case .resultAcknowledged(let name, let mark):
      guard let part = pending.removeValue(forKey: name) else { return [] }
      return [acknowledge(name, [], to: part.sender, mark)]
    case .forgot(let epoch, let mark):
      // An answer to no part, which tells how little is needed now.
      let name = PartName(epoch: epoch, round: 0, index: 0, count: 1)
      return [acknowledge(name, .replay, to: nil, mark)]
    case .welcome: isWelcome = true
    case .bye(failed: true): end()
    case .bye(failed: false): isDismissed = true
    case .interrupted(let signal, let count): return leave(signal, count)
    case .idle(let isDrained, let isDeserted, let areCapturesOver):
      return rest(isDrained, isDeserted, areCapturesOver)
    }
    return []
  }

  private func acknowledge(
    _ name: PartName, _ flags: MessageHeader.Flags, to peer: Peer?, _ mark: UInt64
  ) -> Action {
    // A worker that is given a pending part again needs the state from before it.
    let mark = pending.reduce(mark) {
      $1.key.epoch == name.epoch ? min($0, $1.value.lowWaterMark) : $0
    }
    return .acknowledge(Acknowledgement(name: name, lowWaterMark: mark), flags, to: peer)
  }

  /// Asks for nothing new; the parts that were taken are finished first.
  private mutating func leave(_ signal: Int32, _ count: Int) -> [Action] {
    // Without a capture, or asked twice, there is nothing to wait for.
    guard isWelcome, count < 2 else {
      exitStatus = 128 + signal
      return []
    }
    guard self.signal == nil else { return [] }
    self.signal = signal
    return [.retire]
  }

  private mutating func rest(
    _ isDrained: Bool, _ isDeserted: Bool, _ areCapturesOver: Bool
  ) -> [Action] {
    let isLeaving = signal != nil
    let isOver = isDismissed && (!isLeaving || areCapturesOver) || isLeaving && isDeserted
    guard isOver, isDrained else { return isLeaving && servesOthers ? [.retire] : [] }
    end()
    // A message to a process that has left, such as a late parser's greeting, would hold this one up.
    return [isDismissed ? .dropUnsent : .close]
  }

  private mutating func end() { exitStatus = isChild ? signal.map { 128 + $0 } ?? 0 : 0 }
}
