import CMallocCount
import Dissectors
import Packets
import Parse
import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct PacketAllocationTests {
  /// Finding out what a packet may be allocates nothing, whatever it is.
  @Test func identificationAllocatesNothing() {
    let hello = hex("16030100c801000000000000")
    let frames = [
      Frame.tcp(hello).ipv4().ethernet().bytes, Frame.udp(hello).ipv6().ethernet().bytes,
      Frame.tcp(hello).ipv4().ethernet().vxlan().ipv4().ethernet().bytes,
      Frame.tcp(Array("HELP me".utf8), to: 25).ipv4().gre().ipv4().ethernet().bytes,
      Frame.udp([0, 0, 0, 0, 1], to: 4500).ipv4().ethernet().bytes,
      Frame.tcp([UInt8](repeating: 0xff, count: 200)).ipv4(options: [1, 1, 1, 1]).ethernet().bytes,
    ]
    let identifier = Identifier(.all)
    let rules = Selection.all.tunnelRules
    var found = 0
    for i in frames.indices { found += count(frames[i], identifier, rules) }
    let before = malloc_calls()
    for round in 0..<6000 { found += count(frames[round % 6], identifier, rules) }
    let calls = malloc_calls() - before
    #expect(calls == 0)
    #expect(found == 1001 * 6)
  }

  private func count(_ bytes: [UInt8], _ identifier: Identifier, _ rules: TunnelRules) -> Int {
    identifier.candidates(for: Packet(bytes.span, linkType: .ethernet, tunnels: rules)).count
  }
}
