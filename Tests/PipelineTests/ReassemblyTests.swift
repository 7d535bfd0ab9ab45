import Foundation
import Support
import Testing

extension PipelineTests {
  /// Messages that begin in one round and end in another come out whole, whoever reads them.
  @Suite(.tags(.process)) struct Reassembly {
    private static let (waves, hosts) = (16, 20)

    /// The first and the second half of messages, from a thousand hosts.
    private static func halves() throws -> [(first: [UInt8], second: [UInt8])] {
      let places = [("tls", 1, 3), ("quic", 0, 1), ("dtls", 0, 1), ("ssh", 0, 1)]
      return try places.map { group, first, second in
        let capture = try ReadCapture("\(Project.path)/Tests/Golden/\(group)/spread.pcap")
        return (capture.packets[first].bytes, capture.packets[second].bytes)
      }
    }

    /// A capture with 300 KB of other packets between the halves of its messages, so that these
    /// are in different rounds; and what is to come of it.
    private static let made = Result {
      var packets: [CapturedPacket] = []
      func add(_ bytes: [UInt8], host: Int? = nil) {
        var bytes = bytes
        if let host {
          bytes[28] = UInt8(truncatingIfNeeded: host >> 8)
          bytes[29] = UInt8(truncatingIfNeeded: host)
        }
        let time = 1_700_000_000_000_000_000 + UInt64(packets.count) * 100_000
        packets.append(CapturedPacket(time: time, bytes))
      }
      let messages = try halves()
      for wave in 0..<waves {
        for isSecond in [false, true] {
          for host in 0..<hosts {
            for half in messages {
              add(isSecond ? half.second : half.first, host: wave * 1000 + host)
            }
          }
          for _ in 0..<3 { for packet in Sample.packets { add(packet.bytes) } }
        }
      }
      let file = try ScratchFile(CaptureFile.pcap(packets), named: "spread.pcap")
      file.removeAtExit()
      let outcome = try InProcess.run(file.path, reassembles: true)
      return (file: file, output: outcome.output, packets: packets.count)
    }

    private static let messages = waves * hosts * 4

    private func count(_ output: Data) -> Int {
      String(decoding: output, as: UTF8.self)
        .components(separatedBy: "\"reassembled\":true").count - 1
    }

    @Test(arguments: [
      ["--parsers", "1"], ["--parsers", "2"], ["--parsers", "4"], ["--parsers", "2", "--no-gate"],
    ])
    func whoeverTakesPart(_ arguments: [String]) throws {
      let made = try Self.made.get()
      #expect(count(made.output) >= Self.messages)
      let place = try Scene()
      let result = try place.run(["-r", made.file.path, "--reassembly", "-v"] + arguments)
      #expect(result.status == 0)
      #expect(result.output == made.output)
      #expect(result.isExact)
      #expect(result.ledger("packets") == made.packets)
      #expect(place.isLeftClean())
    }

    @Test func inOneProcess() throws {
      let made = try Self.made.get()
      for (parsers, round) in [(1, 7), (2, 100), (4, 31)] {
        let outcome = try InProcess.run(
          made.file.path, parsers: parsers, reassembles: true, round: round)
        #expect(outcome.output == made.output)
      }
    }

    /// A successor is shown what the dead one had begun.
    @Test(arguments: ["1", "2", "4"]) func killsChangeNothing(_ parsers: String) throws {
      let made = try Self.made.get()
      try KilledRun.each(
        ["-r", made.file.path, "--reassembly", "--parsers", parsers], killing: ["merc-parse"], 8,
        pause: 20...200, "kills of reassembly \(parsers)"
      ) { run in
        #expect(count(run.result.output) == count(made.output))
        #expect(run.result.output == made.output)
      }
    }
  }
}
