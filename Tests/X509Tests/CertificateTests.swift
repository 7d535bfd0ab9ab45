import Bytes
import Support
import Testing
import Wire
import X509

/// A certificate's fields as JSON.
func json(_ certificate: [UInt8]) throws -> String {
  var record = RecordWriter(options: .certsJSON)
  record.object { X509.Certificate(certificate.span).report(to: &$0) }
  return try record.json()
}

@Suite(.tags(.unit)) struct CertificateTests {
  /// Ten extensions, a key on P-256 and a signature of ECDSA.
  private static let certificate = hex(
    """
    3082020c308201b3a003020102020105300a06082a8648ce3d0403023019310a300806035504030c\
    0141310b300906035504060c025553301e170d3230303130313030303030305a170d333030313031\
    3030303030305a300c310a300806035504030c01423059301306072a8648ce3d020106082a8648ce\
    3d030107034200041111111111111111111111111111111111111111111111111111111111111111\
    2222222222222222222222222222222222222222222222222222222222222222a381f83081f53012\
    0603551d130101ff040830060101ff020103300e0603551d0f0101ff04040302010630180603551d\
    250411300f06082b0601050507030106032a030430240603551d11041d301b8203612e6287040102\
    0304a40e300c310a300806035504030c0143300d0603551d230406300480020a0b300b0603551d0e\
    040404020c0d30260603551d20041f301d301b060667810c0102013011300f06082b060105050702\
    01160363707330190603551d1f04123010300ea00ca00a8608687474703a2f2f78302406082b0601\
    050507010104183016301406082b060105050730018608687474703a2f2f78300a06032a03040403\
    0401ee300a06082a8648ce3d04030203470030440220333333333333333333333333333333333333\
    33333333333333333333333333330220444444444444444444444444444444444444444444444444\
    4444444444444444
    """)

  @Test func reportsEveryField() throws {
    let expected = #"""
      {"version":"02","serial_number":"05","signature_identifier":{"algorithm":"ecdsa-\#
      with-SHA256"},"issuer":[{"common_name":"A"},{"country_name":"US"}],"validity":[{\#
      "not_before":"2020-01-01 00:00:00Z"},{"not_after":"2030-01-01 00:00:00Z"}],"subj\#
      ect":[{"common_name":"B"}],"subject_public_key_info":{"algorithm_identifier":{"a\#
      lgorithm":"id-ecPublicKey"},"subject_public_key":{"x":"1111111111111111111111111\#
      111111111111111111111111111111111111111","y":"2222222222222222222222222222222222\#
      222222222222222222222222222222","bits_in_key":256}},"extensions":[{"basic_constr\#
      aints":{"ca":true,"path_len_constraint":0},"critical":true},{"key_usage":["key_c\#
      ert_sign","crl_sign"],"critical":true},{"ext_key_usage":["id-kp-serverAuth","1.2\#
      .3.4"],"critical":false},{"subject_alt_name":[{"dns_name":"a.b"},{"ip_address":"\#
      1.2.3.4"},{"directory_name":[{"common_name":"C"}]}],"critical":false},{"authorit\#
      y_key_identifier":{"key_identifier":"0a0b"},"critical":false},{"subject_key_iden\#
      tifier":"0c0d","critical":false},{"certificate_policies":[{"policy_information":\#
      [{"policy_identifier":"2.23.140.1.2.1","policy_qualifier_info":{"qualifier_id":"\#
      id-qt-cps","qualifier":"cps"}}]}],"critical":false},{"crl_distribution_points":[\#
      {"crl_distribution_point":[{"distribution_point_name":{"full_name":{"uri":"http:\#
      //x"}}}]}],"critical":false},{"authority_info_access":[{"access_method":"id-ad-o\#
      csp","access_location":{"uri":"http://x"}}],"critical":false},{"unsupported":{"o\#
      id":"1.2.3.4","value":"ee"},"critical":false}],"signature_algorithm":{"algorithm\#
      ":"ecdsa-with-SHA256"},"signature":{"r":"333333333333333333333333333333333333333\#
      3333333333333333333333333","s":"444444444444444444444444444444444444444444444444\#
      4444444444444444"},"bits_in_signature":255}
      """#
    #expect(try json(Self.certificate) == expected)
  }

  /// As long as nothing can be read, the version is what it is by default.
  @Test func reportsWhatThereIs() throws {
    #expect(try json([]) == #"{"version":"00"}"#)
    #expect(try json(hex("3082020c308201b3a0030201")) == "{}")
    #expect(
      try json([UInt8](Self.certificate.prefix(16)))
        == #"{"version":"02","serial_number":"05"}"#)
    #expect(
      try json([UInt8](Self.certificate.prefix(23)))
        == #"{"version":"02","serial_number":"05","signature_identifier":"#
        + #"{"algorithm":"1.2.840","truncated":"algorithm"}}"#)
  }

  @Test(arguments: [
    ("2a8648ce3d030107", false), ("2b81040022", false), ("2b81040023", false),
    ("2a8648ce3d030101", true), ("2b8104000a", true),
  ])
  func judgesCurves(_ curve: String, _ isWeak: Bool) throws {
    let parameters = "30" + length(11 + curve.count / 2)
    let algorithm = parameters + "06072a8648ce3d0201" + "06" + length(curve.count / 2) + curve
    let point = "034200 04" + String(repeating: "11", count: 64)
    let info = "30" + length(hex(algorithm + point).count) + algorithm + point
    let body = "020105" + "3000" + "3000" + "3000" + "3000" + info
    let certificate = hex("3081ff" + "3081" + length(hex(body).count) + body)
    #expect(try json(certificate).contains("weak_subject_key") == isWeak)
  }

  private func length(_ count: Int) -> String {
    let digits = String(count, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }

  /// That the flag is there is enough, and every path is of length 0: mercury's reading.
  @Test func takesTheFlagForItsValue() throws {
    var certificate = Self.certificate
    let flag = try #require(
      certificate.indices.first { certificate[$0...].starts(with: hex("0603551d130101ff")) })
    let wanted = #"{"basic_constraints":{"ca":true,"path_len_constraint":0},"critical":true}"#
    certificate[flag + 7] = 0
    #expect(try json(certificate).contains(wanted))
    certificate[flag + 14] = 0
    #expect(try json(certificate).contains(wanted))
    // Without a byte it is the value that is lost.
    certificate[flag + 6] = 0
    #expect(try json(certificate).contains(#"{"basic_constraints":{"ca":false,"#))
  }

  @Test func neverTraps() throws {
    try Self.certificate.forEachDamage(mutations: 1000) { bytes, _ in _ = try json(bytes) }
  }
}
