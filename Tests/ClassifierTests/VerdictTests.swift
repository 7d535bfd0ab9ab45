import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import Classifier

/// What a record says of who sent the message (analysis.md §2, §5, §6 and §9).
@Suite(.tags(.unit)) struct VerdictTests {
  typealias Line = DatabaseLine
  typealias Process = DatabaseLine.Process

  private static let harmless: [Process] = [Process("a", 60), Process("b", 40)]
  private static let unaware = ("malware", "-")

  // MARK: Status

  @Test(arguments: ["tls_server/(0303)", "http_server/(1)", "tcp/(1)", "dtls/(1)", "", "tls", "/"])
  func otherMessagesHaveNoAnalysis(_ fingerprint: String) throws {
    let analysis = try Sighting(fingerprint: fingerprint).analysis(by: load(Line(Self.harmless)))
    #expect(analysis == .init(outcome: .notEligible, first: "", later: ""))
  }

  @Test(arguments: ["quic/(1)", "http/(1)", "ssh/(1)", "stun/1/(1)", "tofsee/1/generic"])
  func typesThatTheDatabaseLacksAreUnknown(_ fingerprint: String) throws {
    let analysis = try Sighting(fingerprint: fingerprint, attributes: .cnsaNonConformant)
      .analysis(by: load(Line(Self.harmless)))
    let expected =
      #"{"status":"unknown","attributes":[{"name":"cnsa_2_0_non_conformant","#
      + #""probability_score":1.000000}]}"#
    #expect(analysis == .init(outcome: .settled, first: expected, later: ""))
  }

  @Test func aKnownFingerprintIsLabeled() throws {
    let process = [Process("a", 60, Self.unaware), Process("b", 40, Self.unaware)]
    let analysis = try Sighting().analysis(by: load(Line(process)))
    let expected = #"{"process":"a","score":0.600000,"attributes":[]}"#
    #expect(analysis == .init(outcome: .settled, first: expected, later: ""))
  }

  @Test func anUnknownFingerprintOfOtherTypesIsUnlabeled() throws {
    let analysis = try Sighting(fingerprint: "http/(2)").analysis(
      by: load(Line("http/(1)", Self.harmless), Line("http/randomized", Self.harmless)))
    let expected = #"{"status":"unlabeled_fingerprint","attributes":[]}"#
    #expect(analysis == .init(outcome: .settled, first: expected, later: ""))
  }

  @Test func anUnknownFingerprintOfTLSIsRandomizedOnce() throws {
    let analysis = try Sighting(fingerprint: "tls/(0303)(1302)()")
      .analysis(by: load(Line(Self.harmless)))
    #expect(analysis.outcome == .dependsOnOrder)
    #expect(analysis.first == #"{"status":"randomized_fingerprint","attributes":[]}"#)
    #expect(analysis.later == #"{"status":"unlabeled_fingerprint","attributes":[]}"#)
  }

  @Test func randomizedFingerprintsHaveAModelOfTheirFormat() throws {
    for (prefix, other) in [("tls/", "tls/1/"), ("tls/1/", "tls/")] {
      let database = try load(Line("\(prefix)randomized", Self.harmless))
      let own = try Sighting(fingerprint: "\(prefix)(0303)(1302)()").analysis(by: database)
      let expected =
        #"{"process":"a","score":0.600000,"malware":0,"p_malware":0.000000,"#
        + #""status":"randomized_fingerprint","attributes":[]}"#
      #expect(own.first == expected)
      #expect(own.later == #"{"status":"unlabeled_fingerprint","attributes":[]}"#)
      let foreign = try Sighting(fingerprint: "\(other)(0303)(1302)()").analysis(by: database)
      #expect(foreign.first == #"{"status":"randomized_fingerprint","attributes":[]}"#)
    }
  }

  // MARK: Input

  @Test func textEndsWhereACStringWould() throws {
    let long = String(repeating: "x", count: 250) + ".a.com"
    let agent = String(repeating: "u", count: 511)
    let database = try load(
      Line([
        Process(
          "a", 60, ("classes_hostname_sni", "{\"\(long)\":60}"),
          ("classes_user_agent", "{\"\(agent)\":60}")),
        Process("b", 60),
      ]))
    func score(_ name: String, _ agent: String) throws -> Double? {
      try Sighting(serverName: name, userAgent: agent).analysis(by: database).first
        .number("score")
    }
    let known = try score(long, agent)
    #expect(known != 0.5)
    for rest in ["x", "\0", "\0x"] {
      #expect(try score(long + rest, agent) == known)
      #expect(try score(long, agent + rest) == known)
    }
    #expect(try score("\0" + long, "") == 0.5)
    let fingerprint = try Sighting(fingerprint: "tls/(0303)(1301)()\0x").analysis(by: database)
    #expect(fingerprint.outcome == .settled)
  }

  // MARK: Malware

  @Test func malwareIsToldWhereTheDatabaseKnowsIt() throws {
    let database = try load(
      Line(
        "tls/(1)", [Process("a", 10, ("malware", "true")), Process("b", 30), Process("c", 60)]),
      Line("http/(1)", [Process("m", 100, ("malware", "true"))]))
    let tls = try Sighting(fingerprint: "tls/(1)").analysis(by: database)
    #expect(
      tls.first
        == #"{"process":"c","score":0.600000,"malware":0,"p_malware":0.100000,"attributes":[]}"#)
    let http = try Sighting(fingerprint: "http/(1)").analysis(by: database)
    #expect(
      http.first
        == #"{"process":"m","score":1.000000,"malware":1,"p_malware":1.000000,"attributes":[]}"#)
  }

  @Test func malwareThatSpeaksTLSIsAnEncryptedChannel() throws {
    let bad = Process(
      "malware-upatre", 100, ("malware", "true"), ("attributes", #"{"evasive":false,"bad":true}"#))
    let analysis = try Sighting().analysis(by: load(Line([bad])))
    let expected =
      #"{"process":"malware-upatre","score":1.000000,"malware":1,"p_malware":1.000000,"#
      + #""attributes":[{"name":"encrypted_channel","probability_score":1.000000},"#
      + #"{"name":"bad","probability_score":1.000000}]}"#
    #expect(analysis.first == expected)
  }

  @Test func theGenericProcessGivesWayToAHarmlessSecond() throws {
    let generic = Process("generic dmz process", 60)
    let (good, bad) = (Process("a", 20), Process("m", 20, ("malware", "true")))
    func first(_ processes: [Process]) throws -> String {
      try Sighting().analysis(by: load(Line(processes))).first
    }
    #expect(
      try first([generic, good, bad])
        == #"{"process":"a","score":0.500000,"malware":0,"p_malware":0.200000,"attributes":[]}"#)
    #expect(
      try first([generic, bad, good]).hasPrefix(#"{"process":"generic dmz process","score":0.6"#))
    #expect(try first([generic]).hasPrefix(#"{"process":"generic dmz process","score":1.0"#))
    let known = Process("generic dmz process", 60, ("attributes", #"{"x":true}"#))
    #expect(try first([known]).hasSuffix(#"[{"name":"x","probability_score":0.000000}]}"#))
    let unaware = [generic, good].map { process in
      Process(process.name, process.count, Self.unaware)
    }
    #expect(try first(unaware).hasPrefix(#"{"process":"generic dmz process","score":0.75"#))
  }

  // MARK: Attributes

  @Test func attributesAreThoseOfTheWinnerWithTheProbabilityOfAll() throws {
    func process(_ name: String, _ count: Int, _ bits: String) -> Process {
      Process(name, count, Self.unaware, ("attributes", bits))
    }
    let database = try load(
      Line([
        process("a", 50, #"{"x":true,"y":false,"z":true}"#),
        process("b", 30, #"{"x":true,"y":true,"z":false}"#),
        process("c", 20, #"{"x":false,"y":true,"z":true}"#),
      ]))
    let analysis = try Sighting(attributes: [.residentialProxy]).analysis(by: database)
    let expected =
      #"{"process":"a","score":0.500000,"attributes":["#
      + #"{"name":"residential_proxy","probability_score":1.000000},"#
      + #"{"name":"x","probability_score":0.800000},{"name":"z","probability_score":0.700000}]}"#
    #expect(analysis.first == expected)
  }

  @Test(arguments: [
    ("tls/(0303)(ffff)()", true), ("tls/(0303)()()", true), ("tls/(0303)", true), ("tls/", true),
    ("tls/(0303)(ffffeeee)()", true), ("tls/(0303)(ffff13)()", true),
    ("tls/(0303)(ffff1301)()", false), ("tls/(0303)(1a1a)()", false),
    ("tls/1/(0303)(caca)[]", false), ("tls/(0303)(cafe)()", false), ("tls/(0303)(005c)()", false),
    ("tls/(0303)(005d)()", true), ("tls/(0303)(1a2a)()", true), ("tls/(0303)(00ff)()", false),
    ("tls/(0303)(ffff)(1301)", true), ("tls/(0303)(cccc)()", true),
  ])
  func clientsWithoutAnyKnownCipherSuiteFakeTLS(_ fingerprint: String, _ isFake: Bool) throws {
    let analysis = try Sighting(fingerprint: fingerprint).analysis(by: load([]))
    let expected = #"{"name":"faketls","probability_score":1.000000}"#
    #expect(analysis.first.contains(expected) == isFake)
    #expect(!analysis.later.contains("faketls"))
  }

  @Test func onlyUnknownFingerprintsFakeTLS() throws {
    let database = try load(Line("tls/(0303)(ffff)()", Self.harmless), Line("quic/(1)", []))
    let known = try Sighting(fingerprint: "tls/(0303)(ffff)()").analysis(by: database)
    #expect(!known.first.contains("faketls"))
    let quic = try Sighting(fingerprint: "quic/(1)(0303)(ffff)").analysis(by: database)
    #expect(!quic.first.contains("faketls"))
  }

  // MARK: What is told besides

  @Test func operatingSystemsAreToldIfWanted() throws {
    var options = LoadOptions()
    options.reportsOS = true
    let systems = ("os_info", #"{"cpe:x":3,"cpe:y":2}"#)
    let line = Line([Process("a", 60, Self.unaware), Process("b", 90, Self.unaware, systems)])
    let database = try load([line.json], options)
    #expect(
      try Sighting().analysis(by: database, .operatingSystems).first
        == #"{"process":"b","score":0.600000,"os_info":{"cpe:x":3,"cpe:y":2},"attributes":[]}"#)
    #expect(
      try Sighting().analysis(by: database).first
        == #"{"process":"b","score":0.600000,"attributes":[]}"#)
  }

  @Test func namesOfProcessesAreEscaped() throws {
    let database = try load(Line([Process(#"a\"\\\n\u00e9\ud83d\ude00"#, 60, Self.unaware)]))
    let line = #"{"process":"a\"\\\u000a\u00e9\ud83d\ude00","score":1.000000,"attributes":[]}"#
    #expect(try Sighting().analysis(by: database).first == line)
    let empty = try load(Line([Process("", 60, Self.unaware)]))
    #expect(
      try Sighting().analysis(by: empty).first
        == #"{"process":"","score":1.000000,"attributes":[]}"#)
  }

  @Test func theVersionOfTheArchiveComesLast() throws {
    let database = try load(Line("tls/randomized", Self.harmless))
    let analysis = try Sighting().analysis(by: database, [.explanation, .resourcesVersion])
    #expect(analysis.first.hasSuffix(#"],"resources_version":"2025.05.05; 2.0.full"}"#))
    #expect(
      analysis.later
        == #"{"status":"unlabeled_fingerprint","attributes":[],"#
        + #""resources_version":"2025.05.05; 2.0.full"}"#)
  }
}
