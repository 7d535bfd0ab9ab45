import Foundation
import Stage
import Transport

/// A link between two threads: parts one way, an acknowledgement for each the other way.
enum Link {
  /// How many parts are on their way at most, as with the real stages' credits.
  private static let window = 8
  private static let copies = 4

  static let endpoints = [
    ("ipc://", Endpoint(path: NSTemporaryDirectory() + "merc-bench-\(getpid())").text),
    ("tcp://", "tcp://127.0.0.1:*"),
  ]

  static func measure(
    _ scheme: String, over endpoint: String, _ parts: [[UInt8]], _ table: inout Table
  ) throws {
    let context = try SocketContext()
    let router = try Socket(.router, queue: 1000, in: context)
    try router.bind(endpoint)
    let endpoint = router.boundEndpoint
    let sender = Thread {
      do { try send(parts, to: endpoint) } catch { print(error) }
    }
    var frame = Frame()
    var (left, size) = (parts.count * copies, 0)
    sender.start()
    while poll([router], milliseconds: 1000) == 0 {}
    let start = ContinuousClock.now
    while left > 0 {
      guard let peer = router.receiveFromPeer(into: &frame) else {
        _ = poll([router], milliseconds: 100)
        continue
      }
      size += frame.bytes.count
      left -= 1
      let answer: [UInt8] = [1]
      _ = router.send(answer.span, to: peer)
    }
    let time = ContinuousClock.now - start
    table.note("link, \(scheme)", time, per: parts.count * copies, of: nil, bytes: size)
  }

  private static func send(_ parts: [[UInt8]], to endpoint: String) throws {
    let socket = try Socket(.dealer, queue: 1000, in: SocketContext())
    try socket.connect(endpoint)
    var frame = Frame()
    var under = 0
    for _ in 0..<copies {
      for i in parts.indices {
        while under >= window { receive(from: socket, &frame, &under) }
        let part = parts[i]
        if socket.send(part.span) == .sent { under += 1 }
      }
    }
    while under > 0 { receive(from: socket, &frame, &under) }
  }

  private static func receive(from socket: Socket, _ frame: inout Frame, _ under: inout Int) {
    if socket.receive(into: &frame) { under -= 1 } else { _ = poll([socket], milliseconds: 100) }
  }
}
