import Wire

/// Which process had which socket, also for a while after both are gone.
///
/// No kernel and no clock: it is told what there is and when.
package struct FlowOwners: Sendable {
  private struct Owner {
    var process: ProcessFacts
    var lastSeen: ContinuousClock.Instant
  }

  private var owners: [LocalSocket: Owner] = [:]
  private var lastSweep: ContinuousClock.Instant?
  /// Addresses that sockets here were seen to have.
  private var localAddresses: Set<UInt128> = []

  /// How long a socket that is gone is remembered: records of it come later than it goes.
  package static let memory = Duration.seconds(60)
  /// How many sockets are remembered at most.
  package static let capacity = 100_000

  package init() {}

  package var count: Int { owners.count }

  /// A process has a socket.
  package mutating func note(
    _ socket: LocalSocket, of process: ProcessFacts, at now: ContinuousClock.Instant
  ) {
    guard owners.count < Self.capacity || owners[socket] != nil else { return }
    owners[socket] = Owner(process: process, lastSeen: now)
    // Found by its port: a datagram sent from wherever routing says, a connection that was accepted
    // and is gone before it was seen.
    if socket.peerPort == 0 { owners[socket.anyAddress] = Owner(process: process, lastSeen: now) }
  }

  /// An address is one of this machine's.
  package mutating func note(localAddress: UInt128) {
    if localAddresses.count < 10_000 { localAddresses.insert(localAddress) }
  }

  /// The process whose socket a packet came from.
  package func sender(of flow: Flow) -> ProcessFacts? {
    let socket = LocalSocket(
      ipProtocol: flow.ipProtocol, address: flow.source, port: flow.sourcePort,
      peerAddress: flow.destination, peerPort: flow.destinationPort, isIPv6: flow.isIPv6)
    if let owner = owners[socket] { return owner.process }
    guard localAddresses.contains(flow.source) else { return nil }
    // Bound to an address, or to none; a socket of IPv6 may send IPv4 too.
    var bound = socket
    (bound.peerAddress, bound.peerPort) = (0, 0)
    if let owner = owners[bound] ?? owners[socket.anyAddress] { return owner.process }
    var dual = socket.anyAddress
    dual.isIPv6 = true
    return owners[dual]?.process
  }

  /// Whether a socket's owner is known.
  package func knows(_ socket: LocalSocket) -> Bool { owners[socket] != nil }

  /// Forgets what is long gone.
  package mutating func sweep(at now: ContinuousClock.Instant) {
    if let lastSweep, now - lastSweep < .seconds(5) { return }
    lastSweep = now
    owners = owners.filter { now - $0.value.lastSeen < Self.memory }
  }
}
