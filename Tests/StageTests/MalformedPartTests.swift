import Bytes
import Support
import Testing
import Transport
import Wire

@testable import Stage

/// What the sink cannot read ends the run: records would be missing unseen.
@Suite(.tags(.process), .serialized) struct MalformedPartTests {
  /// A part with the head of a record that is longer than the part.
  private func part(round: UInt64) -> [UInt8] {
    var builder = PartBuilder(capacity: 256)
    builder.begin(
      PartHeader(
        MessageHeader(.records, source: 1, epoch: 1),
        name: PartName(epoch: 1, round: round, index: 0, count: 1)))
    builder.countItem(packet: 1)
    builder.buffer.append(littleEndian: 4000 as UInt32)
    for _ in 4..<RecordItem.headSize { builder.buffer.append(0 as UInt8) }
    builder.finish(name: PartName(epoch: 1, round: round, index: 0, count: 1))
    return [UInt8](copying: builder.buffer.bytes)
  }

  /// One is malformed, one of a round that cannot be open.
  @Test(arguments: [1 as UInt64, 1000]) func endsTheRun(_ round: UInt64) throws {
    let place = try ScratchDirectory()
    let context = try SocketContext()
    var link = try CaptureLink(
      binding: "ipc://\(place.path)/line", tap: "ipc://\(place.path)/tap", plan: RunPlan(),
      among: Captures(), epoch: 1, parent: nil, in: context)
    let sink = try Program(
      "merc-sink", ["--connect", link.endpoint, "--bind", "ipc://\(place.path)/data"])
    let parser = try Socket(.dealer, queue: 10, in: context)
    try parser.connect("ipc://\(place.path)/data")
    var hello = Buffer(capacity: 256)
    MessageHeader(.hello).write(to: &hello)
    Hello(stage: .parse, pid: 1, window: 1000, name: "parse-1").write(to: &hello)
    _ = parser.send(hello.bytes)
    let bytes = part(round: round)
    _ = parser.send(bytes.span)
    for _ in 0..<500 where !link.hasFailed { try link.serve(milliseconds: 10) }
    #expect(link.isCalledOff && link.hasFailed)
    link.dismissAll(failed: true)
    let result = sink.wait(seconds: 5)
    #expect(result.status == 70)
    #expect(result.errors.contains("merc-sink: round \(round) cannot be taken"))
    #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
  }
}
