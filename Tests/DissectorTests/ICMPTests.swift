import Support
import Testing

@Suite(.tags(.unit)) struct ICMPTests {
  @Test(arguments: [
    (
      "08 00 ffff 0102 0304 05",
      #""type":8,"code":0,"echo":{"identifier":258,"sequence_number":772,"data":"05"}"#
    ),
    (
      "80 00 ffff 0102",
      #""type":128,"code":0,"echo":{"identifier":258,"sequence_number":0,"data":""}"#
    ),
    ("00 01 ffff 01", #""type":0,"code":1,"echo":{"identifier":0,"sequence_number":0,"data":""}"#),
    (
      "03 01 ffff 00000000 4500",
      #""type":3,"code":1,"destination_unreachable":{"original_datagram":"4500"}"#
    ),
    ("0b 00 ffff 0000", #""type":11,"code":0,"destination_unreachable":{"original_datagram":""}"#),
    (
      "02 00 ffff 000005dc 60",
      #""type":2,"code":0,"packet_too_big":{"mtu":1500,"original_datagram":"60"}"#
    ),
    ("87 00 ffff 00000000fe80", #""type":135,"code":0,"body":"00000000fe80""#),
  ])
  func readsByTypeAlone(_ bytes: String, _ fields: String) throws {
    #expect(try Reading("icmp").json(hex(bytes)) == #"{"icmp":{\#(fields)}}"#)
  }

  @Test func needsAByteBehindTheHeader() throws {
    #expect(try Reading("icmp").json(hex("08 00 ffff")) == nil)
  }

  @Test(arguments: [0, 2, 3, 8, 13] as [UInt8])
  func neverTraps(_ type: UInt8) throws {
    try Reading("icmp").survive([type] + hex("00 ffff 0102 0304 05060708"))
  }
}
