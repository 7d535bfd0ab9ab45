import Foundation
import Bytes
import Support
import Testing
import Wire

@testable import Classifier

/// The rules of resources.md §3, line by line.
@Suite(.tags(.unit)) struct FingerprintDatabaseTests {
  typealias Line = DatabaseLine
  typealias Process = DatabaseLine.Process
  private static let two = [Process("a", 60), Process("b", 40)]

  @Test func countsWhatItHas() throws {
    let database = try load(
      Line(Self.two), Line("tls/(0303)(1302)()", [Process("a", 1)]),
      Line("http/(1)", [Process("c", 1)]))
    #expect(database.count(of: .tls) == 2)
    #expect(database.count(of: FingerprintType("http")) == 1)
    #expect(database.count(of: FingerprintType("ssh")) == 0)
    #expect(database.processCount == 3)
    #expect(database.warningCount == 0)
    #expect(database.classifies(.tls) && database.classifies(FingerprintType("http")))
    #expect(!database.classifies(.quic))
    #expect(try load([]).classifies(.tls))
  }

  @Test func membersComeInAnyOrder() throws {
    let process = Process("a", 60).json
    let line =
      #"{"process_info":[\#(process)],"x":[{"y":1}],"total_count":100,"str_repr":"http/(1)","#
      + #""fp_type":"http"}"#
    #expect(try has(line, "http/(1)"))
  }

  @Test func theFirstOfSeveralMembersCounts() throws {
    let line = Line(Self.two).json.dropLast() + #","str_repr":"tls/(2)","process_info":[]}"#
    #expect(try has(String(line), "tls/(0303)(1301)()"))
    #expect(try !has(String(line), "tls/(2)"))
  }

  @Test func severalFingerprintsShareAModel() throws {
    let line = Line(Self.two, ("str_repr_array", #"["tls/(2)", 5, "tls/(3)"]"#)).json
    for name in ["tls/(0303)(1301)()", "tls/(2)", "tls/(3)"] { #expect(try has(line, name)) }
    let alone = Line(Self.two, ("str_repr", "-"), ("str_repr_array", #"["tls/(2)"]"#)).json
    #expect(try has(alone, "tls/(2)"))
  }

  @Test func aBadFingerprintOfTheArrayEndsIt() throws {
    for bad in ["quic/(1)", "", "tls/1/(1)", "x"] {
      let line = Line(Self.two, ("str_repr_array", #"["tls/(2)", "\#(bad)", "tls/(3)"]"#)).json
      #expect(try has(line, "tls/(2)"))
      #expect(try !has(line, "tls/(3)"))
    }
  }

  @Test func aBadFirstFingerprintDropsTheLine() throws {
    for bad in ["quic/(1)", "", String(repeating: "t", count: 8192)] {
      let line = Line(
        Self.two, ("str_repr", "\"\(bad)\""), ("str_repr_array", #"["tls/(2)"]"#))
      let database = try load(line)
      #expect(database.models.isEmpty)
      #expect(database.warningCount == 1)
    }
  }

  @Test func shortFormsOfTLSAreCompleted() throws {
    #expect(try has(Line("(0303)", Self.two, ("fp_type", "\"tls\"")).json, "tls/(0303)"))
    #expect(try has(Line("randomized", Self.two, ("fp_type", "\"tls\"")).json, "tls/randomized"))
    #expect(try has(Line("(0303)", Self.two, ("fp_type", "-")).json, "tls/(0303)"))
    #expect(try !has(Line("(1)", Self.two, ("fp_type", "\"http\"")).json, "http/(1)"))
  }

  @Test func versionsOfATypeAreAlike() throws {
    let database = try load(
      Line("tls/1/(1)", Self.two), Line("tls/(2)", Self.two), Line("tls/1/(3)", Self.two),
      Line("quic/(1)", Self.two), Line("tls/1/randomized", Self.two))
    #expect(database.count(of: .tls) == 3)
    #expect(database.count(of: .quic) == 1)
    #expect(database.warningCount == 1)
  }

  @Test(arguments: [
    ("tls/(1)", "tls,quic"), ("tls/1/(1)", "tls/1,quic"), ("tls/2/(1)", "tls/2,quic"),
    ("quic/(1)", "tls,quic"), ("quic/1/(1)", "tls,quic/1"), ("http/(1)", "tls,quic"),
    ("tls/2/randomized", "tls/2,quic"), ("tls/randomized", "tls,quic"),
  ])
  func saysWhichFormatsItIsMadeOf(_ fingerprint: String, _ formats: String) throws {
    let database = try load(Line(fingerprint, Self.two))
    #expect(database.formats.description == formats)
  }

  @Test func aRepeatedFingerprintIsLeftOut() throws {
    let database = try load(Line(Self.two), Line([Process("c", 1)]))
    #expect(database.models.count == 1)
    #expect(database.models.first?.processes.count == 2)
    #expect(database.warnings.map(\.line) == [2])
  }

  @Test(arguments: ["[1]", "5", "\"x\"", "null", "{}", #"{"str_repr":"tls/(1)"}"#])
  func aLineWithoutEffectIsAWarning(_ line: String) throws {
    let database = try load([line, Line(Self.two).json])
    #expect(database.models.count == 1)
    #expect(database.warnings.map(\.line) == [1])
  }

  @Test func unknownTypesAreLeftOut() throws {
    let database = try load(Line("dtls/(1)", Self.two), Line(Self.two))
    #expect(database.models.count == 1)
    #expect(database.warningCount == 1)
  }

  @Test func onlyTheFirstWarningsAreKept() throws {
    let database = try load([String](repeating: "[]", count: 100))
    #expect(database.warningCount == 100)
    #expect(database.warnings.count == FingerprintDatabaseBuilder.maxWarnings)
  }

  // MARK: What ends loading

  @Test(
    arguments: [
      (Line(Self.two, ("total_count", "-")), "total_count is missing or 0"),
      (Line(Self.two, ("total_count", "0")), "total_count is missing or 0"),
      (Line(Self.two, ("total_count", "\"5\"")), "total_count is missing or 0"),
      (Line(Self.two, ("feature_weights", "[]")), "feature_weights is not an object"),
      (Line([5].map { _ in Process("a", 0) }), "process a: count is missing or 0"),
      (Line([Process("a", 1, ("count", "-"))]), "process a: count is missing or 0"),
      (Line([Process("a", 1, ("count", "1.0"))]), "process a: count is missing or 0"),
      (Line([Process("a", 1, ("process", "-"))]), "process 1 has no name"),
      (Line([Process("a", 1, ("process", "5"))]), "process 1 has no name"),
      (
        Line([Process("a", 1), Process("b", 1, ("malware", "-"))]), "process b: malware is missing"
      ),
      (
        Line([Process("a", 1), Process("b", 1, ("malware", "1"))]), "process b: malware is missing"
      ),
      (Line([Process("a", 1, ("classes_ip_as", "-"))]), "process a: classes_ip_as is missing"),
      (Line([Process("a", 1, ("classes_port_port", "-"))]), "classes_port_port is missing"),
      (Line([Process("a", 1, ("classes_ip_ip", "-"))]), "classes_ip_ip is missing"),
      (Line([Process("a", 1, ("classes_hostname_sni", "-"))]), "classes_hostname_sni is missing"),
      (Line([Process("a", 1, ("classes_hostname_domains", "-"))]), "domains is missing"),
      (Line([Process("a", 1, ("classes_ip_as", "[]"))]), "classes_ip_as is not an object"),
      (Line([Process("a", 1, ("classes_user_agent", "[]"))]), "user_agent is not an object"),
      (Line([Process("a", 1, ("classes_port_port", "{\"1\":-1}"))]), "count that is not a number"),
      (Line([Process("a", 1, ("classes_ip_as", "{\"1\":1.0}"))]), "count that is not a number"),
      (Line([Process("a", 1, ("classes_ip_ip", "{\"1.1.1.1\":\"\"}"))]), "that is not a number"),
      (Line([Process("a", 1, ("classes_user_agent", "{\"x\":null}"))]), "that is not a number"),
    ] as [(Line, String)])
  func faultsEndLoading(_ line: DatabaseLine, _ reason: String) throws {
    let failure = try #require(loadFailure(Line("tls/(0)", [Process("z", 1)]).json, line.json))
    #expect(failure.member == "fingerprint_db.json")
    #expect(failure.line == 2)
    #expect(failure.reason.contains(reason), "\(failure)")
    #expect(failure.reason.contains("fingerprint tls/(0303)(1301)()"), "\(failure)")
  }

  @Test func faultsMatterEvenIfTheFingerprintIsKnown() {
    #expect(loadFailure(Line(Self.two).json, Line([Process("x", 0)]).json) != nil)
  }

  @Test func faultsOfADroppedLineDoNotMatter() throws {
    let line = Line("quic/(1)", [Process("x", 0)], ("fp_type", "\"tls\"")).json
    #expect(try load([line]).warningCount == 1)
  }

  @Test func longFingerprintsAreShortenedInMessages() throws {
    let long = "tls/" + String(repeating: "x", count: 100)
    let failure = try #require(loadFailure(Line(long, [Process("x", 0)]).json))
    #expect(failure.reason == "fingerprint \(long.prefix(60))…: process x: count is missing or 0")
  }

  @Test func namesMayBeWrong() throws {
    let values = "{\"a.b\":1.5,\"c.d\":-1,\"e.f\":\"\",\"g.h\":2}"
    for member in ["classes_hostname_sni", "classes_hostname_domains"] {
      #expect(try load(Line([Process("a", 1, (member, values))])).models.count == 1)
      #expect(try load(Line([Process("a", 1, (member, "[]"))])).models.count == 1)
    }
  }

  @Test func numbersThatAreNoneCountAsZero() throws {
    let ports = #"{"x":1,"":1,"65536":1,"-5":1,"99999999999999999999":1}"#
    let database = try load(Line([Process("a", 1, ("classes_port_port", ports))]))
    #expect(database.warningCount == 5)
  }

  // MARK: Weights

  private static let weights =
    #"{"as":0.1,"domain":0.2,"port":0.3,"ip":0.4,"sni":0.5,"ua":0.6}"#

  @Test func weightsAreKeptInSinglePrecision() throws {
    let database = try load(Line(Self.two, ("feature_weights", Self.weights)))
    let weights = try #require(database.models.first?.weights)
    #expect(weights[.system] == Double(Float(0.1)))
    #expect(weights[.domain] == Double(Float(0.2)))
    #expect(weights[.port] == Double(Float(0.3)))
    #expect(weights[.address] == Double(Float(0.4)))
    #expect(weights[.serverName] == Double(Float(0.5)))
    #expect(weights[.userAgent] == Double(Float(0.6)))
    #expect(try load(Line(Self.two)).models.first?.weights == .standard)
  }

  @Test(arguments: [
    ("0.6}", "1}"), ("0.6}", "\"0.6\"}"), (",\"ua\":0.6", ""), ("0.6}", "0.6,\"x\":0.5}"),
    ("\"ua\"", "\"as\""),
  ])
  func weightsAreSixNumbersWithAFraction(_ part: String, _ replacement: String) {
    let parts = Self.weights.components(separatedBy: part)
    let weights = parts.joined(separator: replacement)
    #expect(weights != Self.weights)
    #expect(loadFailure(Line(Self.two, ("feature_weights", weights)).json) != nil)
  }

  // MARK: Malware and attributes

  @Test func theFirstProcessSaysWhetherThereIsMalware() throws {
    #expect(try load(Line(Self.two)).isMalwareDatabase)
    let none = ("malware", "-")
    let plain = Line([Process("a", 1, none), Process("b", 1, ("malware", "true"))])
    let database = try load(plain)
    #expect(!database.isMalwareDatabase)
    #expect(database.models.first?.processes.contains { $0.isMalware } == false)
    let later = try load([plain.json, Line("tls/(2)", [Process("a", 1)]).json])
    #expect(later.isMalwareDatabase)
  }

  @Test func attributesAreThoseOfTheFirstProcessThatHasAny() throws {
    let has = ("attributes", #"{"x":true,"y":false}"#)
    let database = try load(
      Line([Process("a", 1), Process("b", 1, has)]),
      Line("tls/(2)", [Process("c", 1, ("attributes", #"{"y":true}"#))]))
    #expect(database.attributeNames == [Array("x".utf8), Array("y".utf8)])
    #expect(database.models.flatMap { $0.processes.map(\.attributes) } == [0, 1, 2])
  }

  @Test func laterAttributesEndLoading() throws {
    let first = Process("a", 1, ("attributes", #"{"x":true}"#))
    let second = Process("b", 1, ("attributes", #"{"y":true}"#))
    let reason = try #require(loadFailure(Line([first, second]).json)).reason
    #expect(reason.contains("attribute y"))
  }

  @Test func thereIsRoomForSixAttributes() throws {
    func process(_ count: Int) -> Process {
      let names = (0..<count).map { ("x\($0)", "true") }
      return Process("a", 1, ("attributes", object(names)))
    }
    #expect(try load(Line([process(6)])).models.first?.processes.first?.attributes == 63)
    #expect(loadFailure(Line([process(7)]).json) != nil)
  }

  @Test func operatingSystemsAreKeptIfWanted() throws {
    let systems = ("os_info", #"{"cpe:x":3,"":1,"cpe:y":2}"#)
    let line = Line([Process("a", 1, systems), Process("b", 1), Process("c", 1, systems)]).json
    #expect(try load([line]).models.first?.systems.isEmpty == true)
    var options = LoadOptions()
    options.reportsOS = true
    let model = try #require(try load([line], options).models.first)
    #expect(
      (0..<3).map { model.systems(of: $0).map { model.systems[$0].count } } == [
        [3, 2], [], [3, 2],
      ])
  }

  @Test func addressesAreLeftOutToSaveMemory() throws {
    var options = LoadOptions()
    options.minimizesMemory = true
    let line = Line([Process("a", 1, ("classes_ip_ip", "-"))]).json
    #expect(try load([line], options).models.count == 1)
  }

  // MARK: Hostile

  /// A line with everything.
  static let full = Line(
    "tls/1/(0303)(1301)[]",
    [
      Process(
        #"a\u00e9\"b"#, 60, ("malware", "true"), ("attributes", #"{"x":true,"y":false}"#),
        ("os_info", #"{"cpe:2.3:o:x":39}"#), ("classes_ip_as", #"{"15169":5,"unknown":2}"#),
        ("classes_port_port", #"{"443":50,"80":10}"#),
        ("classes_ip_ip", #"{"8.8.8.8":3,"2001:db8::1":4,"10.1.1.1":2}"#),
        ("classes_hostname_domains", #"{"example.com":7}"#),
        ("classes_hostname_sni", #"{"www.example.com":6,"None":1}"#),
        ("classes_user_agent", #"{"None":1,"curl/7":2}"#), ("sha256", "\"00\"")),
      Process("b", 40),
    ],
    ("str_repr_array", #"["tls/1/(2)"]"#),
    ("feature_weights", weights))

  @Test func everyPrefixIsAFailure() {
    let line = Self.full.json
    #expect(loadFailure(line) == nil)
    for count in 0..<line.utf8.count {
      #expect(loadFailure(String(decoding: Array(line.utf8).prefix(count), as: UTF8.self)) != nil)
    }
  }

  @Test func damageNeverTraps() {
    Array(Self.full.json.utf8).forEachDamage(mutations: 3000) { line, _ in
      var builder = FingerprintDatabaseBuilder(options: LoadOptions())
      try? builder.add(line: line.span, number: 1, member: "")
    }
  }

  private func has(_ line: String, _ fingerprint: String) throws -> Bool {
    try load([line]).model(of: Array(fingerprint.utf8).span) != nil
  }
}
