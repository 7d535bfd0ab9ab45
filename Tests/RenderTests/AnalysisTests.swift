import Bytes
import Render
import Support
import Testing
import Wire

/// What records say of attributes when no analyzer has classified them.
@Suite(.tags(.unit)) struct AnalysisTests {
  @Test func attributesStandInTheOrderOfTheirBits() throws {
    let all = try printed(Attributes(rawValue: .max))
    let expected = [
      "residential_proxy", "exposed_credentials_plaintext", "exposed_credentials_token",
      "exposed_credentials_derived", "cnsa_2_0_non_conformant", "nist_sp_800_52_2_non_conformant",
    ].map { #"{"name":"\#($0)","probability_score":1.000000}"# }.joined(separator: ",")
    #expect(all == #"{"analysis":{"status":"unknown","attributes":[\#(expected)]}}"#)
  }

  @Test func oneAttribute() throws {
    let expected =
      #"{"analysis":{"status":"unknown","attributes":[{"name":"exposed_credentials_token","#
      + #""probability_score":1.000000}]}}"#
    #expect(try printed([.exposedCredentialsToken]) == expected)
  }

  @Test func nothingIsSaidWithoutAttributes() throws { #expect(try printed([]) == "{}") }

  @Test func anAttributeIsForgottenWithItsRecord() {
    var record = RecordWriter()
    record.mark(.residentialProxy)
    record.mark(.exposedCredentialsToken)
    let marked = record.facts.attributes
    #expect(marked == [.residentialProxy, .exposedCredentialsToken])
    record.rewind(to: 0)
    let rewound = record.facts.attributes.isEmpty
    #expect(rewound)
  }

  private func printed(_ attributes: Attributes) throws -> String {
    var record = RecordWriter()
    record.reportAnalysis(of: attributes)
    return try record.json()
  }
}
