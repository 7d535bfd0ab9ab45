import Foundation
import Support
import Testing

@testable import Learn

/// Archives that the published reference reads too, and reads the same.
@Suite(.tags(.process)) struct ReferenceTests {
  /// The script that runs the reference's wheel.
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("scripts/lib/reference-processes").path

  /// The sample's records as if each server had a client of its own.
  private func labelledSample() throws -> ScratchFile {
    let read = try Program.run("merc", ["-r", Sample.path, "--metadata"])
    var lines = ""
    for line in read.lines where line.contains(#""fingerprints":"#) {
      let record = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      guard let server = record["dst_ip"], let port = record["dst_port"] else { continue }
      lines +=
        line.dropLast() + #","ground_truth":{"process_name":"client of \#(server) \#(port)"}}"#
        + "\n"
    }
    return try ScratchFile(Array(lines.utf8), named: "labelled.json")
  }

  @Test func bothNameTheSameProcesses() throws {
    let directory = try ScratchDirectory()
    let archive = directory.path + "/made.tgz"
    let labelled = try labelledSample()
    let built = try Program.run("merc", ["resources", "build", "-o", archive, labelled.path])
    try #require(built.status == 0, "\(built.errors)")
    let reference = try Program.run(Self.script, [Sample.path, archive], seconds: 120)
    if reference.status == 77 {
      print("skipped: \(reference.errors)")
      return
    }
    try #require(reference.status == 0, "\(reference.errors)")
    let expected = reference.lines.filter { !$0.isEmpty }.map(String.init)
    let merc = try Program.run(
      "merc", ["-r", Sample.path, "--analysis", "--resources", archive])
    var found: [String] = []
    for line in merc.lines where line.contains(#""analysis":"#) {
      let record = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let analysis = record["analysis"] as? [String: Any]
      guard let process = analysis?["process"], let port = record["src_port"] else { continue }
      found.append("\(port) \(process)")
    }
    #expect(expected.count >= 10)
    #expect(found == expected)
  }
}
