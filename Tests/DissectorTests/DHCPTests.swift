import Support
import Testing

@Suite(.tags(.unit)) struct DHCPTests {
  private let brief = Reading("dhcp")
  private let full = Reading("dhcp", everything)

  private func message(_ options: String) -> [UInt8] {
    [UInt8](repeating: 1, count: 236) + hex("63825363" + options)
  }

  @Test(arguments: [
    ("350101", #""msg_type":"discover""#), ("350163", #""msg_type":"unknown""#),
    ("3500", #""msg_type":"unknown""#),
    (
      "3204 0a000001 0c02 6162 3c01 63",
      #""requested_address":"10.0.0.1","hostname":"ab","vendor_class_id":"c""#
    ),
    ("3210 20010db8000000000000000000000001", #""requested_address":"2001:db8::1""#),
    ("3203 0a0000 0c00 3304 00000001", ""),
    (
      "3d07 01 020304050607",
      #""client_id":{"hw_type":"ethernet","address":"020304050607","oui":"unknown"}"#
    ),
    ("3d03 06 4142", #""client_id":{"hw_type":"Unknown","hw_type_code":6}"#),
    ("3d00", #""client_id":{"hw_type":"reserved","hw_type_code":0}"#),
    (
      "3d0f ff 01020304 0002 00000009 41424344",
      #""client_id":{"hw_type":"identity_association","iaid":16909060,"enterprise_number":9,"#
        + #""identifier":"41424344"}"#
    ),
    (
      "3d09 ff 01020304 0001 0000",
      #""client_id":{"hw_type":"identity_association","iaid":16909060}"#
    ),
  ])
  func showsTellingOptions(_ options: String, _ fields: String) throws {
    #expect(try brief.json(message(options))?.hasSuffix(#""dhcp":{\#(fields)}}"#) == true)
  }

  @Test(arguments: [
    ("350103", #"{"msg_type":3}"#), ("3304 00015180", #"{"ip_address_lease_time":86400}"#),
    ("3302 0001", #"{"ip_address_lease_time":0}"#), ("0c00", "{}"),
    ("3d03 06 4142", #"{"hwtype":6,"client_id":"4142","oui":"unknown"}"#),
    ("3204 0a000001", #"{"tag":50,"length":4,"value":"0a000001"}"#),
    ("5205 01", #"{"tag":82,"length":5,"value":""}"#),
    ("ff 00 0c01 61", #"{"end":"end"},{"pad":"pad"},{"hostname":"a"}"#),
  ])
  func showsAllOptionsWithMetadata(_ options: String, _ list: String) throws {
    #expect(try full.json(message(options))?.hasSuffix(#""dhcp":{"options":[\#(list)]}}"#) == true)
  }

  @Test(arguments: [
    ("350103 3702 0103 00 7c01 61 0c01 61 ff", "((350103)(37020103)(7c0161)(0c)(ff))"),
    ("00", "()"), ("0c01 61", "((0c))"), ("3500", "((3500))"), ("3501", "((3501))"),
    ("350101", nil), ("350103 350101", nil), ("350100", nil),
  ])
  func fingerprintsRequests(_ options: String, _ fingerprint: String?) throws {
    let json = try brief.json(message(options))
    let expected = fingerprint.map { #"{"fingerprints":{"dhcp":"dhcp/\#($0)"},"dhcp""# }
    #expect(json?.hasPrefix(expected ?? #"{"dhcp""#) == true)
  }

  @Test func needsTheCookieAndAByteBehindIt() throws {
    #expect(try brief.json(message("")) == nil)
    #expect(try brief.json([UInt8](repeating: 1, count: 300)) == nil)
  }

  @Test func neverTraps() throws {
    let options = "350103 3d0f ff 01020304 0002 00000009 41424344 3204 0a000001 3702 0103 ff"
    for reading in [brief, full] { try reading.survive(message(options)) }
  }
}
