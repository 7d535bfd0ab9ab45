import ArgumentParser
import Bytes
import Classifier
import Files
import FoundationEssentials
import Output
import Stage
import Transport

/// `merc reclassify`: runs an archive over records that were made before.
struct ReclassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reclassify",
    _superCommandName: "merc",
    abstract: "Classify existing records again, by another archive.",
    discussion: """
      Reads JSON lines that merc or mercury wrote, and writes each with the analysis that the \
      archive gives it, in place of the one it had. What a parser had found out, such as exposed \
      credentials, stays. Records should have been made with --metadata, or hosts of HTTP requests \
      and versions of SSH clients are not in them; and in the form of fingerprints that the archive \
      is made for (merc resources list), or nothing is found.

        merc reclassify -r old.json --resources new.tgz > new.json
        zcat old.json.gz | merc reclassify --keep | jq 'select(.analysis != .new_analysis)'

      Lines that are no records are passed on as they are and counted; the exit status is then 1.
      """)

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The records, one JSON object a line. Default, and -: standard input.", valueName: "file"))
  var read: String?

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp(
      "Write to this file, which is emptied first. Default: standard output.", valueName: "file"))
  var fingerprint: String?

  @Flag(help: "Keep the analysis a record has, and put the new one beside it, as new_analysis.")
  var keep = false

  @OptionGroup(title: "Classification")
  var analysis: AnalysisSwitches

  @Flag(help: "Leave out the addresses that processes were seen to talk to, and IPv6 networks.")
  var minimizeRam = false

  func run() throws {
    Interruption.install(interrupt: true)
    try Stage.run { () throws(StageFailure) in
      let archive = try analysis.load(minimizesMemory: minimizeRam, for: "merc reclassify")
      var records = Reclassification(
        by: Classifier(archive, reports: analysis.reports), keepsOld: keep)
      var file = try output()
      let data = try contents()
      do throws(FileFailure) {
        if let data {
          try rewrite(data, by: &records, to: &file)
        } else {
          while Interruption.signalled == nil, let line = readLine(strippingNewline: true) {
            let bytes = Array(line.utf8)
            records.take(bytes.span)
            try file.write(records.output.bytes)
          }
          if Interruption.signalled == nil { try file.flush() }
        }
        try file.close()
      } catch {
        if error.kind == .closedPipe { return }
        throw StageFailure("merc reclassify: \(error)", status: 74)
      }
      if let signal = Interruption.signalled { throw StageFailure("", status: 128 + signal) }
      if let complaint = records.complaint { throw StageFailure("merc reclassify: \(complaint)") }
    }
  }

  private func rewrite(
    _ data: Data, by records: inout Reclassification, to file: inout OutputFile
  ) throws(FileFailure) {
    var rest = data.span
    while !rest.isEmpty, Interruption.signalled == nil {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
      records.take(rest.extracting(first: end))
      try file.write(records.output.bytes)
      rest = rest.extracting(droppingFirst: min(end + 1, rest.count))
    }
  }

  /// The file to be read; nothing for standard input.
  private func contents() throws(StageFailure) -> Data? {
    guard let path = read, path != "-" else { return nil }
    do { return try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) } catch {
      throw StageFailure("merc reclassify: \(path): cannot be read: \(error)")
    }
  }

  private func output() throws(StageFailure) -> OutputFile {
    do throws(FileFailure) { return try OutputFile(path: fingerprint) } catch {
      throw StageFailure("merc reclassify: \(error)", status: 73)
    }
  }
}
