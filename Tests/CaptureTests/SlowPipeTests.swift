import Foundation
import Support
import Testing

@testable import Capture

/// A named pipe that gets the next piece whenever its reader has nothing to read, and then ends.
private final class SlowPipe {
  let path = NSTemporaryDirectory() + "merc-pipe-\(UUID().uuidString)"
  private var pieces: ArraySlice<[UInt8]>
  /// Closed once there is nothing more to write, unless the writer is to stay.
  private var writer: FileHandle?
  private let stays: Bool
  /// How often the reader has had nothing to read.
  private(set) var pauses = 0

  init(_ pieces: [[UInt8]] = [], stays: Bool = false) throws {
    self.pieces = pieces[...]
    self.stays = stays
    guard unsafe mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
    writer = FileHandle(forUpdatingAtPath: path)
  }

  deinit { _ = unsafe unlink(path) }

  private func next() {
    pauses += 1
    if let piece = pieces.popFirst() {
      try? writer?.write(contentsOf: Data(piece))
    } else if !stays {
      try? writer?.close()
      writer = nil
    }
  }

  /// Reads the pipe until it ends or `goesOn` says that it is enough.
  func reading(while goesOn: @escaping () -> Bool = { true }) -> Reading {
    Reading(path: path) {
      self.next()
      return goesOn()
    }
  }
}

@Suite(.tags(.unit)) struct SlowPipeTests {
  @Test(arguments: Kind.all) func servesWhileItWaits(_ kind: Kind) throws {
    let pieces = stride(from: 0, to: kind.bytes.count, by: 90).map {
      Array(kind.bytes[$0..<min($0 + 90, kind.bytes.count)])
    }
    let pipe = try SlowPipe(pieces)
    let reading = pipe.reading()
    #expect(reading.packets == packets)
    #expect(reading.failure == nil)
    #expect(pipe.pauses == pieces.count + 1)
  }

  @Test func clearsSnapshotLengthsHoweverCut() throws {
    let packet = CapturedPacket([UInt8](repeating: 7, count: 40))
    for order in CaptureFile.Order.allCases {
      let files = [UInt32(9), 0].map { length in
        [
          CaptureFile.pcap([packet], order: order, snapshotLength: length),
          CaptureFile.pcapng(
            [packet], linkTypes: [1, 1], order: order, snapshotLengths: [length, length]),
        ]
      }
      for (file, cleared) in zip(files[0], files[1]) {
        var headers = CaptureHeaders()
        let read = file.map {
          var byte = [$0]
          var piece = byte.mutableSpan
          headers.look(at: &piece)
          return byte[0]
        }
        #expect(read == cleared && read != file)
      }
    }
  }

  @Test func stopsWhenAsked() throws {
    // The third packet never comes to an end.
    let pipe = try SlowPipe([Array(CaptureFile.pcap(packets).dropLast())], stays: true)
    let reading = pipe.reading { pipe.pauses < 5 }
    #expect(reading.packets == Array(packets.prefix(2)))
    #expect(reading.failure == nil)
  }

  @Test func stopsBeforeAnythingCame() throws {
    let reading = try SlowPipe().reading { false }
    #expect(reading.packets.isEmpty)
    #expect(reading.failure == "stopped before it began")
  }
}
