import Bytes
import Transport
import Wire

/// Where an analyzer or the sink receives parts: bound, and open to every worker of the stage before.
package final class Inlet {
  package let socket: Socket
  private let me: Hello
  private var peers: Set<PeerID> = []
  private var isRetired = false
  /// A part by a plan that capture has not told of yet, which waits in `aside` for that.
  private var early: (peer: PeerID, part: PartHeader, since: ContinuousClock.Instant)?
  private var aside = Frame()

  /// Capture tells of a plan before it uses it: a part that has waited this long names none.
  private static let patience = Duration.seconds(5)
  private var message = MessageBuffer()

  /// Binds the endpoint that the stage before connects to; the hello then names it.
  ///
  /// - Throws: `TransportFailure` if it cannot be bound.
  package init(binding endpoint: String, as me: Hello, in context: SocketContext)
    throws(TransportFailure)
  {
    let socket = try Socket(.router, queue: 1000, in: context)
    try socket.bind(endpoint)
    self.socket = socket
    var me = me
    me.data = socket.boundEndpoint
    self.me = me
  }

  package var endpoint: String { socket.boundEndpoint }

  /// Whether all peers that ever came have sent `bye`.
  package var isDeserted: Bool { peers.isEmpty }

  /// Whether nothing is received, because a part waits for its plan.
  package var awaitsPlan: Bool { early != nil }

  /// The next part, if one is there, left in `frame`; everything else is answered here.
  ///
  /// A part by a plan that is newer than `plans` waits, and all others behind it.
  package func receive(into frame: inout Frame, by plans: PlansInForce)
    -> (peer: PeerID, part: PartHeader)?
  {
    if let (peer, part, since) = early {
      guard plans.covers(part.plan) || .now - since > Self.patience else { return nil }
      early = nil
      if plans.covers(part.plan) {
        swap(&frame, &aside)
        return (peer, part)
      }
      refuse(peer, .malformed)
    }
    while let peer = socket.receiveFromPeer(into: &frame) {
      var input = Reader(frame.bytes)
      var whole = input
      do throws(MessageHeader.Refusal) {
        let header = try MessageHeader(&input)
        switch header.kind {
        case .hello:
          peers.insert(peer)
          post(MessageHeader(.hello), to: peer) { [me] in me.write(to: &$0) }
          if isRetired { post(MessageHeader(.bye), to: peer) }
        case .records, .analyzed, .ordered:
          guard peers.contains(peer) else {
            post(MessageHeader(.stranger), to: peer)
            break
          }
          let part = try PartHeader(&whole)
          if plans.covers(part.plan) { return (peer, part) }
          early = (peer, part, .now)
          swap(&frame, &aside)
          return nil
        case .bye: peers.remove(peer)
        default: if !peers.contains(peer) { post(MessageHeader(.stranger), to: peer) }
        }
      } catch {
        refuse(peer, error)
      }
    }
    return nil
  }

  private func refuse(_ peer: PeerID, _ refusal: MessageHeader.Refusal) {
    post(MessageHeader(.refused), to: peer) { [me] in
      $0.append(shortText: refusal.sentence(to: me.name))
    }
  }

  /// Acknowledges a worker's part.
  package func acknowledge(
    _ ack: Acknowledgement, flags: MessageHeader.Flags = [], to peer: PeerID
  ) {
    post(MessageHeader(.ack, flags: flags, epoch: ack.name.epoch), to: peer) { ack.write(to: &$0) }
  }

  /// Tells all peers that nothing new can be taken; repeated, it finds out which have died.
  package func retire() {
    isRetired = true
    for peer in peers { post(MessageHeader(.bye), to: peer) }
  }

  private func post(
    _ header: MessageHeader, to peer: PeerID, _ body: (inout Buffer) -> Void = { _ in }
  ) {
    message.write(header, body)
    if message.send(over: socket, to: peer) == .gone { peers.remove(peer) }
  }
}
