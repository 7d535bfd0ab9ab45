import Bytes
import Foundation
import Support
import Testing
import Transport
import Wire

@testable import Stage

/// A hello of another wire version.
private func hello() -> [UInt8] {
  var buffer = Buffer(capacity: 256)
  MessageHeader(.hello).write(to: &buffer)
  Hello(stage: .parse, pid: 1, window: 1000, name: "parse-1").write(to: &buffer)
  var bytes = [UInt8](copying: buffer.bytes)
  bytes[4] = 9
  return bytes
}

/// Processes of different releases send each other away, and both say why.
@Suite(.tags(.unit), .serialized) struct VersionTests {
  /// The text of a refusal.
  private func refusal(_ bytes: [UInt8]) throws -> String? {
    var input = Reader(bytes.span)
    let header = try MessageHeader(&input)
    return header.kind == .refused ? try input.shortText() : nil
  }

  private func answer(_ dealer: Socket, _ serve: () throws -> Void) throws -> [UInt8]? {
    var frame = Frame()
    for _ in 0..<200 {
      try serve()
      if poll([dealer], milliseconds: 10) != 0, dealer.receive(into: &frame) { return frame.copied }
    }
    return nil
  }

  @Test func captureRefuses() throws {
    let place = try ScratchDirectory()
    let context = try SocketContext()
    var link = try CaptureLink(
      binding: "ipc://\(place.path)/line", tap: "ipc://\(place.path)/tap", plan: RunPlan(),
      among: Captures(), epoch: 1, parent: nil, in: context)
    let dealer = try Socket(.dealer, queue: 10, in: context)
    try dealer.connect(link.endpoint)
    _ = dealer.send(hello().span)
    let got = try #require(try answer(dealer) { try link.serve(milliseconds: 0) })
    let text = try #require(try refusal(got))
    #expect(
      text.contains(
        "merc-capture speaks wire version \(MessageHeader.version), this process version 9"))
    #expect(link.parsers == 0)
  }

  @Test func inletRefuses() throws {
    let place = try ScratchDirectory()
    let context = try SocketContext()
    let inlet = try Inlet(
      binding: "ipc://\(place.path)/data",
      as: Hello(stage: .sink, pid: 1, window: 1000, name: "sink-1"), in: context)
    let dealer = try Socket(.dealer, queue: 10, in: context)
    try dealer.connect(inlet.endpoint)
    _ = dealer.send(hello().span)
    var frame = Frame()
    let got = try #require(
      try answer(dealer) { _ = inlet.receive(into: &frame, by: PlansInForce([RunPlan()])) })
    let text = try #require(try refusal(got))
    #expect(
      text.contains("sink-1 speaks wire version \(MessageHeader.version), this process version 9"))
    #expect(inlet.isDeserted)
  }
}

/// The programs at a capture of another version.
@Suite(.tags(.process), .serialized) struct VersionProcessTests {
  @Test(arguments: ["merc-parse", "merc-sink", "merc-analyze"])
  func workersLeave(_ name: String) throws {
    let place = try ScratchDirectory()
    let router = try Socket(.router, queue: 10, in: try SocketContext())
    try router.bind("ipc://\(place.path)/line")
    let archive = try name == "merc-analyze" ? TestArchive.usual.get().arguments.suffix(2) : []
    let program = try Program(name, ["--connect", router.boundEndpoint] + archive)
    var frame = Frame()
    #expect(poll([router], milliseconds: 5000) != 0)
    let received = router.receiveFromPeer(into: &frame)
    let peer = try #require(received)
    let answer = hello()
    #expect(router.send(answer.span, to: peer) == .sent)
    let result = program.wait(seconds: 5)
    #expect(result.status == 76)
    #expect(
      result.errors.contains("speaks wire version \(MessageHeader.version), merc-capture at"),
      "\(result.errors)")
    #expect(result.errors.contains("version 9"))
    #expect(result.errors.split(separator: "\n").count == 1)
  }
}
