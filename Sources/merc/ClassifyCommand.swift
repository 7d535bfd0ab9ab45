import ArgumentParser
import Bytes
import Classifier
import Render
import Stage
import Transport
import Wire

/// `merc classify`: answers once which process sends such a message.
struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    _superCommandName: "merc",
    abstract: "Say which process most likely sends a message with this fingerprint.",
    discussion: """
      Prints the analysis that a record of such a message would have, as one JSON object.

        merc classify --fingerprint 'tls/(0303)(1301…)…' --server-name www.example.com \\
          --dst-ip 192.0.2.1 --dst-port 443 --explain
      """)

  @Option(help: "The fingerprint, as records have it: tls/…, quic/…, http/…, ssh/…, stun/….")
  var fingerprint: String

  @Option(help: ArgumentHelp("The server that the client names.", valueName: "name"))
  var serverName = ""

  @Option(help: ArgumentHelp("Where the message goes, IPv4 or IPv6.", valueName: "address"))
  var dstIp: String

  @Option(help: ArgumentHelp("The port that it goes to.", valueName: "port"))
  var dstPort: UInt16

  @Option(help: ArgumentHelp("What the client calls itself.", valueName: "text"))
  var userAgent = ""

  @OptionGroup(title: "Classification")
  var analysis: AnalysisSwitches

  func run() throws {
    let text = Array(dstIp.utf8)
    guard let address = IPAddress(parsing: text.span) else {
      throw ValidationError("--dst-ip takes an address: \(dstIp) is none")
    }
    try Stage.run { () throws(StageFailure) in
      let archive = try analysis.load(for: "merc classify")
      var classifier = Classifier(archive, reports: analysis.reports)
      var first = RecordWriter()
      var later = RecordWriter()
      let (print, name, agent) =
        (Array(fingerprint.utf8), Array(serverName.utf8), Array(userAgent.utf8))
      let subject = Subject(
        fingerprint: print.span, serverName: name.span, userAgent: agent.span,
        destination: address.bits, isIPv6: address.isIPv6, port: dstPort)
      let outcome = classifier.analyze(subject, attributes: [], first: &first, later: &later)
      guard outcome != .notEligible else {
        throw StageFailure(
          "merc classify: \(fingerprint.prefix(60)) is no fingerprint that is classified: those of "
            + "tls, quic, http, ssh, stun and tofsee are")
      }
      var json = JSONRenderer()
      do throws(Malformed) { try json.object(first.buffer.bytes) } catch {
        throw StageFailure("merc classify: the verdict cannot be printed", status: 70)
      }
      Swift.print(String(decoding: json.buffer.bytes))
    }
  }
}
