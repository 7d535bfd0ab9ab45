import CMallocCount
import Dissectors
import Packets
import Parse
import Support
import Testing
import Wire

@Suite(.tags(.unit), .serialized) struct CertificateAllocationTests {
  init() { forget_errors() }

  /// Reading and reporting certificates field by field allocates nothing.
  @Test func readingAllocatesNothing() throws {
    let capture = try ReadCapture("\(Project.path)/Tests/Golden/tls/tls12-cert.pcap")
    var step = PacketParser(.all, options: [.metadata, .certsJSON])
    var certificates = 0
    for packet in capture.packets {
      let name = step.parse(packet: packet.bytes.span, linkType: .ethernet)
      guard case .record(let index) = name, registry[index].profile.name == "tls.server_hello"
      else { continue }
      certificates += 1
      let before = malloc_calls()
      for _ in 0..<100 { _ = step.parse(packet: packet.bytes.span, linkType: .ethernet) }
      let calls = malloc_calls() - before
      #expect(calls == 0)
    }
    #expect(certificates > 0)
  }
}
