import Capture
import Stage
import Transport
import Wire

/// What a live capture has to tell the user and the ledger, beside the packets.
struct LiveAccount {
  private let interface: String
  private let isVerbose: Bool
  private let name: String
  /// Whether this capture speaks for the interface, which all that share it see.
  private let isFirst: Bool
  private var status = LiveSource.Status()
  private var fresh = Tally()
  private var warnings = Timetable(every: .seconds(10))
  private var warned: UInt64 = 0

  init(_ options: Options) {
    interface = options.live.capture ?? ""
    isVerbose = options.verbose
    name = options.live.captures > 1 ? "merc-capture \(options.member)" : "merc-capture"
    isFirst = options.member == 1
  }

  /// Whether losses have not been told to the sink.
  var hasLosses: Bool { !fresh.counts.isEmpty }

  /// The losses since the last call.
  mutating func takeLosses() -> Tally {
    guard hasLosses else { return fresh }
    defer { fresh = Tally() }
    return fresh
  }

  mutating func note(_ losses: LiveSource.Losses) {
    var new = status
    new.losses = losses
    note(new)
  }

  mutating func note(_ new: LiveSource.Status) {
    let old = status
    status = new
    if new.isOpen, !old.isOpen, isVerbose {
      Host.report("\(name): capturing from \(interface)")
    }
    if new.isUp != old.isUp, isFirst {
      Host.report(
        new.isUp
          ? "\(name): \(interface) is up again"
          : "\(name): \(interface) has gone down: no packets until it is up again")
    }
    guard new.losses != old.losses else { return }
    fresh.add(new.losses.ring - min(old.losses.ring, new.losses.ring), .lost, "no room in the ring")
    if isFirst {
      fresh.add(
        new.losses.interface - min(old.losses.interface, new.losses.interface), .lost,
        "by the interface")
    }
    warn()
  }

  /// Says that packets are lost: at once the first time, then every ten seconds in which more are.
  private mutating func warn() {
    let isDue = warnings.isDue()
    guard warned == 0 || isDue else { return }
    let (ring, elsewhere) = (status.losses.ring, isFirst ? status.losses.interface : 0)
    guard ring + elsewhere > warned else { return }
    warned = ring + elsewhere
    Host.report(
      "\(name): packets are being lost, so far \(ring) for want of room in the ring and "
        + "\(elsewhere) by the interface: more captures (-t), a larger ring (-b), more parsers "
        + "or fewer protocols (-s) help")
  }
}
