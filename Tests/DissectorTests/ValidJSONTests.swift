import Foundation
import Support
import Testing
import Wire

/// No line that is not JSON, ever: whole captures through the steps of all processes.
@Suite(.tags(.unit)) struct ValidJSONTests {
  private static let everything: RecordOptions = [
    .metadata, .dnsJSON, .certsJSON, .nonselectedTCPData, .nonselectedUDPData,
    .quicTrialDecryption,
  ]

  /// Every packet of the goldens as it is, cut short at every length, and changed.
  @Test(.exhaustive, arguments: Golden.captures) func everyLineIsJSON(_ golden: Golden) throws {
    var random = SeededRandom("\(golden) changed")
    var capture = try ReadCapture(golden.capture)
    let packets = capture.packets
    capture.packets = []
    for packet in packets {
      var variants = [packet.bytes]
      packet.bytes.forEachDamage([], mutations: 50) { bytes, _ in variants.append(bytes) }
      for bytes in variants {
        // The times of some make every flow a new one.
        let time = packet.time &+ UInt64(random.below(3)) * 4_000_000_000_000
        capture.packets.append(CapturedPacket(time: time, bytes))
      }
    }
    for options in [Self.everything, []] {
      for reassembles in [false, true] {
        try check(GoldenRun(options, reassembles: reassembles).output(of: capture))
      }
    }
  }

  private func check(_ output: [UInt8]) throws {
    guard !output.isEmpty else { return }
    #expect(output.last == UInt8(ascii: "\n"))
    for line in output.dropLast().split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    {
      do { try StrictJSON.checkRecord(line) } catch {
        Issue.record("\(error): \(String(decoding: line, as: UTF8.self))")
      }
    }
  }

  /// What Foundation takes or not, and the strict reader must not.
  @Test(arguments: [
    "", "{", "{}}", "[]", "{} ", " {}", "{\"a\":1,}", "{,\"a\":1}", "{\"a\" :1}", "{\"a\":01}",
    "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":nan}", "{\"a\":inf}", "{\"a\":-}",
    "{\"a\":1e}", "{\"a\":\"\u{7f}\"}", "{\"a\":\"\t\"}", "{\"a\":\"é\"}", "{\"a\":\"\\x\"}",
    "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{a:1}", "{\"a\":[1 ]}",
    "{\"a\":tru}", "{\"a\":\"}",
  ]) func refuses(_ text: String) {
    #expect(throws: StrictJSON.Failure.self) { try StrictJSON.checkRecord(ArraySlice(text.utf8)) }
  }

  @Test(arguments: [
    "{}", "{\"a\":[{},[],-0.5e+3,0,1.000000,true,false,null,\"\\ud83d\\ude00\\n\\\"\"]}",
  ]) func takes(_ text: String) throws {
    try StrictJSON.checkRecord(ArraySlice(text.utf8))
  }
}
