import Classifier
import Foundation
import Support
import Testing
import Wire

extension PipelineTests {
  /// What ships with merc does what the README says of it.
  @Suite(.tags(.process)) struct ShippedArchive {
    private struct Record: Decodable {
      struct TLS: Decodable {
        struct Client: Decodable { let server_name: String? }
        let client: Client?
      }
      struct Analysis: Decodable { let process: String? }
      let tls: TLS?
      let analysis: Analysis?
      let dst_ip: String
      let src_port: Int

      /// Who is connecting to where, as the file of expectations has it.
      var line: String {
        "\(src_port) \(dst_ip) \(tls?.client?.server_name ?? "-") \(analysis?.process ?? "-")"
      }
    }

    private let expectations = "\(Project.path)/Tests/PipelineTests/Expected/programs.txt"

    @Test func namesTheProcessOfEachClientHelloInTheSample() throws {
      let place = try Scene()
      let result = try place.run([
        "-r", "\(Project.path)/samples/programs.pcap", "--analysis", "--reassembly",
        "--select", "tls.client_hello",
      ])
      #expect(result.status == 0, "\(result.errors)")
      let records = try result.lines.dropLast().map {
        try JSONDecoder().decode(Record.self, from: Data($0.utf8))
      }
      let found = records.map { $0.line + "\n" }.joined()
      if Golden.isRecording {
        try Data(found.utf8).write(to: URL(fileURLWithPath: expectations))
      }
      let expected = try String(contentsOfFile: expectations, encoding: .utf8)
      #expect(found == expected, "RECORD=1 writes the expectations anew")
      #expect(Set(records.compactMap(\.analysis?.process)).count > 20)
    }

    private struct Line: Decodable {
      struct Process: Decodable {
        let process: String
        let classes_hostname_domains: [String: Int]
        let classes_ip_ip: [String: Int]
      }
      let process_info: [Process]
    }

    /// Nobody's habits are in it: names are those of RFC 2606, addresses those for documentation.
    @Test func knowsNoDestinationThatExists() throws {
      let path = "\(Project.path)/resources/default.tgz"
      let archive = try ResourceArchive.load(path)
      #expect(archive.version.hasSuffix("; 1.0.full"))
      #expect(archive.formats.description.hasPrefix("tls/1,"))
      let text = try Program("/usr/bin/tar", ["-xzOf", path, "fingerprint_db.json"])
        .wait(seconds: 20).lines.dropLast()
      #expect(!text.isEmpty)
      for line in text {
        for process in try JSONDecoder().decode(Line.self, from: Data(line.utf8)).process_info {
          for name in process.classes_hostname_domains.keys {
            #expect(Self.isReserved(name), "\(process.process) went to \(name)")
          }
          for address in process.classes_ip_ip.keys {
            #expect(Self.isForDocumentation(address), "\(process.process) went to \(address)")
          }
        }
      }
    }

    private static func isReserved(_ name: String) -> Bool {
      ["example.com", "example.net", "example.org", "missing.alt"].contains(name)
        || name.hasSuffix(".test") || name.hasSuffix("address.alt")
    }

    private static func isForDocumentation(_ address: String) -> Bool {
      ["192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:"].contains { address.hasPrefix($0) }
    }
  }
}
