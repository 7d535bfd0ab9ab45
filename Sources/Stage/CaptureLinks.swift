import Bytes
import Transport
import Wire

/// A parser's links to the captures beside the first one, whose packets it parses too.
///
/// The first capture's roster names them. Each is told of its own packets' results and of
/// nothing else.
package struct CaptureLinks: ~Copyable {
  private let me: Hello
  private let parent: UInt32?
  private let context: SocketContext
  private var links: [Link] = []
  /// The link that is read first at the next turn.
  private var turn = 0
  private var isRetired = false

  /// A class, so that an array can hold it.
  private final class Link {
    let endpoint: String
    var control: ControlLink
    /// It has sent `bye`: nothing more comes.
    var isOver = false

    init(_ endpoint: String, _ control: consuming ControlLink) {
      self.endpoint = endpoint
      self.control = control
    }
  }

  init(as me: Hello, parent: UInt32?, in context: SocketContext) {
    self.me = me
    self.parent = parent
    self.context = context
  }

  package var sockets: [Socket] { links.filter { !$0.isOver }.map { $0.control.socket } }

  /// Whether all captures have sent `bye`.
  package var areOver: Bool { links.allSatisfy(\.isOver) }

  /// Connects to captures that are new and lets go of those that have left.
  ///
  /// - Throws: `StageFailure` if ZeroMQ does not take a capture's endpoint.
  package mutating func follow(_ roster: Roster, from endpoint: String) throws(StageFailure) {
    let captures = roster.members.filter { $0.stage == .capture }.dropFirst()
      .map { Endpoint($0.data).reachable(from: Endpoint(endpoint)).text }
    for link in links where !captures.contains(link.endpoint) { link.control.socket.dropUnsent() }
    links.removeAll { !captures.contains($0.endpoint) }
    for capture in captures
    where !isRetired && !links.contains(where: { $0.endpoint == capture }) {
      do throws(TransportFailure) {
        links.append(
          Link(capture, try ControlLink(connecting: capture, as: me, parent: parent, in: context)))
      } catch {
        throw StageFailure("\(me.name): \(error)")
      }
    }
  }

  /// What the next message of one of them says, left in `frame`; the links are read in turn.
  ///
  /// - Throws: `StageFailure` if a capture refuses this process or speaks another wire version, or `merc` has
  ///   gone.
  package mutating func hear(_ frame: inout Frame) throws(StageFailure) -> ControlLink.Event? {
    for _ in links.indices {
      turn = (turn + 1) % links.count
      let link = links[turn]
      guard !link.isOver, link.control.socket.receive(into: &frame) else { continue }
      let event = try link.control.take(frame.bytes)
      if case .bye = event { link.isOver = true }
      return event
    }
    return nil
  }

  /// Sends to the capture that this run is of; false when it is none of these.
  package func send(
    _ header: MessageHeader, aboutRun epoch: UInt32, _ body: (inout Buffer) -> Void
  ) -> Bool {
    guard let link = links.first(where: { $0.control.epoch == epoch }) else { return false }
    link.control.send(header, body)
    return true
  }

  /// Tells all of them that nothing new can be taken.
  mutating func retire() {
    isRetired = true
    for link in links { link.control.send(MessageHeader(.bye)) }
  }

  /// Notes that nothing came for as long as was waited.
  ///
  /// - Throws: `StageFailure` if a capture has been silent for 30 seconds, or `merc` has gone.
  package func wait(_ time: Duration) throws(StageFailure) {
    for link in links where !link.isOver { try link.control.wait(time) }
  }

}
