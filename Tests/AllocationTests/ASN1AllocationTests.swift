import CMallocCount
import Dissectors
import Packets
import Parse
import Support
import Testing
import Wire

@Suite(.serialized) struct ASN1AllocationTests {
  /// Whole messages of the protocols that are written in ASN.1, and SMB, as goldens have them.
  @Test(arguments: ["snmp/snmp", "kerberos/kerberos", "ldap/ldap", "smb/smb"])
  func readingAllocatesNothing(_ path: String) throws {
    let capture = try ReadCapture("\(Project.path)/Tests/Golden/\(path).pcap")
    var step = ParseStep(.all, options: .metadata)
    for packet in capture.packets { _ = step.parse(packet: packet.bytes.span, linkType: .ethernet) }
    for (index, packet) in capture.packets.enumerated() {
      let before = malloc_calls()
      for _ in 0..<100 { _ = step.parse(packet: packet.bytes.span, linkType: .ethernet) }
      let calls = malloc_calls() - before
      #expect(calls == 0, "\(path), packet \(index)")
    }
  }
}
