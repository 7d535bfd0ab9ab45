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
  private var gap = MessageBuffer()
  private var report = MessageBuffer()

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
    var farewell = MessageBuffer()
    if missed > 0 {
      farewell.write(MessageHeader(.gap)) { $0.append(littleEndian: missed) }
      farewell.send(over: socket)
    }
    farewell.write(MessageHeader(.bye))
    farewell.send(over: socket)
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
    guard tellOfGap() else { return }
    if socket.send(message) != .sent { missed += 1 }
  }

  /// Publishes what a process has counted, if a subscriber wants to know.
  package mutating func publish(_ counted: LedgerReport, source: UInt32 = 0, epoch: UInt32 = 0) {
    guard wants(.ledger), tellOfGap() else { return }
    report.write(MessageHeader(.ledger, source: source, epoch: epoch)) { counted.write(to: &$0) }
    if report.send(over: socket) != .sent { missed += 1 }
  }

  /// Publishes how much was missed; false if that, and so the next message, is missed too.
  private mutating func tellOfGap() -> Bool {
    guard missed > 0 else { return true }
    gap.write(MessageHeader(.gap)) { [missed] in $0.append(littleEndian: missed) }
    guard gap.send(over: socket) == .sent else {
      missed += 1
      return false
    }
    missed = 0
    return true
  }
}
