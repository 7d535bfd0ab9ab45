import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import Transport

/// An endpoint of one test.
private func newEndpoint() -> String { "ipc:///tmp/merc-t\(UInt32.random(in: 0 ... .max))" }

/// Receives one message, waiting for it a while.
private func receive(_ socket: Socket, milliseconds: Int = 2000) -> [UInt8]? {
  var frame = Frame()
  guard poll([socket], milliseconds: milliseconds) != 0, socket.receive(into: &frame) else {
    return nil
  }
  return frame.copied
}

private func receiveFromPeer(_ socket: Socket, milliseconds: Int = 2000) -> (PeerID, [UInt8])? {
  var frame = Frame()
  guard poll([socket], milliseconds: milliseconds) != 0,
    let peer = socket.receiveFromPeer(into: &frame)
  else { return nil }
  return (peer, frame.copied)
}

@Suite(.tags(.unit), .serialized) struct SocketTests {
  /// Messages of all sizes go there and back; libzmq keeps small ones in place.
  @Test(arguments: ["ipc", "tcp"]) func allSizes(_ transport: String) throws {
    let context = try SocketContext()
    let router = try Socket(.router, queue: 100, in: context)
    try router.bind(transport == "ipc" ? newEndpoint() : "tcp://127.0.0.1:*")
    let dealer = try Socket(.dealer, queue: 100, in: context)
    try dealer.connect(router.boundEndpoint)
    var random = SeededRandom("sizes")
    for size in [0, 1, 29, 32, 33, 34, 255, 256, 8192, 1 << 20] {
      let message = random.bytes(size)
      #expect(dealer.send(message.span) == .sent)
      let (peer, got) = try #require(receiveFromPeer(router))
      #expect(got == message)
      #expect(router.send(got.span, to: peer) == .sent)
      #expect(receive(dealer) == message)
    }
  }

  @Test func aPeerThatLeftIsGone() throws {
    let context = try SocketContext()
    let router = try Socket(.router, queue: 100, in: context)
    try router.bind(newEndpoint())
    let message: [UInt8] = [1, 2, 3]
    var peer: PeerID?
    do {
      let dealer = try Socket(.dealer, queue: 100, in: context)
      try dealer.connect(router.boundEndpoint)
      #expect(dealer.send(message.span) == .sent)
      peer = receiveFromPeer(router)?.0
    }
    let known = try #require(peer)
    #expect(eventually(within: 2) { router.send(message.span, to: known) == .gone })
    #expect(router.send(message.span, to: PeerID(bytes: [9, 9, 9])) == .gone)
  }

  /// A full queue takes nothing more, and loses nothing of what it took.
  @Test func aFullQueueSaysSo() throws {
    let context = try SocketContext()
    let dealer = try Socket(.dealer, queue: 4, in: context)
    let endpoint = newEndpoint()
    try dealer.connect(endpoint)
    var sent: [[UInt8]] = []
    while sent.count < 100 {
      let message = [UInt8(sent.count)]
      let result = dealer.send(message.span)
      guard result == .sent else {
        #expect(result == .full)
        break
      }
      sent.append(message)
    }
    #expect((1...8).contains(sent.count))
    let router = try Socket(.router, queue: 100, in: context)
    try router.bind(endpoint)
    var got: [[UInt8]] = []
    while got.count < sent.count, let (_, message) = receiveFromPeer(router) { got.append(message) }
    #expect(got == sent)
  }

  @Test func keys() throws {
    let keys = try CurveKeys.generate()
    #expect(CurveKeys(parsing: keys.text)?.text == keys.text)
    #expect(CurveKeys(parsing: "short\nlines\n") == nil)
    let server = try SocketContext(keys: keys)
    let router = try Socket(.router, queue: 100, in: server)
    try router.bind("tcp://127.0.0.1:*")
    let message: [UInt8] = [1, 2, 3]
    for (client, isLetIn) in [
      (try SocketContext(), false), (try SocketContext(keys: try CurveKeys.generate()), false),
      (try SocketContext(keys: keys), true),
    ] {
      let dealer = try Socket(.dealer, queue: 100, in: client)
      try dealer.connect(router.boundEndpoint)
      _ = dealer.send(message.span)
      let got = receiveFromPeer(router, milliseconds: isLetIn ? 3000 : 400)
      #expect((got?.1 == message) == isLetIn)
      if let (peer, _) = got {
        #expect(router.send(message.span, to: peer) == .sent)
        #expect(receive(dealer) == message)
      }
    }
  }

  @Test func pollTellsWhoHasSomething() throws {
    let context = try SocketContext()
    var routers: [Socket] = []
    var dealers: [Socket] = []
    for _ in 0..<3 {
      let router = try Socket(.router, queue: 100, in: context)
      try router.bind(newEndpoint())
      let dealer = try Socket(.dealer, queue: 100, in: context)
      try dealer.connect(router.boundEndpoint)
      routers.append(router)
      dealers.append(dealer)
    }
    #expect(poll(routers, milliseconds: 10) == 0)
    let message: [UInt8] = [7]
    _ = dealers[1].send(message.span)
    #expect(poll(routers, milliseconds: 2000) == 0b010)
    let pipe = Pipe()
    try pipe.fileHandleForWriting.write(contentsOf: Data([1]))
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    #expect(poll([routers[0]], descriptors: [descriptor], milliseconds: 100) == 0b10)
  }

  /// Endpoints in the file system are gone with their sockets.
  @Test func leavesNoFile() throws {
    let endpoint = newEndpoint()
    let path = String(endpoint.dropFirst("ipc://".count))
    do {
      let router = try Socket(.router, queue: 100, in: try SocketContext())
      try router.bind(endpoint)
      #expect(FileManager.default.fileExists(atPath: path))
    }
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(throws: TransportFailure.self) {
      try Socket(.router, queue: 1, in: try SocketContext()).bind("ipc:///nonexistent/x")
    }
  }
}
