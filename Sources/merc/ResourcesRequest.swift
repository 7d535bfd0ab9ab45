import Stage
import Transport
import Wire

/// Asks a running pipeline to put another resource archive in force.
struct ResourcesRequest: ~Copyable {
  private var control: ControlLink

  /// The process that runs the pipeline, where that is known.
  private let pid: Int32?

  init(at endpoint: String, of pid: Int32? = nil, in context: SocketContext) throws(StageFailure) {
    self.pid = pid
    do throws(TransportFailure) {
      control = try ControlLink(
        connecting: endpoint,
        as: Hello(
          stage: .observer, pid: Host.processID, window: 0, name: "merc resources load"),
        parent: nil, in: context)
    } catch {
      throw StageFailure("merc resources load: \(error)")
    }
  }

  /// Waits until every analyzer has loaded the archive at `path` and it is in force.
  consuming func load(_ path: String) throws(StageFailure) -> ResourcesNotice {
    var frame = Frame()
    defer { control.send(MessageHeader(.bye)) }
    while Interruption.signalled == nil {
      if let pid, !Host.isAlive(pid) {
        throw StageFailure("the pipeline ended before the archive was in force", status: 69)
      }
      guard control.socket.receive(into: &frame) else {
        if poll([control.socket], milliseconds: 50) == 0 { try control.wait(.milliseconds(50)) }
        continue
      }
      switch try control.take(frame.bytes) {
      case .welcome:
        var request = ResourcesNotice(.load)
        request.path = path
        control.send(MessageHeader(.resources)) { request.write(to: &$0) }
      case .resources(let notice) where notice.word == .inForce: return notice
      case .resources(let notice) where notice.word == .failed:
        throw StageFailure(notice.failure)
      case .bye:
        throw StageFailure("the pipeline ended before the archive was in force", status: 69)
      case .nothing, .roster, .part, .forget, .resources, .plan: break
      }
    }
    throw StageFailure("", status: 128 + (Interruption.signalled ?? 0))
  }
}
