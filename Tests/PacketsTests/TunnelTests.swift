import Packets
import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct TunnelTests {
  let inner = Frame.tcp(hello, from: 1000, to: 443).ipv4(from: 1, to: 2)

  private func kinds(_ read: Read) -> [Encapsulations.Kind] { read.tunnels.map(\.kind) }

  @Test func entersEachTunnel() {
    for (frame, kind, type) in [
      (inner.ipv4(), .ipInIP, 0), (inner.ipv6(), .ipInIP, 0),
      (inner.gre().ipv4(), .gre, 0x0800), (inner.gre(checksum: true).ipv6(), .gre, 0x0800),
      (inner.greInUDP().ipv4(), .gre, 0x0800), (inner.ethernet().vxlan().ipv4(), .vxlan, 0),
      (inner.ethernet(vlans: [5]).vxlan().ipv4(), .vxlan, 0),
      (inner.geneve().ipv6(), .geneve, 0x0800),
      (inner.ethernet().geneve(options: [0, 0, 0, 0]).ipv4(), .geneve, 0x6558),
    ] as [(Frame, Encapsulations.Kind, UInt16)] {
      let read = Read(frame.ethernet())
      #expect(read.content == .tcp && read.payload == hello)
      #expect(kinds(read) == [kind])
      #expect(read.tunnels.first?.protocolType == type)
      #expect(read.flow.source == 1 && read.ports == [1000, 443])
      #expect(read.tunnels.first?.source != 1)
    }
  }

  @Test func entersOnlyWhatIsSelected() {
    for frame in [inner.gre().ipv4(), inner.greInUDP().ipv4(), inner.geneve().ipv4()] {
      #expect(Read(frame.ethernet().bytes, tunnels: .none).tunnels.isEmpty)
    }
    #expect(kinds(Read(inner.ipv4().ethernet().bytes, tunnels: .none)) == [.ipInIP])
  }

  @Test func recordsFourLayersAndStops() {
    let four = inner.ipv4().ipv4().ipv4().ipv4()
    #expect(Read(four.ethernet()).payload == hello)
    #expect(Read(four.ethernet()).tunnels.count == 4)
    let five = Read(four.ipv4().ethernet())
    #expect(five.content == .ip && five.flow.ipProtocol == 4 && five.tunnels.count == 4)
  }

  @Test func leavesAClaimedSourcePortToItsProtocol() {
    let rules = TunnelRules(gre: true, vxlan: true, geneve: true, claimedSourcePorts: [161])
    let snmp = inner.ethernet().vxlan(from: 161).ipv4().ethernet().bytes
    #expect(Read(snmp, tunnels: rules).tunnels.isEmpty)
    #expect(Read(snmp, tunnels: rules).ports == [161, 4789])
    #expect(Read(snmp).tunnels.count == 1)
  }

  @Test func readsUDPBehindAVXLANThatCarriesARP() {
    let arp = Frame(hex("0001 0800 0604 0001 020000000001")).ethernet(type: 0x0806)
    let read = Read(arp.vxlan().ipv4().ethernet())
    #expect(read.content == .udp && read.ports == [1, 2048] && read.tunnels.isEmpty)
  }

  @Test func keepsTunnelPortsWhereTheInnerPacketHasNone() {
    let ping = Frame.ip(hex("0800000000010001"), protocol: 1).ipv4(from: 1, to: 2)
    let read = Read(ping.ethernet().vxlan().ipv4().ethernet())
    #expect(read.content == .ip && read.flow.ipProtocol == 1 && read.ports == [50000, 4789])
  }

  @Test func doesNotEnterGREWithAKey() {
    var frame = inner.gre()
    frame.bytes[0] = 0x20
    frame.bytes.insert(contentsOf: [0, 0, 0, 9], at: 4)
    #expect(Read(frame.ipv4().ethernet()).content == .nothing(.ipVersion))
  }
}

@Suite(.tags(.unit)) struct SlotTests {
  @Test func isTheSameBothWays() {
    var random = SeededRandom("slots")
    for _ in 0..<200 {
      let (a, b) = (UInt32(random.below(1 << 32)), UInt32(random.below(1 << 32)))
      let (p, q) = (UInt16(random.below(65536)), UInt16(random.below(65536)))
      let there = Read(Frame.tcp(hello, from: p, to: q).ipv4(from: a, to: b).ethernet())
      let back = Read(Frame.tcp([9], from: q, to: p).ipv4(from: b, to: a).ethernet())
      #expect(there.slot == back.slot)
    }
  }

  @Test func spreadsConversations() {
    let slots = Set(
      (0..<1000).map { port in
        Read(Frame.tcp(hello, from: UInt16(1000 + port), to: 443).ipv4().ethernet()).slot % 1024
      })
    #expect(slots.count > 500)
  }

  /// Whoever remembers a flow meets all of its packets, fragments and tunnels or not.
  @Test func isTheFlows() {
    func slot(_ port: UInt16, _ wrap: (Frame) -> Frame) -> UInt32 {
      Read(wrap(Frame.udp(hello, from: port, to: 443)).ethernet()).slot
    }
    let plain = slot(1) { $0.ipv4() }
    #expect(plain != slot(2) { $0.ipv4() })
    #expect(plain == slot(1) { $0.ipv4(fragment: 0x2000) })
    #expect(plain == slot(1) { $0.ipv4().ipv4(from: 7, to: 8) })
    #expect(plain == slot(1) { $0.ipv4().ipv6() })
    let inside = Frame.udp(hello, from: 1, to: 443).ipv4().ethernet()
    #expect(plain == Read(inside.vxlan(from: 2).ipv4(from: 7, to: 8).ethernet()).slot)
  }
}

@Suite(.tags(.unit)) struct HostileTests {
  /// Packets of every kind, to cut and to change.
  static let seeds: [Frame] = {
    let tcp = Frame.tcp(hello, options: [2, 4, 5, 0xb4])
    let udp = Frame.udp(hello)
    let plain = [tcp.ipv4(), udp.ipv6(), tcp.ipv4(options: [1, 1, 1, 0])]
    let extended = udp.ipv6(extensions: [(0, [UInt8](repeating: 0, count: 8))])
    return plain + [
      extended, plain[0].gre().ipv4(), plain[1].ethernet().vxlan().ipv6(), plain[0].geneve().ipv4(),
      plain[0].ipv4().ipv6(), plain[2].greInUDP().ipv4(), plain[0].mpls(labels: [1, 2]),
      plain[1].pppoe(),
    ]
  }()

  @Test(arguments: LinkType.all)
  func neverTraps(_ linkType: LinkType) {
    var random = SeededRandom("packets of link type \(linkType.rawValue)")
    for seed in Self.seeds {
      for bytes in [seed.bytes, seed.ethernet().bytes, seed.ethernet(vlans: [1]).bytes] {
        bytes.forEachDamage([], mutations: 300) { bytes, _ in _ = Read(bytes, linkType) }
      }
      for _ in 0..<100 { _ = Read(random.bytes(random.below(100)), linkType) }
    }
  }
}
