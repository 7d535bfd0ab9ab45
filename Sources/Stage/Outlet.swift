import Bytes
import Transport
import Wire

/// A process's downstream end: connections to the processes that take its results, as the roster names them.
package struct Outlet: ~Copyable {
  private let me: Hello
  private let context: SocketContext
  private var connections: [String: Socket] = [:]
  private var outbox = Outbox<String>(.byCredit)
  private var frame = Frame()
  private var message = MessageBuffer()
  private var pings = Timetable(every: .seconds(1))

  /// Results that the next stage has acknowledged, to be acknowledged upstream.
  package private(set) var acknowledged: [PartName] = []

  package init(as me: Hello, in context: SocketContext) {
    self.me = me
    self.context = context
  }

  package var sockets: [Socket] { Array(connections.values) }

  /// Connects to new processes of the next stage and lets go of those that have left.
  ///
  /// - Throws: `StageFailure` if ZeroMQ does not take an endpoint.
  package mutating func follow(_ roster: Roster) throws(StageFailure) {
    let next: StageKind = me.stage == .parse && roster.isAnalyzed ? .analyze : .sink
    try follow(roster.members.filter { $0.stage == next && !$0.data.isEmpty })
  }

  /// Connects to new processes and lets go of those that have left.
  ///
  /// - Throws: `StageFailure` if ZeroMQ does not take an endpoint.
  package mutating func follow(_ members: [Hello]) throws(StageFailure) {
    for member in members where connections[member.place] == nil {
      do throws(TransportFailure) {
        let socket = try Socket(.dealer, queue: 1000, in: context)
        try socket.connect(member.data)
        connections[member.place] = socket
        message.write(MessageHeader(.hello)) { [me] in me.write(to: &$0) }
        message.send(over: socket)
      } catch {
        throw StageFailure(error.description)
      }
    }
    for place in Array(connections.keys) where !members.contains(where: { $0.place == place }) {
      connections.removeValue(forKey: place)?.dropUnsent()
      outbox.leave(place)
    }
  }

  package mutating func blank() -> HeldPart { outbox.blank() }

  package mutating func submit(_ part: HeldPart, name: PartName) {
    outbox.submit(part, name: name)
  }

  /// Nothing is on its way any more.
  package var isDrained: Bool { outbox.isEmpty }

  /// How many bytes of parts are not acknowledged.
  package var heldBytes: Int { outbox.heldBytes }

  /// Whether a process that takes parts has said hello.
  package var hasTakers: Bool { !outbox.active.isEmpty }

  /// Whether a process has said that it takes no more.
  package private(set) var hasBeenLeft = false

  /// Reads acknowledgements and sends what credit allows.
  ///
  /// - Throws: `StageFailure` if a process of the next stage refuses this one, or speaks another wire
  ///   version.
  package mutating func serve() throws(StageFailure) {
    acknowledged.removeAll(keepingCapacity: true)
    if pings.isDue() { ping() }
    for (name, socket) in connections {
      while socket.receive(into: &frame) { try take(from: name, socket) }
    }
    // A connection that reconnects by itself is never gone; the roster says which processes are.
    _ = outbox.pump { [connections] name, bytes in connections[name]?.send(bytes) ?? .gone }
  }

  /// Asks all peers whether they still know this process: a connection may have been lost and made again.
  private mutating func ping() {
    message.write(MessageHeader(.ping))
    for socket in connections.values { message.send(over: socket) }
  }

  private mutating func take(from name: String, _ socket: Socket) throws(StageFailure) {
    var input = Reader(frame.bytes)
    guard let header = try? MessageHeader(&input) else {
      throw StageFailure("\(name) speaks another wire version than this process", status: 76)
    }
    switch header.kind {
    case .hello:
      guard let hello = try? Hello(&input) else { return }
      outbox.join(name, window: Int(clamping: hello.window), keepsState: hello.keepsState)
    case .ack:
      guard let ack = try? Acknowledgement(&input, epoch: header.epoch) else { return }
      if outbox.acknowledge(ack, kind: header.flags, by: name) { acknowledged.append(ack.name) }
      if outbox.isDone(name) { farewell(socket) }
    case .stranger:
      // The connection was lost, and what was on its way with it.
      outbox.leave(name, diedOfWork: false)
      message.write(MessageHeader(.hello)) { [me] in me.write(to: &$0) }
      message.send(over: socket)
    case .bye:
      outbox.retire(name)
      hasBeenLeft = true
      if outbox.isDone(name) { farewell(socket) }
    case .refused:
      throw StageFailure((try? input.shortText()) ?? "refused by \(name)", status: 76)
    default: break
    }
  }

  /// Sends `bye` to all peers.
  package mutating func close() {
    for socket in connections.values { farewell(socket) }
  }

  private mutating func farewell(_ socket: Socket) {
    message.write(MessageHeader(.bye))
    message.send(over: socket)
  }
}

extension Hello {
  /// Its name and its endpoint: names have process numbers in them, which two hosts may share.
  package var place: String { "\(name) at \(data)" }
}
