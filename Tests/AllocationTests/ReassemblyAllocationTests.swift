import CMallocCount
import Dissectors
import Packets
import Parse
import Streams
import Support
import Testing
import Wire

/// Putting messages together allocates nothing once as many have waited before.
@Suite(.tags(.unit), .serialized) struct ReassemblyAllocationTests {
  init() { forget_errors() }

  @Test(arguments: Golden.captures.filter { $0.name == "spread" && $0.group != "quic" })
  func joiningAllocatesNothing(_ golden: Golden) throws {
    let packets = try ReadCapture(golden.capture).packets
    var segments = ReassemblingParser(
      PacketParser(.all, options: golden.set.options, gathersPieces: true),
      options: golden.set.options, reassembler: Reassembler(slots: 1))
    var (records, second) = (0, UInt64(1_700_000_000))
    var fewest = UInt64.max
    for pass in 0..<8 {
      // Each pass has its own time, so that nothing waits from the one before.
      second += 100
      let before = malloc_calls()
      for i in packets.indices {
        let bytes = packets[i].bytes
        let outcome = segments.parse(
          bytes.span, linkType: .ethernet,
          arrival: ReassemblingParser.Arrival(slot: 0, second: second, round: 1), remembering: true)
        if case .record = outcome { records += 1 }
      }
      if pass > 0 { fewest = min(fewest, malloc_calls() - before) }
    }
    #expect(fewest == 0)
    #expect(records >= 16)
  }
}
