import Glibc
import Synchronization

/// Which signal asked the process to end; a handler may do no more than set it.
private let received = Atomic<CInt>(0)
/// How many have arrived.
private let arrivals = Atomic<Int>(0)

/// SIGINT and SIGTERM as a question the loops ask.
package enum Interruption {
  /// Catches SIGTERM, and SIGINT unless the terminal's Ctrl-C is for another process to decide on.
  ///
  /// SIGPIPE is ignored: a closed pipe is an error of the write.
  package static func install(interrupt: Bool) {
    _ = signal(SIGPIPE, SIG_IGN)
    catching(SIGTERM)
    if interrupt { catching(SIGINT) } else { _ = signal(SIGINT, SIG_IGN) }
  }

  /// The signal that arrived, if one did.
  package static var signalled: CInt? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// How often one arrived.
  package static var count: Int { arrivals.load(ordering: .relaxed) }

  private static func catching(_ number: CInt) {
    var action = sigaction()
    // No SA_RESTART: a wait in progress must end.
    unsafe action.__sigaction_handler.sa_handler = {
      received.store($0, ordering: .relaxed)
      arrivals.add(1, ordering: .relaxed)
    }
    unsafe sigaction(number, &action, nil)
    // Whoever started us may have had it blocked, which is inherited.
    var set = sigset_t()
    // Both write to the set only, which outlives the calls.
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }
}
