import Glibc
import Synchronization

/// Which signal asked the process to end; a handler may do no more than set it.
private let received = Atomic<CInt>(0)
/// How many have arrived, two in quick succession being one.
private let arrivals = Atomic<Int>(0)
/// When the last one did, in milliseconds of some clock.
private let lastArrival = Atomic<Int>(-1_000_000)

/// `timeout`, and others who end whole process groups, send a process the same signal twice at once.
private let oneArrival = 200

/// SIGINT and SIGTERM as a question the loops ask.
package enum Interruption {
  /// Catches SIGTERM, and SIGINT unless the terminal's Ctrl-C is for another process to decide on.
  ///
  /// SIGPIPE is ignored: a closed pipe is an error of the write.
  package static func install(interrupt: Bool) {
    _ = signal(SIGPIPE, SIG_IGN)
    catching(SIGTERM)
    if interrupt { catching(SIGINT) } else { _ = signal(SIGINT, SIG_IGN) }
    // Whoever started us may have had them blocked, as threads of libdispatch have.
    var caught = sigset_t()
    // Both are filled in and read within the calls.
    unsafe sigemptyset(&caught)
    unsafe sigaddset(&caught, SIGTERM)
    unsafe sigaddset(&caught, SIGINT)
    unsafe pthread_sigmask(SIG_UNBLOCK, &caught, nil)
  }

  /// The signal that arrived, if one did.
  package static var signalled: CInt? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// How often one was asked to end: what comes within a fifth of a second is one request.
  package static var count: Int { arrivals.load(ordering: .relaxed) }

  private static func catching(_ number: CInt) {
    var action = sigaction()
    // No SA_RESTART: a wait in progress must end.
    unsafe action.__sigaction_handler.sa_handler = {
      received.store($0, ordering: .relaxed)
      var time = timespec()
      // A handler may ask for the time; it is written within the call.
      _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
      let now = time.tv_sec * 1000 + time.tv_nsec / 1_000_000
      if now - lastArrival.exchange(now, ordering: .relaxed) >= oneArrival {
        arrivals.add(1, ordering: .relaxed)
      }
    }
    unsafe sigaction(number, &action, nil)
  }
}
