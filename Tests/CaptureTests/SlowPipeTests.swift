import Capture
import Foundation
import Support
import Testing

/// A named pipe, filled from a thread of its own piece by piece.
final class SlowPipe: Sendable {
  let path = NSTemporaryDirectory() + "merc-pipe-\(UUID().uuidString)"

  init() throws {
    guard unsafe mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  deinit { _ = unsafe unlink(path) }

  func write(_ pieces: [[UInt8]], every pause: Double) {
    let path = path
    Thread.detachNewThread {
      guard let pipe = FileHandle(forWritingAtPath: path) else { return }
      for piece in pieces {
        Thread.sleep(forTimeInterval: pause)
        try? pipe.write(contentsOf: Data(piece))
      }
      try? pipe.close()
    }
  }
}

@Suite(.tags(.unit)) struct SlowPipeTests {
  private final class Counter { var count = 0 }

  @Test(arguments: Kind.all) func servesWhileItWaits(_ kind: Kind) throws {
    let pipe = try SlowPipe()
    let pieces = stride(from: 0, to: kind.bytes.count, by: 30).map {
      Array(kind.bytes[$0..<min($0 + 30, kind.bytes.count)])
    }
    pipe.write(pieces, every: 0.05)
    let idle = Counter()
    let reading = Reading(path: pipe.path) {
      idle.count += 1
      return true
    }
    #expect(reading.packets == packets)
    #expect(reading.failure == nil)
    #expect(idle.count >= pieces.count)
  }

  @Test func clearsSnapshotLengthsHoweverCut() throws {
    let packet = CapturedPacket([UInt8](repeating: 7, count: 40))
    for order in CaptureFile.Order.allCases {
      for file in [
        CaptureFile.pcap([packet], order: order, snapshotLength: 9),
        CaptureFile.pcapng([packet], linkTypes: [1, 1], order: order, snapshotLengths: [9, 8]),
      ] {
        let pipe = try SlowPipe()
        pipe.write(file.map { [$0] }, every: 0.0005)
        #expect(Reading(path: pipe.path).packets == [packet])
      }
    }
  }

  @Test func stopsWhenAsked() throws {
    let pipe = try SlowPipe()
    let file = CaptureFile.pcap(packets)
    // The third packet never comes to an end.
    pipe.write([Array(file.dropLast()), []], every: 0.1)
    let hold = FileHandle(forUpdatingAtPath: pipe.path)
    let idle = Counter()
    let reading = Reading(path: pipe.path) {
      idle.count += 1
      return idle.count < 50
    }
    #expect(reading.packets == Array(packets.prefix(2)))
    #expect(reading.failure == nil)
    try hold?.close()
  }

  @Test func stopsBeforeAnythingCame() throws {
    let pipe = try SlowPipe()
    let reading = Reading(path: pipe.path) { false }
    #expect(reading.packets.isEmpty)
    #expect(reading.failure == "stopped before it began")
  }
}
