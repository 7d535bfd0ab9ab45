import Packets
import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct LinkTests {
  let datagram = Frame.udp(hello).ipv4()

  private func finds(_ header: [UInt8], _ linkType: LinkType) -> Bool {
    Read(header + datagram.bytes, linkType).payload == hello
  }

  private let macs = [UInt8](repeating: 2, count: 12)

  @Test(arguments: [12, 14, 101, 228, 229] as [UInt32])
  func readsRawIP(_ number: UInt32) { #expect(finds([], LinkType(rawValue: number))) }

  @Test(arguments: [
    "00000002", "02000000", "00000018", "18000000", "0000001c", "1c000000", "0000001e", "1e000000",
  ])
  func readsLoopback(_ family: String) { #expect(finds(hex(family), .null)) }

  @Test func refusesOtherLoopbackFamilies() {
    #expect(!finds(hex("00000007"), .null))
    #expect(!finds(hex("00020000"), .null))
  }

  @Test(arguments: ["0021", "0057", "21", "57", "7e21", "ff0321", "7eff030021", "ff99 0021"])
  func readsPPP(_ header: String) { #expect(finds(hex(header), .ppp)) }

  @Test(arguments: ["c021", "23", "7e7e21"])
  func refusesOtherPPP(_ header: String) { #expect(!finds(hex(header), .ppp)) }

  @Test func readsCookedCaptures() {
    #expect(finds(hex("0000 0001 0006 0000000000000000 0800"), .linuxSLL))
    #expect(finds(hex("0000 0304 0006 0000000000000000 86dd"), .linuxSLL))
    #expect(!finds(hex("0000 0002 0006 0000000000000000 0800"), .linuxSLL))
    #expect(!finds(hex("0000 0001 0006 0000000000000000 0806"), .linuxSLL))
    #expect(finds(hex("0800 0000 00000001 0001 00 06 0000000000000000"), .linuxSLL2))
    #expect(!finds(hex("0800 0000 00000001 0301 00 06 0000000000000000"), .linuxSLL2))
  }

  @Test func readsTagsAndLabels() {
    #expect(Read(datagram.ethernet(vlans: [1, 2, 3])).payload == hello)
    #expect(Read(datagram.mpls(labels: [1, 2, 3]).ethernet(vlans: [9])).payload == hello)
    #expect(Read(datagram.pppoe().ethernet(vlans: [9])).payload == hello)
    #expect(finds(macs + hex("88a8 0001 8100 0002 0800"), .ethernet))
    #expect(finds(macs + hex("8909 010100010001 0800"), .ethernet))
  }

  @Test func readsTagsInTheirOrderOnly() {
    #expect(!finds(macs + hex("8100 0001 88a8 0002 0800"), .ethernet))
    #expect(!finds(macs + hex("88a8 0001 88a8 0002 0800"), .ethernet))
    #expect(!finds(macs + hex("8909 010100010001 8100 0001 0800"), .ethernet))
  }

  @Test func knowsLinkProtocols() {
    #expect(Read(macs + hex("0806 0001 0800")).content == .link(0x0806))
    #expect(Read(macs + hex("8100 0001 88cc 0207")).payload == hex("0207"))
    let cdp = hex("aaaa0300000c2000 02b4")
    #expect(Read(macs + hex("0010") + cdp).content == .link(0x2000))
    #expect(Read(macs + hex("0010") + cdp).payload == cdp)
    #expect(Read(macs + hex("0010 aaaa0300000c2004 02b4")).content == .nothing(.etherType))
    #expect(Read(macs + hex("8100 0001 0010") + cdp).content == .nothing(.etherType))
    #expect(Read(macs + hex("2000") + cdp).content == .nothing(.etherType))
    #expect(Read(macs + hex("0806 0001")).slot == 0)
  }
}
