import Support
import Testing

@Suite(.tags(.unit)) struct ARPTests {
  private let request = hex(
    "0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002")

  @Test func showsBothParties() throws {
    #expect(
      try Reading("arp").json(request) == """
        {"arp":{"hwtype":1,"protocol":2048,"hw_addr_len":6,"proto_addr_len":4,"opcode":"REQUEST",\
        "sender_hw_addr":"020000000001","sender_proto_addr":"10.0.0.1",\
        "target_hw_addr":"000000000000","target_proto_addr":"10.0.0.2"}}
        """)
  }

  @Test func showsNoAddressesUnlessAllAreThere() throws {
    let fixed =
      #"{"arp":{"hwtype":1,"protocol":2048,"hw_addr_len":6,"proto_addr_len":4,"#
      + #""opcode":"REQUEST"}}"#
    #expect(try Reading("arp").json(Array(request.dropLast())) == fixed)
    #expect(try Reading("arp").json(Array(request.prefix(8))) == fixed)
    #expect(try Reading("arp").json(Array(request.prefix(7))) == nil)
  }

  @Test func showsNoAddressesOfOtherLengths() throws {
    var other = request
    other[5] = 15
    let json = try Reading("arp").json(other)
    #expect(json?.contains("sender") == false)
  }

  @Test(arguments: [
    (0, "RESERVED"), (2, "REPLY"), (3, "REQUEST REVERSE"), (4, "REPLY REVERSE"), (5, "unknown"),
  ])
  func namesOperations(_ code: UInt8, _ name: String) throws {
    var other = request
    other[7] = code
    let json = try Reading("arp").json(other)
    #expect(json?.contains(#""opcode":"\#(name)""#) == true)
  }

  @Test func neverTraps() throws { try Reading("arp").survive(request) }
}
