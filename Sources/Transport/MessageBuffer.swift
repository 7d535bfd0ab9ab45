import Bytes
import Wire

/// The message that a process sends next, a header and a body, in memory that is used again.
package struct MessageBuffer: ~Copyable {
  private var message = Buffer(capacity: 256)

  package init() {}

  /// Replaces the message.
  package mutating func write(_ header: MessageHeader, _ body: (inout Buffer) -> Void = { _ in }) {
    message.removeAll()
    header.write(to: &message)
    body(&message)
  }

  /// Sends it, to one peer of a router.
  @discardableResult
  package func send(over socket: Socket, to peer: PeerID? = nil) -> Socket.Sent {
    guard let peer else { return socket.send(message.bytes) }
    return socket.send(message.bytes, to: peer)
  }
}
