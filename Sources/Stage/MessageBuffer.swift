import Bytes
import Transport
import Wire

/// The message that a process sends next, a header and a body, in memory that is used again.
struct MessageBuffer: ~Copyable {
  private var message = Buffer(capacity: 256)

  /// Replaces the message.
  mutating func write(_ header: MessageHeader, _ body: (inout Buffer) -> Void = { _ in }) {
    message.removeAll()
    header.write(to: &message)
    body(&message)
  }

  /// Sends it, to one peer of a router.
  @discardableResult
  func send(over socket: Socket, to peer: PeerID? = nil) -> Socket.Sent {
    guard let peer else { return socket.send(message.bytes) }
    return socket.send(message.bytes, to: peer)
  }
}

extension Tap {
  /// Publishes what a process has counted, if a subscriber wants to know.
  package mutating func publish(_ report: LedgerReport, source: UInt32 = 0, epoch: UInt32 = 0) {
    guard wants(.ledger) else { return }
    var message = Buffer(capacity: 1024)
    MessageHeader(.ledger, source: source, epoch: epoch).write(to: &message)
    report.write(to: &message)
    publish(message.bytes)
  }
}
