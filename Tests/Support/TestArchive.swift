import Classifier
import Foundation

/// A resource archive made for the sample: tar(1) packs it, as anybody might.
///
/// It knows two thirds of the sample's fingerprints, so that the others are randomized at first and
/// unlabeled later; each has two processes, told apart by server name and port.
package final class TestArchive: Sendable {
  /// One whose process names begin so, and whose version says it too.
  package static func named(_ name: String) throws -> TestArchive { try TestArchive(name) }

  /// The one that most tests need.
  package static let usual = Result { try TestArchive("usual") }

  /// One that knows all fingerprints, so that no verdict hangs on the order of records.
  package static let complete = Result { try TestArchive("complete", knowsAll: true) }

  /// The options of `merc` that use this archive.
  package var arguments: [String] { ["--analysis", "--resources", path] }

  package let path: String
  private let directory: ScratchDirectory

  private init(_ name: String, knowsAll: Bool = false) throws {
    directory = try ScratchDirectory()
    path = directory.path + "/\(name).tgz"
    let members = [
      ("VERSION", "2026.01.01; 1.0.full \(name)\n"),
      ("fingerprint_db.json", try Self.database(name, knowsAll)),
      ("fp_prevalence_tls.txt", ""), ("pyasn.db", "192.0.2.0/24\t64496\n"),
      ("doh-watchlist.txt", "192.0.2.53\ndoh.example.com\n"),
    ]
    for (member, text) in members {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory.path)/\(member)"))
    }
    let tar = try Program(
      "/usr/bin/tar", ["-C", directory.path, "-czf", path] + members.map(\.0))
    guard tar.wait(seconds: 20).status == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  package func load() throws -> ResourceArchive {
    try ResourceArchive.load(path, options: LoadOptions())
  }

  /// The sample's fingerprints of clients, in the order of their text.
  private static let fingerprints = Result {
    var found: Set<String> = []
    for line in try InProcess.run(Sample.path).output.split(separator: UInt8(ascii: "\n")) {
      let record = try JSONSerialization.jsonObject(with: line) as? [String: Any]
      for case let (type, text as String) in record?["fingerprints"] as? [String: Any] ?? [:]
      where ["tls", "http", "quic", "ssh"].contains(type) { found.insert(text) }
    }
    return found.sorted()
  }

  private static func database(_ name: String, _ knowsAll: Bool) throws -> String {
    var lines = ""
    for (i, text) in try fingerprints.get().enumerated() where knowsAll || i % 3 != 1 {
      let type = String(text.prefix { $0 != "/" })
      let processes = [("first", 60, "www.example.com", 443), ("second", 40, "None", 80)].map {
        process, count, server, port in
        """
        {"process": "\(name) \(process) \(i)", "count": \(count), "malware": \(i % 4 == 0), \
        "attributes": {"evasive_vpn": \(process == "first")}, "classes_ip_as": {"64496": \(count)}, \
        "classes_hostname_domains": {"example.com": \(count)}, \
        "classes_port_port": {"\(port)": \(count)}, "classes_ip_ip": {"192.0.2.1": \(count)}, \
        "classes_hostname_sni": {"\(server)": \(count)}}
        """
      }
      lines += """
        {"str_repr": "\(text)", "fp_type": "\(type)", "total_count": 100, \
        "process_info": [\(processes.joined(separator: ", "))]}

        """
    }
    return lines
  }
}
