import Bytes
import Support
import Testing
import Wire

@testable import Classifier

/// What is read from records that were printed as JSON.
@Suite(.tags(.unit)) struct RecordLineTests {
  private struct Question: Equatable {
    var fingerprint = ""
    var serverName = ""
    var userAgent = ""
    var port: UInt16 = 0
  }

  private static let end =
    #""src_ip":"192.0.2.1","dst_ip":"192.0.2.2","protocol":6,"src_port":40000,"dst_port":443,"#
    + #""event_start":1.5}"#

  /// What an analyzer is asked about a record.
  private func question(_ line: String) throws -> Question? {
    var record = RecordLine()
    let bytes = Array(line.utf8)
    try record.read(bytes.span)
    guard let subject = record.subject else { return nil }
    return Question(
      fingerprint: String(decoding: subject.fingerprint),
      serverName: String(decoding: subject.serverName),
      userAgent: String(decoding: subject.userAgent), port: subject.port)
  }

  @Test(arguments: [
    (
      #"{"fingerprints":{"tls":"tls/(1)"},"tls":{"client":{"version":"0303","server_name":"a.b"}},"#,
      "tls/(1)", "a.b", ""
    ),
    (
      #"{"fingerprints":{"http":"http/(1)"},"http":{"request":{"host":"a.b","user_agent":"c/1"}},"#,
      "http/(1)", "a.b", "c/1"
    ),
    (
      #"{"fingerprints":{"ssh":"ssh/(1)"},"ssh":{"init":{"protocol":"SSH-2.0-x","comment":"y"}},"#,
      "ssh/(1)", "", "SSH-2.0-xy"
    ),
    (
      #"{"fingerprints":{"ssh":"ssh/(1)"},"ssh":{"init":{"protocol":"SSH-2.0-x"}},"#,
      "ssh/(1)", "", ""
    ),
    (
      #"{"fingerprints":{"stun":"stun/1"},"stun":{"attributes":[{"type":"USERNAME","value":"u"},"#
        + #"{"type":"SOFTWARE","value":"s"}]},"#, "stun/1", "", "s"
    ),
    (
      #"{"fingerprints":{"quic":"quic/(1)"},"tls":{"client":{"server_name":"a","#
        + #""quic_transport_parameters_draft":[],"google_user_agent":"g"}},"#, "quic/(1)", "a", "g"
    ),
    (
      #"{"fingerprints":{"quic":"quic/(1)"},"tls":{"client":{"google_user_agent":"g"}},"#,
      "quic/(1)", "", ""
    ),
  ])
  func asksWhatTheRecordShows(
    _ start: String, _ fingerprint: String, _ serverName: String, _ userAgent: String
  ) throws {
    #expect(
      try question(start + Self.end)
        == Question(
          fingerprint: fingerprint, serverName: serverName, userAgent: userAgent, port: 443))
  }

  @Test(arguments: [
    "{" + end, #"{"fingerprints":{"tls_server":"tls_server/(1)"},"# + end,
    #"{"fingerprints":{"tls":"tls/(1)"},"src_ip":"192.0.2.1","dst_ip":"nowhere","event_start":1}"#,
    #"{"fingerprints":["tls/(1)"],"# + end, "{}",
  ])
  func asksNothingOfOthers(_ line: String) throws {
    #expect((try? question(line)) ?? nil == nil)
  }

  /// Where the analysis is, or would be.
  @Test(arguments: [
    (#"{"a":1,"analysis":{"process":"x"},"dst_ip":"1.1.1.1"}"#, #""analysis":{"process":"x"}"#),
    (#"{"a":1,"dst_ip":"1.1.1.1"}"#, ""), (#"{"a":1}"#, ""),
  ])
  func findsThePlaceOfTheAnalysis(_ line: String, _ section: String) throws {
    var record = RecordLine()
    let bytes = Array(line.utf8)
    try record.read(bytes.span)
    #expect(String(decoding: bytes[record.place], as: UTF8.self) == section)
    let behind = String(decoding: bytes[record.place.upperBound...], as: UTF8.self)
    #expect(behind.first == "," || behind.hasPrefix("\"dst_ip\"") || behind == "}", "\(behind)")
  }

  /// A value says nothing of the record before it.
  @Test func forgetsTheLineBefore() throws {
    var record = RecordLine()
    let first = Array((#"{"fingerprints":{"tls":"tls/(1)"},"# + Self.end).utf8)
    try record.read(first.span)
    #expect(record.flow?.sourcePort == 40000)
    let second = Array("{}".utf8)
    try record.read(second.span)
    #expect(record.flow == nil)
    #expect(record.fingerprintText.isEmpty)
  }

  @Test func refusesWhatIsNoObject() {
    for text in ["", "[]", "{", "{}{}", "1", #"{"a":}"#] {
      var record = RecordLine()
      let bytes = Array(text.utf8)
      #expect(throws: JSONFault.self, "\(text)") { try record.read(bytes.span) }
    }
  }
}
