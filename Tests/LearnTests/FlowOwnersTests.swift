import Support
import Testing
import Wire

@testable import Learn

/// Which process a flow belongs to: no kernel, and a clock of the test's.
@Suite(.tags(.unit)) struct FlowOwnersTests {
  private static let start = ContinuousClock.now
  private static let here: UInt128 = 0xc000_0201
  private static let there: UInt128 = 0xc633_6407
  private let client = ProcessFacts(id: 10, name: "client", path: "/bin/client", parent: 1)
  private let server = ProcessFacts(id: 20, name: "server", path: "/bin/server", parent: 1)

  private func flow(
    _ source: UInt128, _ port: UInt16, _ destination: UInt128, _ destinationPort: UInt16,
    ipProtocol: UInt8 = 6
  ) -> Flow {
    var flow = Flow()
    (flow.source, flow.sourcePort) = (source, port)
    (flow.destination, flow.destinationPort) = (destination, destinationPort)
    flow.ipProtocol = ipProtocol
    return flow
  }

  private func connection(
    _ address: UInt128, _ port: UInt16, _ peer: UInt128, _ peerPort: UInt16
  ) -> LocalSocket {
    LocalSocket(
      ipProtocol: 6, address: address, port: port, peerAddress: peer, peerPort: peerPort)
  }

  @Test func theSocketThatAPacketCameFromDecides() {
    // Both ends are here.
    var owners = FlowOwners()
    owners.note(connection(Self.here, 40000, Self.here, 443), of: client, at: Self.start)
    owners.note(connection(Self.here, 443, Self.here, 40000), of: server, at: Self.start)
    #expect(owners.sender(of: flow(Self.here, 40000, Self.here, 443)) == client)
    #expect(owners.sender(of: flow(Self.here, 443, Self.here, 40000)) == server)
  }

  @Test func packetsOfOthersHaveNoSender() {
    var owners = FlowOwners()
    owners.note(connection(Self.here, 40000, Self.there, 443), of: client, at: Self.start)
    owners.note(localAddress: Self.here)
    #expect(owners.sender(of: flow(Self.there, 443, Self.here, 40000)) == nil)
    #expect(owners.sender(of: flow(Self.here, 40001, Self.there, 443)) == nil)
    #expect(owners.sender(of: flow(Self.here, 40000, Self.there, 443, ipProtocol: 17)) == nil)
  }

  @Test func datagramsAreFoundByThePortTheyCameFrom() {
    var owners = FlowOwners()
    owners.note(
      LocalSocket(ipProtocol: 17, address: 0, port: 5353), of: client, at: Self.start)
    owners.note(localAddress: Self.here)
    let packet = flow(Self.here, 5353, Self.there, 53, ipProtocol: 17)
    #expect(owners.sender(of: packet) == client)
    // The same port elsewhere is somebody else's.
    #expect(owners.sender(of: flow(Self.there, 5353, Self.here, 53, ipProtocol: 17)) == nil)
  }

  @Test func aSocketOfIPv6MaySendIPv4() {
    var owners = FlowOwners()
    owners.note(
      LocalSocket(ipProtocol: 17, address: 0, port: 5353, isIPv6: true), of: client,
      at: Self.start)
    owners.note(localAddress: Self.here)
    #expect(
      owners.sender(of: flow(Self.here, 5353, Self.there, 53, ipProtocol: 17)) == client)
  }

  @Test func aPortThatIsTakenAgainIsTheNewOwners() {
    var owners = FlowOwners()
    let socket = connection(Self.here, 40000, Self.there, 443)
    owners.note(socket, of: client, at: Self.start)
    owners.note(socket, of: server, at: Self.start + .seconds(1))
    #expect(owners.sender(of: flow(Self.here, 40000, Self.there, 443)) == server)
  }

  @Test func socketsThatAreGoneAreRememberedForAMinute() {
    var owners = FlowOwners()
    let old = connection(Self.here, 40000, Self.there, 443)
    let open = connection(Self.here, 40001, Self.there, 443)
    for second in stride(from: 0, through: 120, by: 10) {
      let now = Self.start + .seconds(second)
      if second == 0 { owners.note(old, of: client, at: now) }
      owners.note(open, of: client, at: now)
      owners.sweep(at: now)
      #expect(owners.knows(open))
      #expect(owners.knows(old) == (Duration.seconds(second) < FlowOwners.memory))
    }
    #expect(owners.count == 1)
  }

  @Test func noMoreAreRememberedThanTheLimit() {
    var owners = FlowOwners()
    for i in 0..<FlowOwners.capacity + 100 {
      owners.note(
        connection(Self.here, 1, UInt128(i), 443), of: client, at: Self.start)
    }
    #expect(owners.count == FlowOwners.capacity)
    // Those that are known stay up to date.
    owners.note(connection(Self.here, 1, 0, 443), of: server, at: Self.start)
    #expect(owners.sender(of: flow(Self.here, 1, 0, 443)) == server)
  }
}
