import CMallocCount
import Dissectors
import Packets
import Parse
import Support
import Testing
import Wire

/// Reading any packet of any golden allocates nothing once its like has been seen, but for QUIC,
/// whose decryption allocates in the library that does it.
@Suite(.tags(.unit), .serialized) struct GoldenAllocationTests {
  init() { forget_errors() }

  @Test(arguments: Golden.captures.filter { $0.group != "quic" })
  func readingAllocatesNothing(_ golden: Golden) throws {
    let capture = try ReadCapture(golden.capture)
    var step = PacketParser(.all, options: Golden.everything)
    for (number, packet) in capture.packets.enumerated() {
      let first = step.parse(packet: packet.bytes.span, linkType: capture.linkType)
      // Other tests run beside this one: what reading allocates is there in every pass.
      var fewest = UInt64.max
      for _ in 0..<5 {
        let before = malloc_calls()
        let again = step.parse(packet: packet.bytes.span, linkType: capture.linkType)
        fewest = min(fewest, malloc_calls() - before)
        #expect(again == first)
      }
      #expect(fewest == 0, "\(golden), packet \(number + 1)")
    }
  }
}
