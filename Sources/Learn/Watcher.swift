import Glibc
import Synchronization
import Wire

/// Watches which processes have which sockets, on a thread of its own, as programs may live for no
/// more than a few milliseconds.
package final class Watcher: Sendable {
  private let owners = Mutex(FlowOwners())
  private let isOver = Atomic(false)

  /// How long a process counts as young: its sockets are looked for first, and often.
  private static let youth = Duration.seconds(3)
  /// How long to rest between two looks while something happens, and while nothing does.
  private static let shortRest: useconds_t = 200
  private static let longRest: useconds_t = 8000

  private let sockets: SocketTable

  /// Opens the socket that the kernel lists sockets over; `start` begins to watch.
  ///
  /// - Throws: `LearnFailure` if the kernel does not offer it (`sock_diag(7)`).
  package init() throws(LearnFailure) { sockets = try SocketTable() }

  /// Watches from now on, until `stop`.
  package func start() {
    var thread = pthread_t()
    let me = unsafe Unmanaged.passRetained(self).toOpaque()
    // The thread takes over the reference that was retained for it.
    let status = unsafe pthread_create(
      &thread, nil,
      { me in
        guard let me = unsafe me else { return nil }
        unsafe Unmanaged<Watcher>.fromOpaque(me).takeRetainedValue().run()
        return nil
      }, me)
    if status == 0 {
      pthread_detach(thread)
    } else {
      unsafe Unmanaged<Watcher>.fromOpaque(me).release()
    }
  }

  private func run() {
    // Programs that live for milliseconds are missed by a thread that waits for a processor; where that may
    // not be asked for, we go on without. Resting as long as it looks leaves half a core to others.
    var priority = sched_param(sched_priority: 1)
    // Read within the call; it is about this thread alone.
    _ = unsafe sched_setscheduler(0, SCHED_RR, &priority)
    var round = Round()
    while !isOver.load(ordering: .relaxed) {
      let start = ContinuousClock.now
      let isBusy = look(&round)
      let took = useconds_t(clamping: Int((ContinuousClock.now - start) / .microseconds(1)))
      usleep(max(isBusy ? Self.shortRest : Self.longRest, min(took, 20_000)))
    }
  }

  package func stop() { isOver.store(true, ordering: .relaxed) }

  /// The process whose socket a packet came from, if it has been seen.
  package func sender(of flow: Flow) -> ProcessFacts? {
    owners.withLock { $0.sender(of: flow) }
  }

  /// What is remembered from one look to the next.
  private struct Round {
    var known: Set<Int32> = []
    var young: [Int32: ContinuousClock.Instant] = [:]
    var processes: [Int32: ProcessFacts] = [:]
    /// Which process has a socket's inode.
    var holders: [UInt32: Int32] = [:]
    /// How often an inode's process was looked for in vain: it may be another user's.
    var misses: [UInt32: Int] = [:]
    var lastChange = ContinuousClock.now

    /// How often that is worth while.
    static let maxMisses = 4

    func isOrphan(_ inode: UInt32) -> Bool {
      holders[inode] == nil && misses[inode, default: 0] < Self.maxMisses
    }
  }

  /// One look; whether anything has changed of late.
  ///
  /// Whose a socket is has to be asked only once, and of the youngest processes first: those that
  /// live for milliseconds are among them.
  private func look(_ round: inout Round) -> Bool {
    let now = ContinuousClock.now
    meet(ProcessTable.all, at: now, &round)
    var seen: [(socket: LocalSocket, inode: UInt32)] = []
    sockets.list { seen.append(($0, $1)) }
    var orphans = seen.map(\.inode).filter { round.isOrphan($0) }
    if !orphans.isEmpty {
      round.lastChange = now
      meet(ProcessTable.all, at: now, &round)
      for (id, _) in round.young.sorted(by: { ($0.value, $0.key) > ($1.value, $1.key) }) {
        hold(ProcessTable.sockets(of: id), by: id, &round)
        orphans.removeAll { round.holders[$0] != nil }
        if orphans.isEmpty { break }
      }
      for inode in orphans { round.misses[inode, default: 0] += 1 }
      // Older ones have time.
      if orphans.contains(where: { round.misses[$0, default: 0] > 1 }) {
        for id in round.known where round.young[id] == nil {
          hold(ProcessTable.sockets(of: id), by: id, &round)
        }
      }
    }
    note(seen, at: now, &round)
    let inodes = Set(seen.map(\.inode))
    if max(round.holders.count, round.misses.count) > 4 * inodes.count + 1000 {
      round.holders = round.holders.filter { inodes.contains($0.key) }
      round.misses = round.misses.filter { inodes.contains($0.key) }
    }
    return now - round.lastChange < .milliseconds(500)
  }

  /// Takes note of which processes there are.
  private func meet(_ ids: [Int32], at now: ContinuousClock.Instant, _ round: inout Round) {
    let all = Set(ids)
    for id in all.subtracting(round.known) {
      round.young[id] = now
      round.lastChange = now
    }
    let gone = round.known.subtracting(all)
    for id in gone {
      round.young[id] = nil
      round.processes[id] = nil
    }
    // A socket outlives the process that made it where a child has it too.
    if !gone.isEmpty { round.holders = round.holders.filter { !gone.contains($0.value) } }
    round.known = all
    round.young = round.young.filter { now - $0.value < Self.youth }
  }

  private func note(
    _ seen: [(socket: LocalSocket, inode: UInt32)], at now: ContinuousClock.Instant,
    _ round: inout Round
  ) {
    owners.withLock { owners in
      for (socket, inode) in seen {
        owners.note(localAddress: socket.address)
        guard let id = round.holders[inode], let process = round.processes[id] else { continue }
        owners.note(socket, of: process, at: now)
      }
      owners.sweep(at: now)
    }
  }

  private func hold(_ inodes: [UInt32], by id: Int32, _ round: inout Round) {
    // A process may become another program, and its sockets stay; ask as long as it is young.
    if !inodes.isEmpty, round.processes[id] == nil || round.young[id] != nil {
      // One that has just gone is known by its number alone.
      round.processes[id] =
        ProcessTable.facts(of: id) ?? round.processes[id]
        ?? ProcessFacts(id: id, name: "", path: "", parent: 0)
    }
    for inode in inodes { round.holders[inode] = id }
  }
}
