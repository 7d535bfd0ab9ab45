import Support
import Testing

/// CDP and LLDP.
@Suite(.tags(.unit)) struct NeighbourTests {
  private func cdp(_ elements: String) throws -> String? {
    try Reading("cdp").json(hex("aaaa03 00000c 2000 02b4 1234" + elements))
  }

  @Test(arguments: [
    ("0001 0006 6162", #"{"device_id":"ab"}"#),
    ("0004 0008 00000028", #"{"capabilities":"00000028"}"#),
    ("000b 0005 80", #"{"full_duplex":true}"#), ("000b 0005 01", #"{"full_duplex":false}"#),
    ("000b 0006 8000", "{}"), ("0011 0008 000005dc", #"{"mtu":1500}"#),
    ("0011 000d 010203040506070809", #"{"mtu":144964032628459529}"#),
    ("0099 0006 6566", #"{"type":153,"length":6,"value":"6566"}"#),
    // The list ends where an element is empty or cut off.
    ("0003 0006 6566 0001 0004 0003 0006 6566", #"{"interface":"ef"}"#),
    ("0003 0006 6566 0001 0008 6162", #"{"interface":"ef"}"#), ("0001 0003 61", ""), ("00", ""),
  ])
  func cdpReadsElements(_ elements: String, _ list: String) throws {
    #expect(try cdp(elements) == #"{"cdp":[\#(list)]}"#)
  }

  @Test(arguments: [
    ("00000001 0101cc 0004 0a000001", #"{"ipv4_addr":"10.0.0.1"}"#),
    (
      "00000001 02 08 aaaa0300000086dd 0010 20010db8000000000000000000000001",
      #"{"ipv6_addr":"2001:db8::1"}"#
    ),
    ("00000002 0101cc 0004 0a000001", #"{"ipv4_addr":"10.0.0.1"},{}"#),
    ("00000001 0101cc 0004 0a00", "{}"), ("00000001 0101aa 0004 0a000001", "{}"),
    ("0000", ""), ("00000000", ""),
  ])
  func cdpReadsAddresses(_ value: String, _ list: String) throws {
    let length = String(hex(value).count + 4, radix: 16)
    let head = "0002" + String(repeating: "0", count: 4 - length.count) + length
    #expect(try cdp(head + value) == #"{"cdp":[{"addresses":[\#(list)]}]}"#)
  }

  @Test func cdpDoesNotBelieveACount() throws {
    let json = try cdp("0002 0008 ffffffff")
    #expect(json?.count == #"{"cdp":[{"addresses":[]}]}"#.count + 256 * 3 - 1)
    #expect(try cdp("") == nil)
  }

  @Test(arguments: [
    ("", ""), ("0000 0000", "{},{}"), ("00", "{}"),
    ("0207 04 020000000001", #"{"chassis_id":{"mac_address":"02:00:00:00:00:01"}}"#),
    ("0204 04 010203", #"{"chassis_id":{"mac_address":""}}"#),
    ("0203 07 6162", #"{"chassis_id":{}}"#), ("0201 04", "{}"),
    ("0403 05 6162", #"{"port_id":{"xxx":"ab"}}"#), ("0602 0078", #"{"ttl":120}"#),
    ("0601 78", #"{"ttl":0}"#), ("0a01 6e", #"{"system_name":"n"}"#), ("0a00", "{}"),
    (
      "0e04 0003 8001",
      #"{"system_capabilities":{"capabilities":["other","repeater"],"#
        + #""enabled_capabilities":["other","reserved"]}}"#
    ),
    ("0e03 001400", "{}"), ("1005 0102", #"{"management_address":""}"#),
    (
      "fe06 00120f 01 0102",
      #"{"organizationally_specific_tlv":{"oui":4623,"subtype":1,"substring":"0102"}}"#
    ),
    ("fe04 00120f 01", "{}"), ("1202 0102", #"{"type_code":9,"information_string":"0102"}"#),
    ("0002 0102", #"{"end_of_pdu":{"unexpected_data":"0102"}}"#),
    ("0000 0403 05 6162", #"{},{"port_id":{"xxx":"ab"}}"#),
  ])
  func lldpReadsElements(_ elements: String, _ list: String) throws {
    #expect(try Reading("lldp").json(hex(elements)) == #"{"lldp":[\#(list)]}"#)
  }

  @Test func neverTrap() throws {
    let cdp = "aaaa03 00000c 2000 02b4 1234 0002 0011 00000001 0101cc 0004 0a000001 0011 0005 05"
    try Reading("cdp").survive(hex(cdp))
    let lldp = "0207 04 020000000001 0403 05 6162 0e04 0014 8001 fe06 00120f 01 0102 0002 4142"
    try Reading("lldp").survive(hex(lldp))
  }
}
