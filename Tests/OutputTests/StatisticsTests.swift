import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import Output

@Suite(.tags(.unit)) struct StatisticsTests {
  private let directory: ScratchDirectory
  private var base: String { directory.path + "/sums" }

  init() throws { directory = try ScratchDirectory() }

  /// A record that has these facts.
  private struct Message {
    var fingerprint = "tls/1/(0303)"
    var userAgent: [UInt8] = []
    var serverName: [UInt8] = Array("a.example".utf8)
    var labels: [(Labels.Kind, String)] = []
    var source: UInt32 = 0x0a00_0001

    func count(into statistics: inout Statistics) {
      var writer = RecordWriter(options: .labels)
      let fingerprint = Array(self.fingerprint.utf8)
      let name = Array(fingerprint.prefix { $0 != UInt8(ascii: "/") })
      let kinds = FingerprintKinds.standard
      if let number = kinds.number(of: name.span), let kind = kinds[number] {
        writer.fingerprint(fingerprint.span, of: kind, number: number)
      }
      writer.note(.userAgent) { $0.append(userAgent.span) }
      writer.note(.serverName) { $0.append(serverName.span) }
      for (kind, name) in labels {
        let name = Array(name.utf8)
        writer.note(label: kind, name.span)
      }
      var flow = Flow()
      (flow.source, flow.destination) = (UInt128(source), 0xc000_0201)
      (flow.sourcePort, flow.destinationPort) = (40_000, 443)
      let none: [UInt8] = []
      var item = Buffer()
      RecordItem(
        packet: 1, time: 0, flow: flow, facts: writer.facts, message: none.span,
        head: writer.buffer.bytes,
        notes: writer.notes.bytes, analysis: none.span, tail: none.span
      ).write(to: &item)
      var input = Reader(item.bytes)
      if let record = try? RecordItem(&input) { statistics.count(record) }
    }
  }

  private func statistics(limit: Int? = nil, interval: Duration? = nil) throws -> Statistics {
    try Statistics(base: base, interval: interval, limit: limit, version: "1.2.3")
  }

  private func lines(of name: String) throws -> [String] {
    let data = try Decompression.contents(of: directory.path + "/" + name)
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func objects(of name: String) throws -> [[String: Any]] {
    try lines(of: name).map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func layout() throws {
    var statistics = try statistics()
    statistics.resourceVersion = "2026.01.01; 1.0.full"
    for userAgent in ["", "curl", "curl"] {
      Message(userAgent: Array(userAgent.utf8)).count(into: &statistics)
    }
    Message(fingerprint: "tls/1/(0301)", serverName: []).count(into: &statistics)
    Message(fingerprint: "tls_server/(0301)").count(into: &statistics)
    Message(
      fingerprint: "tls_server/(0301)",
      labels: [(.certificate, "printer"), (.snmp, "1.3.6"), (.snmp, "1.3.6"), (.snmp, "1.3.7")]
    ).count(into: &statistics)
    Message(
      fingerprint: "", labels: [(.certificate, "public"), (.snmp, "1.3.8")], source: 0x0808_0808
    ).count(into: &statistics)
    try statistics.close()
    #expect(directory.contents == ["sums.json.gz"])
    let lines = try lines(of: "sums.json.gz")
    try #require(lines.count == 2)
    let began = try #require(lines[0].firstRange(of: "\"libmerc_init_time\" : \""))
    let time = lines[0][began.upperBound...].prefix(20)
    #expect(ISO8601DateFormatter().date(from: String(time)) != nil)
    let heading =
      #", "libmerc_init_time" : "\#(time)","libmerc_version": "1.2.3", "#
      + #""resource_version" : "2026.01.01; 1.0.full", "build_number" : "0", "git_commit_id": """#
    #expect(
      lines[0] == #"{"src_ip":"10.0.0.1""# + heading
        + #", "device_info":{"cert_labels":[{"common_name":"printer","count":1}],"#
        + #""snmp_labels":[{"oid":"1.3.6","count":2},{"oid":"1.3.7","count":1}]}, "#
        + #""fingerprints":[{"str_repr":"tls/1/(0303)", "sessions": ["#
        + #"{"dest_info":[{"dst":"(a.example)(192.0.2.1)(443)","count":1}]},"#
        + #"{"user_agent":"curl", "dest_info":[{"dst":"(a.example)(192.0.2.1)(443)","count":2}]}]},"#
        + #"{"str_repr":"tls/1/(0301)", "sessions": ["#
        + #"{"dest_info":[{"dst":"()(192.0.2.1)(443)","count":1}]}]}]}"#)
    #expect(
      lines[1] == #"{"src_ip":"8.8.8.8""# + heading
        + #", "device_info":{"snmp_labels":[{"oid":"1.3.8","count":1}]}, "fingerprints":[]}"#)
  }

  @Test func whoseFingerprintTofseeIs() throws {
    var statistics = try statistics()
    Message(fingerprint: "tofsee/1/generic", userAgent: Array("203.0.113.9".utf8))
      .count(into: &statistics)
    try statistics.close()
    let line = try #require(try lines(of: "sums.json.gz").first)
    #expect(line.hasPrefix(#"{"src_ip":"192.0.2.1""#))
    #expect(line.contains(#""user_agent":"203.0.113.9""#))
    #expect(line.contains(#""dst":"()(10.0.0.1)(40000)""#))
  }

  /// Whatever comes is counted like a dictionary would, and always gives JSON.
  @Test func countsAnything() throws {
    var random = SeededRandom("statistics")
    var statistics = try statistics()
    var expected: [String: Int] = [:]
    let agents = (0..<30).map { _ in random.bytes(random.below(40)) }
    // Names that are not UTF-8 may be written alike, and then they are one: each begins with its own.
    let names = (0..<30).map { [0x40 + UInt8($0)] + random.bytes(random.below(20)) }
    for _ in 0..<5000 {
      let (agent, name) = (random.below(30), random.below(30))
      let source = UInt32(random.below(5))
      let fingerprint = "quic/(\(random.below(3)))"
      Message(
        fingerprint: fingerprint, userAgent: agents[agent], serverName: names[name],
        source: source
      ).count(into: &statistics)
      expected["\(source) \(fingerprint) \(agents[agent]) \(names[name])", default: 0] += 1
    }
    try statistics.close()
    let objects = try objects(of: "sums.json.gz")
    #expect(objects.count == 5)
    var counts: [Int] = []
    for object in objects {
      let fingerprints = try #require(object["fingerprints"] as? [[String: Any]])
      #expect(fingerprints.count == 3)
      for fingerprint in fingerprints {
        for session in try #require(fingerprint["sessions"] as? [[String: Any]]) {
          let destinations = try #require(session["dest_info"] as? [[String: Any]])
          counts += destinations.compactMap { $0["count"] as? Int }
        }
      }
    }
    #expect(counts.sorted() == expected.values.sorted())
  }

  /// What came first is counted on, what is new is not.
  @Test func keepsToTheLimit() throws {
    var statistics = try statistics(limit: 3)
    for round in 0..<2 {
      for source in 0..<(5 + UInt32(round)) {
        Message(source: source).count(into: &statistics)
      }
    }
    let ignored = statistics.ignored
    #expect(ignored == 2 + 3)
    try statistics.close()
    let objects = try objects(of: "sums.json.gz")
    #expect(objects.compactMap { $0["src_ip"] as? String } == ["0.0.0.0", "0.0.0.1", "0.0.0.2"])
    #expect(try lines(of: "sums.json.gz").allSatisfy { $0.hasSuffix(#""count":2}]}]}]}"#) })
  }

  @Test func beginsAnewEachPeriod() throws {
    var statistics = try statistics(limit: 1, interval: .seconds(60))
    Message(source: 1).count(into: &statistics)
    try statistics.rotate()
    #expect(directory.contents.isEmpty)
    try statistics.rotate(at: .now + .seconds(61))
    let first = eventually(within: 5) { directory.contents.contains { $0.hasPrefix("sums-0-") } }
    #expect(first)
    Message(source: 2).count(into: &statistics)
    try statistics.rotate(at: .now + .seconds(62))
    try statistics.rotate(at: .now + .seconds(130))
    try statistics.rotate(at: .now + .seconds(200))
    try statistics.close()
    let names = directory.contents.sorted()
    #expect(names.count >= 3 && names.allSatisfy { $0.hasSuffix(".json.gz") })
    let hosts = try names.map { try objects(of: $0).compactMap { $0["src_ip"] as? String } }
    #expect(hosts[0] == ["0.0.0.1"] && hosts[1] == ["0.0.0.2"])
    let others = hosts.dropFirst(2).filter { !$0.isEmpty }
    #expect(others.isEmpty)
    let format = DateFormatter()
    format.dateFormat = "'sums-0-'yyyy-MM-dd-HH-mm-ss'.json.gz'"
    #expect(format.date(from: names[0]) != nil)
  }

  @Test func nothingIsAnEmptyFile() throws {
    var statistics = try statistics()
    try statistics.close()
    let file = try #require(FileManager.default.contents(atPath: base + ".json.gz"))
    #expect(file.count == 20)
    #expect(try lines(of: "sums.json.gz").isEmpty)
  }

  @Test func saysWhereItCannotWrite() throws {
    var failure: FileFailure?
    do throws(FileFailure) {
      _ = try Statistics(base: "/nowhere/sums", interval: nil, version: "")
    } catch {
      failure = error
    }
    #expect(failure?.description == "cannot create files in /nowhere/: No such file or directory")
  }
}
