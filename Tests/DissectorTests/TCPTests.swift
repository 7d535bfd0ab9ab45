import Packets
import Support
import Testing
import Wire

@Suite(.tags(.unit)) struct TCPTests {
  /// A header of window faf0 with these options.
  private func segment(_ options: String) -> [UInt8] {
    hex("9c40 01bb 00000007 00000000 50 02 faf0 0000 0000") + hex(options)
  }

  private func fingerprint(_ body: String) -> String { #"{"fingerprints":{"tcp":"tcp/\#(body)"}}"# }

  @Test(arguments: [
    ("020405b4 0402 01 030307 00 00", "((020405b4)(04)(01)(030307)(00)(00))"),
    ("", "()"),
    // Lengths too small for an option, too large for the area, and missing.
    ("02 01 00 00", "((0201)(00)(00))"), ("05 00 00 00", "((05)(00)(00))"),
    ("02 ff 05 00", "((02ff))"), ("01 01 01 02", "((01)(01)(01)(0200))"),
    ("01 01 01 08", "((01)(01)(01)(08))"),
  ])
  func fingerprintsOptions(_ options: String, _ body: String) throws {
    #expect(
      try Reading("tcp").json(segment(options)) == fingerprint("(40)()(40)(faf0)" + body))
  }

  @Test func fingerprintsTheNetworkBelow() throws {
    var reading = Reading("tcp")
    reading.network.version = 6
    reading.network.timeToLive = 255
    reading.network.identification = 0
    #expect(try reading.json(segment("")) == fingerprint("(60)(00)(e0)(faf0)()"))
  }

  @Test func aSynAckIsFingerprintedAsAServer() throws {
    #expect(
      try Reading("tcp.syn_ack", .metadata).json(segment("020405b4")) == """
        {"fingerprints":{"tcp_server":"tcp_server/(40)()(40)(faf0)((020405b4))"},\
        "tcp_server":{"seq":7}}
        """)
  }

  @Test(arguments: [
    ("080a 00000001 00000002 0101", #","timestamp":{"ts_val":1,"ts_ecr":2}"#),
    ("080a 00000000 00000000 0101", #","timestamp":{"ts_val":0}"#),
    ("0806 00000009 0101", #","timestamp":{"ts_val":9}"#),
    ("080a 00000009 0101", #","timestamp":{}"#), ("0802 0101", #","timestamp":{}"#),
    ("0101 0101", ""),
  ])
  func metadataHoldsTimestamps(_ options: String, _ fields: String) throws {
    let json = try Reading("tcp", .metadata).json(segment(options))
    #expect(json?.hasSuffix(#","tcp":{"seq":7\#(fields)}}"#) == true)
  }

  @Test func anIPv6FingerprintLooksAtTheTrafficClassToo() throws {
    let plain = Frame.tcp([], flags: Frame.Flags.syn).ipv6(label: 0).ethernet()
    let classed = Frame.tcp([], flags: Frame.Flags.syn).ipv6(label: 0x10_0000).ethernet()
    #expect(try Pipeline().json(plain)?.contains("tcp/(60)(00)") == true)
    #expect(try Pipeline().json(classed)?.contains("tcp/(60)()") == true)
    #expect(try Pipeline(.metadata).json(classed)?.contains(#""id":"00000""#) == true)
  }

  @Test func neverTraps() throws {
    let whole = segment("020405b4 0402 080a 00000001 00000002 01 030307")
    try Reading("tcp", .metadata).survive(whole)
    try Reading("tcp.syn_ack", .metadata).survive(whole)
  }
}
