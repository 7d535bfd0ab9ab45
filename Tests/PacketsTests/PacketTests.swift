import Packets
import Support
import Testing
import Wire

/// What tests compare of a packet: its spans copied out.
struct Read: Equatable {
  var content: Packet.Content
  var flow: Flow
  var payload: [UInt8]
  var network: Network
  var extensions: [UInt8]
  var tunnels: [Encapsulations.Layer]
  var slot: UInt32

  init(
    _ bytes: [UInt8], _ linkType: LinkType = .ethernet,
    tunnels rules: TunnelRules = TunnelRules(gre: true, vxlan: true, geneve: true)
  ) {
    let packet = Packet(bytes.span, linkType: linkType, tunnels: rules)
    content = packet.content
    flow = packet.flow
    payload = packet.payload.indices.map { packet.payload[$0] }
    network = packet.network
    extensions = packet.extensionHeaders.indices.map { packet.extensionHeaders[$0] }
    let list = packet.encapsulations
    tunnels = (0..<list.count).map { list[$0] }
    slot = packet.slotHash
  }

  init(_ frame: Frame, _ linkType: LinkType = .ethernet) { self.init(frame.bytes, linkType) }

  var ports: [UInt16] { [flow.sourcePort, flow.destinationPort] }
}

let hello = Array("hello".utf8)

@Suite(.tags(.unit)) struct PacketTests {
  @Test func readsTCPOverIPv4() {
    let read = Read(Frame.tcp(hello, from: 1000, to: 80).ipv4().ethernet())
    #expect(read.content == .tcp)
    #expect(read.payload == hello)
    #expect(read.ports == [1000, 80])
    #expect(read.flow.source == 0x0a00_0001 && read.flow.destination == 0x0a00_0002)
    #expect(read.flow.ipProtocol == 6 && !read.flow.isIPv6)
    #expect(read.network.version == 4 && read.network.timeToLive == 64)
    #expect(read.network.identification == 0x1234)
  }

  @Test func readsUDPOverIPv6() {
    let read = Read(Frame.udp(hello, from: 1000, to: 53).ipv6().ethernet())
    #expect(read.content == .udp && read.payload == hello && read.ports == [1000, 53])
    #expect(read.flow.source == 0x2001_0db8 << 96 | 1 && read.flow.isIPv6)
    #expect(read.network.version == 6 && read.network.identification == 0x12345)
  }

  @Test func passesOverIPv4Options() {
    let options: [UInt8] = [0x94, 4, 0, 0, 1, 1, 1, 0]
    let read = Read(Frame.tcp(hello).ipv4(options: options).ethernet())
    #expect(read.content == .tcp && read.payload == hello && read.ports == [40000, 443])
  }

  @Test func walksIPv6ExtensionHeaders() {
    let hop = [UInt8](repeating: 0, count: 8)
    let routing: [UInt8] = [0, 1] + [UInt8](repeating: 9, count: 14)
    let authentication: [UInt8] = [0, 2] + [UInt8](repeating: 7, count: 14)
    let frame = Frame.udp(hello).ipv6(
      extensions: [(0, hop), (43, routing), (44, hop), (51, authentication), (60, hop)])
    let read = Read(frame.ethernet())
    #expect(read.content == .udp && read.payload == hello)
    #expect(read.flow.ipProtocol == 17)
    #expect(read.extensions.count == 8 + 16 + 8 + 16 + 8)
    #expect(read.extensions.first == 43)
  }

  @Test func trimsToTheIPLength() {
    let padded = Frame.udp(hello).ipv4().ethernet().bytes + [0, 0, 0]
    #expect(Read(padded).payload == hello)
    let padded6 = Frame.udp(hello).ipv6().ethernet().bytes + [0, 0, 0]
    #expect(Read(padded6).payload == hello)
  }

  @Test func refusesATotalLengthThatDoesNotHoldTheHeader() {
    var bytes = Frame.udp(hello).ipv4().bytes
    bytes[2] = 0
    bytes[3] = 0
    #expect(Read(bytes, .raw).content == .nothing(.ipLength))
    #expect(Read([0x50] + bytes.dropFirst(), .raw).content == .nothing(.ipVersion))
    #expect(Read(Array(bytes.prefix(19)), .raw).content == .nothing(.ipHeader))
  }

  @Test func readsEveryFragmentAsIfItWereWhole() {
    let read = Read(Frame.udp(hello).ipv4(fragment: 0x00b9).ethernet())
    #expect(read.content == .udp && read.payload == hello)
  }

  // MARK: Transport

  @Test func givesTheWholeTCPHeaderOfASYN() {
    let options: [UInt8] = [2, 4, 5, 0xb4]
    let syn = Frame.tcp(hello, flags: Frame.Flags.syn, options: options)
    #expect(Read(syn.ipv4().ethernet()).content == .syn)
    #expect(Read(syn.ipv4().ethernet()).payload == Array(syn.bytes.prefix(24)))
    let answer = Frame.tcp([], flags: Frame.Flags.syn | Frame.Flags.ack, options: options)
    #expect(Read(answer.ipv4().ethernet()).content == .synAck)
  }

  @Test(arguments: [0x00, 0x40, 0xf0] as [UInt8])
  func aSYNWithAnImpossibleOffsetHasNoOptions(_ offset: UInt8) {
    var frame = Frame.tcp([], flags: Frame.Flags.syn)
    frame.bytes[12] = offset
    let read = Read(frame.ipv4().ethernet())
    #expect(read.content == .syn && read.payload.count == 20)
    frame.bytes[13] = Frame.Flags.ack
    frame.bytes += hello
    #expect(Read(frame.ipv4().ethernet()).content == .nothing(.noPayload))
  }

  @Test func readsDataOnFINAndRST() {
    for flags in [Frame.Flags.fin, Frame.Flags.rst] {
      let read = Read(Frame.tcp(hello, flags: flags | Frame.Flags.ack).ipv4().ethernet())
      #expect(read.content == .tcp && read.payload == hello)
    }
  }

  @Test func readsShortUDPAsPayloadWithoutPorts() {
    let read = Read(Frame.ip([1, 2, 3, 4], protocol: 17).ipv4().ethernet())
    #expect(read.content == .udp && read.payload == [1, 2, 3, 4] && read.ports == [0, 0])
  }

  @Test func ignoresTheUDPLength() {
    var frame = Frame.udp(hello)
    frame.bytes[5] = 9
    #expect(Read(frame.ipv4().ethernet()).payload == hello)
  }

  @Test func saysWhyThereIsNothing() {
    #expect(Read(Frame.tcp([]).ipv4().ethernet()).content == .nothing(.noPayload))
    #expect(Read(Frame.ip([1], protocol: 6).ipv4().ethernet()).content == .nothing(.tcpHeader))
    #expect(Read(Frame(hello).ethernet(type: 0x1234)).content == .nothing(.etherType))
    #expect(Read([1, 2, 3], .ethernet).content == .nothing(.linkHeader))
    #expect(Read([1, 2, 3], LinkType(rawValue: 147)).content == .nothing(.linkType))
    #expect(Read(Frame.ip(hello, protocol: 1).ipv4().ethernet()).content == .ip)
  }

  @Test func namesOfReasonsDiffer() {
    let names = Set(Unread.allCases.map { "\($0.name)" })
    #expect(names.count == Unread.allCases.count)
  }
}
