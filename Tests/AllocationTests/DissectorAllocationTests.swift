import CMallocCount
import Dissectors
import Packets
import Parse
import Support
import Testing
import Wire

@Suite(.tags(.unit), .serialized) struct DissectorAllocationTests {
  init() { forget_errors() }

  private static let random = String(repeating: "52", count: 32)
  /// A client hello with a name, groups, protocols, a ticket and versions.
  private static let clientHello =
    "1603010078 0100007403 03" + random + "00 0004 0a0a1301 0100 0047"
    + "0000000e000c0000096c6f63616c686f7374" + "000a000600041a1a001d" + "00100005 00030268 32"
    + "00230002abcd" + "002b0003020304" + "fe0d000c 00 0001 0001 09 0001 02 0001 78"
  private static let serverHello =
    "1603030049 02000028 0303" + random + "00 1301 00 0000"
    + "0b000019 000016 000003616263 00000d 61626364656667686970717273"
  private static let keyExchange =
    "0000004d 04 14" + String(repeating: "43", count: 16)
    + String(repeating: "0000000161", count: 10) + "0000000000" + "50505050"

  /// Once its buffers are warm, reading, fingerprinting and reporting a whole message allocates
  /// nothing. (Cut ones throw, and the testing library allocates for each error it sees.)
  @Test(arguments: [
    (clientHello, "tls.client_hello"), (serverHello, "tls.server_hello"),
    ("5353482d322e302d780d0a" + keyExchange, "ssh.client"), (keyExchange, "ssh.client"),
  ])
  func readingAllocatesNothing(_ payload: String, _ name: String) throws {
    let packet = Frame.tcp(hex(payload), to: 22).ipv4().ethernet().bytes
    try checkReading(packet, name)
  }

  /// The packet gives a record of the message with this name, a thousand times without allocating.
  private func checkReading(_ packet: [UInt8], _ name: String) throws {
    var step = PacketParser(.all, options: .metadata)
    let first = step.parse(packet: packet.span, linkType: .ethernet)
    let index = try #require(registry.firstIndex { $0.profile.name == name })
    #expect(first == .record(index))
    var records = 0
    let before = malloc_calls()
    for _ in 0..<1000 where step.parse(packet: packet.span, linkType: .ethernet) == first {
      records += 1
    }
    let calls = malloc_calls() - before
    #expect(calls == 0)
    #expect(records == 1000)
  }

  /// A request of each of four protocols over UDP, whole.
  private static let datagrams: [(String, UInt16, String)] = [
    (
      "0001 0010 2112a442 0102030405060708090a0b0c 0006 0003 616263 00 0024 0004 00000001", 3478,
      "stun"
    ),
    (
      "0102030405060708 0000000000000000 21 20 22 08 00000000 00000044 0000 0028 0000 0024 "
        + "01 01 00 02 0300 000c 0100 000c 800e 0100 0000 0010 0200 0005 000e 0004 01020304", 500,
      "ipsec.ike"
    ),
    (
      String(repeating: "01", count: 236) + "63825363 350103 0c0161 3d07 01 020000000001 ff", 67,
      "dhcp"
    ),
    ("0001 61 00 6f 00 62 00 63 00", 69, "tftp"),
  ]

  @Test(arguments: datagrams)
  func readingADatagramAllocatesNothing(_ payload: String, _ port: UInt16, _ name: String) throws {
    let packet = Frame.udp(hex(payload), to: port).ipv4().ethernet().bytes
    try checkReading(packet, name)
  }

  private static let dtlsHello =
    "16fefd0000 000000000000 003e 010000320000000000000032 fefd" + random
    + "00 02abcd 0002 c02b 01 00 0004 00170000"

  @Test func readingDTLSAllocatesNothing() {
    let packet = Frame.udp(hex(Self.dtlsHello)).ipv4().ethernet().bytes
    var step = PacketParser(.all, options: .metadata)
    let first = step.parse(packet: packet.span, linkType: .ethernet)
    #expect(registry[readIndex(first)].profile.name == "dtls.client_hello")
    let before = malloc_calls()
    for _ in 0..<1000 { _ = step.parse(packet: packet.span, linkType: .ethernet) }
    #expect(malloc_calls() - before == 0)
  }

  /// Formats that sort do it in memory that is used again.
  @Test func sortingAllocatesNothing() throws {
    let packet = Frame.tcp(hex(Self.clientHello)).ipv4().ethernet().bytes
    var step = PacketParser(.all, formats: try FingerprintFormats(parsing: "tls/2"))
    _ = step.parse(packet: packet.span, linkType: .ethernet)
    let before = malloc_calls()
    for _ in 0..<1000 { _ = step.parse(packet: packet.span, linkType: .ethernet) }
    #expect(malloc_calls() - before == 0)
  }

  /// The one exception: what swift-crypto allocates for an Initial is a bounded number of small
  /// pieces (most of them only without optimisation), and none of it stays.
  @Test func decryptingAllocatesLittle() {
    let packet = Frame.udp(QUICPacket(hex("01")).bytes).ipv4().ethernet().bytes
    var step = PacketParser(.all, options: .metadata)
    let first = step.parse(packet: packet.span, linkType: .ethernet)
    #expect(registry[readIndex(first)].profile.name == "quic")
    let before = malloc_calls()
    for _ in 0..<100 { _ = step.parse(packet: packet.span, linkType: .ethernet) }
    let calls = Int(malloc_calls() - before) / 100
    #expect(calls < 1000)
  }

  private func readIndex(_ outcome: PacketParser.Outcome) -> Int {
    if case .record(let index) = outcome { return index }
    return 0
  }
}
