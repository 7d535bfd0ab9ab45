import Bytes
import CMallocCount
import Support
import Testing
import Wire

@testable import Classifier

/// A verdict allocates nothing once the classifier has given its first.
@Suite(.tags(.unit)) struct ClassifierAllocationTests {
  @Test(
    arguments: [[], .explanation, [.explanation, .resourcesVersion, .operatingSystems]]
      as [Classifier.Report])
  func verdictsAllocateNothing(_ reports: Classifier.Report) throws {
    var options = LoadOptions()
    options.reportsOS = true
    var builder = FingerprintDatabaseBuilder(options: options)
    for (i, line) in Self.lines.enumerated() {
      try builder.add(line: Array(line.utf8).span, number: i + 1, member: "fingerprint_db.json")
    }
    var classifier = Classifier(ResourceArchive(try builder.finish()), reports: reports)
    var first = RecordWriter()
    var later = RecordWriter()
    let attributes: Attributes = .cnsaNonConformant
    var calls: UInt64 = 0
    for round in 0..<100 {
      for (fingerprint, name, agent) in Self.sightings {
        first.reset()
        later.reset()
        let before = malloc_calls()
        let subject = Subject(
          fingerprint: fingerprint.span, serverName: name.span, userAgent: agent.span,
          destination: 0x0808_0808, isIPv6: false, port: 443)
        let outcome = classifier.analyze(
          subject, attributes: attributes, first: &first, later: &later)
        if round > 0 { calls += malloc_calls() - before }
        #expect(outcome != .notEligible)
      }
    }
    #expect(calls == 0)
  }

  private static let sightings: [([UInt8], [UInt8], [UInt8])] = [
    ("tls/(0303)(1301)()", "www.example.com", "curl"),
    ("tls/(0303)(1302)()", "10.1.1.1:443", ""),
    ("tls/(0303)(1303)()", "unknown.example.com", "x"),
    ("http/(1)", "", "curl"), ("quic/(1)", "a", ""), ("http/(2)", "*.example.com", ""),
  ].map { (Array($0.0.utf8), Array($0.1.utf8), Array($0.2.utf8)) }

  /// Twenty processes for each of a known fingerprint, all unknown ones, and a request.
  private static let lines = ["tls/(0303)(1301)()", "tls/randomized", "http/(1)"].map { name in
    let processes = (1...20).map { number in
      #"{"process":"p\#(number)","count":\#(number),"malware":\#(number % 2 == 0),"#
        + #""attributes":{"x":true,"y":\#(number % 3 == 0)},"os_info":{"cpe:x":\#(number)},"#
        + #""classes_ip_as":{"unknown":\#(number)},"classes_port_port":{"443":\#(number)},"#
        + #""classes_ip_ip":{"8.8.8.8":\#(number)},"#
        + #""classes_hostname_domains":{"example.com":\#(number)},"#
        + #""classes_hostname_sni":{"www.example.com":\#(number)},"#
        + #""classes_user_agent":{"curl":\#(number),"None":1}}"#
    }
    return #"{"str_repr":"\#(name)","fp_type":"\#(name.prefix { $0 != "/" })","total_count":500,"#
      + #""process_info":[\#(processes.joined(separator: ","))]}"#
  }
}
