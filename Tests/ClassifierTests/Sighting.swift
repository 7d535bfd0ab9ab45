import Bytes
import Support
import Wire

@testable import Classifier

/// A message for the classifier, and what becomes of it as JSON.
struct Sighting {
  var fingerprint = "tls/(0303)(1301)()"
  var serverName = ""
  var userAgent = ""
  var destination: UInt128 = 0x0102_0304
  var isIPv6 = false
  var port: UInt16 = 443
  var attributes: Attributes = []

  struct Analysis: Equatable {
    var outcome: Classifier.Outcome
    var first: String
    var later: String
  }

  func analysis(
    by database: FingerprintDatabase, _ reports: Classifier.Report = []
  ) throws -> Analysis {
    var classifier = Classifier(
      ResourceArchive(database, version: "2025.05.05; 2.0.full"), reports: reports)
    return try analysis(by: &classifier)
  }

  func analysis(by classifier: inout Classifier) throws -> Analysis {
    var first = RecordWriter()
    var later = RecordWriter()
    let outcome = analyze(by: &classifier, &first, &later)
    return Analysis(outcome: outcome, first: try json(first), later: try json(later))
  }

  func analyze(
    by classifier: inout Classifier, _ first: inout RecordWriter, _ later: inout RecordWriter
  ) -> Classifier.Outcome {
    let (print, name, agent) = (
      Array(fingerprint.utf8), Array(serverName.utf8), Array(userAgent.utf8)
    )
    let subject = Subject(
      fingerprint: print.span, serverName: name.span, userAgent: agent.span,
      destination: destination, isIPv6: isIPv6, port: port)
    return classifier.analyze(subject, attributes: attributes, first: &first, later: &later)
  }

  /// What a section prints as, without the name it is under.
  private func json(_ record: borrowing RecordWriter) throws -> String {
    guard !record.buffer.isEmpty else { return "" }
    let text = try record.json()
    guard text.hasPrefix(#"{"analysis":"#) else { return text }
    return String(text.dropFirst(12).dropLast())
  }
}
