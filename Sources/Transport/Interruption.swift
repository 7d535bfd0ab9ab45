import Glibc
import Synchronization

/// Which signal asked the process to end; a handler may do no more than set it.
private let received = Atomic<CInt>(0)
/// How many have arrived.
private let arrivals = Atomic<Int>(0)
/// How many hangups have arrived.
private let hangupArrivals = Atomic<Int>(0)
/// When the last one arrived, in milliseconds of the monotonic clock.
private let lastArrival = Atomic<Int>(0)

/// SIGINT, SIGTERM and SIGHUP as questions the loops ask.
package enum Interruption {
  /// What a hangup means to the process.
  package enum Hangup: Sendable {
    /// Its end, as ever.
    case fatal
    case ignored
    /// `hangups` counts it.
    case caught
  }

  /// Catches SIGTERM, and SIGINT unless the terminal's Ctrl-C is for another process to decide on.
  ///
  /// SIGPIPE is ignored: a closed pipe is an error of the write.
  package static func install(interrupt: Bool, hangup: Hangup = .fatal) {
    _ = signal(SIGPIPE, SIG_IGN)
    catching(SIGTERM)
    if interrupt { catching(SIGINT) } else { _ = signal(SIGINT, SIG_IGN) }
    switch hangup {
    case .fatal: break
    case .ignored: _ = signal(SIGHUP, SIG_IGN)
    case .caught: _ = signal(SIGHUP) { _ in hangupArrivals.add(1, ordering: .relaxed) }
    }
    // The parent process may have had them blocked, as threads of libdispatch have.
    var caught = sigset_t()
    // Both are filled in and read within the calls.
    unsafe sigemptyset(&caught)
    unsafe sigaddset(&caught, SIGTERM)
    unsafe sigaddset(&caught, SIGINT)
    unsafe sigaddset(&caught, SIGHUP)
    unsafe pthread_sigmask(SIG_UNBLOCK, &caught, nil)
  }

  /// The signal that arrived, if one did.
  package static var signalled: CInt? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// How often one arrived, those at the same moment counted as one.
  package static var count: Int { arrivals.load(ordering: .relaxed) }

  /// How many hangups have arrived, where they are caught.
  package static var hangups: Int { hangupArrivals.load(ordering: .relaxed) }

  private static func catching(_ number: CInt) {
    var action = sigaction()
    // No SA_RESTART: a wait in progress must end.
    unsafe action.__sigaction_handler.sa_handler = {
      received.store($0, ordering: .relaxed)
      var now = timespec()
      // One of the calls that a handler may make; it fills in `now`.
      unsafe clock_gettime(CLOCK_MONOTONIC, &now)
      let time = now.tv_sec * 1000 + now.tv_nsec / 1_000_000
      // timeout(1) and terminals signal a process and its group: that is one wish, not two.
      if time - lastArrival.exchange(time, ordering: .relaxed) > 250 {
        arrivals.add(1, ordering: .relaxed)
      }
    }
    unsafe sigaction(number, &action, nil)
  }
}
