import Bytes
import Wire

/// Publishes what flows through a stage to its subscribers; without one it costs nothing.
///
/// A slow subscriber never slows the pipeline: when a subscriber's queue is full the message is not sent, and
/// before the next one that is, every subscriber gets a `gap` message with the count of what was missed.
/// The last message is `bye`: nothing follows, because the process has ended in order.
package struct Tap: ~Copyable {
  package let socket: Socket
  private var subscriptions: [[UInt8]: Int] = [:]
  private var missed: UInt64 = 0
  private var frame = Frame()
  private var notice = Buffer(capacity: 64)

  /// How many messages wait for a slow listener before it misses some.
  static let queue = 32

  /// Binds the endpoint that subscribers connect to.
  ///
  /// - Throws: `TransportFailure` if it cannot be bound.
  package init(binding endpoint: String, in context: SocketContext) throws(TransportFailure) {
    let socket = try Socket(.publisher, queue: Self.queue, in: context)
    try socket.bind(endpoint)
    self.socket = socket
  }

  deinit {
    guard wants(.bye) else { return }
    var farewell = Buffer(capacity: 64)
    if missed > 0 {
      MessageHeader(.gap).write(to: &farewell)
      farewell.append(littleEndian: missed)
      _ = socket.send(farewell.bytes)
      farewell.removeAll()
    }
    MessageHeader(.bye).write(to: &farewell)
    _ = socket.send(farewell.bytes)
  }

  /// Takes note of subscriptions that came and went.
  package mutating func updateSubscriptions() {
    while socket.receive(into: &frame) {
      let bytes = frame.copied
      guard let first = bytes.first else { continue }
      let prefix = [UInt8](bytes.dropFirst())
      let count = subscriptions[prefix, default: 0] + (first == 1 ? 1 : -1)
      subscriptions[prefix] = count > 0 ? count : nil
    }
  }

  /// Whether messages of this kind have a subscriber.
  package func wants(_ kind: MessageHeader.Kind) -> Bool {
    if subscriptions.isEmpty { return false }
    let topic = Self.topic(kind)
    return subscriptions.keys.contains { $0.starts(with: topic) || topic.starts(with: $0) }
  }

  /// The first bytes of every message of a kind: what to subscribe to.
  package static func topic(_ kind: MessageHeader.Kind) -> [UInt8] {
    var buffer = Buffer(capacity: 16)
    MessageHeader(kind).write(to: &buffer)
    return [UInt8](copying: buffer.bytes.extracting(first: 6))
  }

  package mutating func publish(_ message: Span<UInt8>) {
    if missed > 0 {
      notice.removeAll()
      MessageHeader(.gap).write(to: &notice)
      notice.append(littleEndian: missed)
      guard socket.send(notice.bytes) == .sent else {
        missed += 1
        return
      }
      missed = 0
    }
    if socket.send(message) != .sent { missed += 1 }
  }
}
