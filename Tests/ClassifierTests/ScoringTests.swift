import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import Classifier

/// What processes score is what the formulas of analysis.md §3 and §5 say.
@Suite(.tags(.unit)) struct ScoringTests {
  @Test func addsUpWhatWasSeen() throws {
    let database = try load(
      DatabaseLine(
        total: 1000,
        [
          .init(
            "a", 600, ("classes_ip_as", #"{"unknown":50}"#),
            ("classes_port_port", #"{"443":500,"80":1}"#),
            ("classes_hostname_sni", #"{"www.example.com":7,"x.example.com":1}"#),
            ("classes_hostname_domains", #"{"example.com":9}"#)),
          .init(
            "b", 5, ("classes_port_port", #"{"443":2}"#), ("classes_user_agent", #"{"None":4}"#),
            ("classes_hostname_sni", #"{"www.example.com":900}"#)),
        ]))
    let logs = try logs(database, Sighting(serverName: "www.example.com"))
    let floor = log(0.1 / 1000)
    let all = 0.13924 + 0.15590 + 0.00528 + 0.56735 + 0.96941 + 1
    let a =
      log(0.6) + floor * all + 0.13924 * log(500) + 0.00528 * log(5000) + 0.15590 * log(90)
      + 0.96941 * log(70)
    let b = log(0.1) + floor * all + 0.00528 * log(20) + log(40) + 0.96941 * log(9000)
    #expect(abs(logs[0] - a) < 1e-12)
    #expect(abs(logs[1] - b) < 1e-12)
  }

  @Test func aNameThatOccursTwiceIsAddedUpAndAnotherValueCountsTwice() throws {
    func line(_ member: String, _ values: String) -> DatabaseLine {
      DatabaseLine([.init("a", 60, (member, values))])
    }
    func gain(_ line: DatabaseLine) throws -> Double {
      let model = try load(line)
      let none = try load(DatabaseLine([.init("a", 60)]))
      let sighting = Sighting(serverName: "x.y")
      return try logs(model, sighting)[0] - logs(none, sighting)[0]
    }
    let name = try gain(line("classes_hostname_sni", #"{"x.y":3,"x.y":4}"#))
    #expect(abs(name - 0.96941 * log(70)) < 1e-12)
    let domain = try gain(line("classes_hostname_domains", #"{"x.y":3,"x.y":4}"#))
    #expect(abs(domain - 0.15590 * log(70)) < 1e-12)
    let port = try gain(line("classes_port_port", #"{"443":3,"0443":4}"#))
    #expect(abs(port - 0.00528 * (log(30) + log(40))) < 1e-12)
    let system = try gain(line("classes_ip_as", #"{"unknown":3,"0":4}"#))
    #expect(abs(system - 0.13924 * (log(30) + log(40))) < 1e-12)
    let agent = try gain(line("classes_user_agent", #"{"None":3,"":4}"#))
    #expect(abs(agent - (log(30) + log(40))) < 1e-12)
  }

  @Test func whatWasSeenNoTimesIsImpossible() throws {
    let never = ("classes_port_port", #"{"443":0}"#)
    let one = try load(DatabaseLine([.init("a", 60, never), .init("b", 40)]))
    #expect(try Sighting().analysis(by: one).first.hasPrefix(#"{"process":"b","score":1.000000"#))
    let all = try load(DatabaseLine([.init("a", 60, never), .init("b", 40, never)]))
    #expect(try Sighting().analysis(by: all).first.hasPrefix(#"{"process":"a","score":0.000000"#))
  }

  @Test func otherWeightsReplaceThoseOfTheModel() throws {
    let process = DatabaseLine.Process("a", 60, ("classes_port_port", #"{"443":3}"#))
    let database = try load(DatabaseLine([process]))
    let doubled = FeatureWeights { $0 == .port ? 2 : 0.25 }
    let logs = try logs(database, Sighting(), doubled)
    #expect(abs(logs[0] - (log(0.6) + log(0.001) * 3.25 + 2 * log(30))) < 1e-12)
  }

  @Test func theFirstOfEqualsWins() throws {
    let database = try load(
      DatabaseLine([.init("a", 20), .init("b", 30), .init("c", 30), .init("d", 20)]))
    #expect(try Sighting().analysis(by: database).first.hasPrefix(#"{"process":"b","score":0.3"#))
  }

  // MARK: Shares

  @Test(arguments: [1, 2, 7, 8, 9, 15, 16, 17, 40])
  func sharesArePowersOfE(_ count: Int) {
    var random = SeededRandom("ScoringTests")
    let scores = (0..<count).map { _ in -Double(random.below(30_000)) / 1000 }
    guard let best = scores.max() else { return }
    var shares = [Double](repeating: 0, count: count)
    Softmax.fill(&shares, from: scores, best: best)
    let sum = Softmax.sum(of: shares)
    for (score, share) in zip(scores, shares) {
      #expect(abs(share / exp(score - best) - 1) < 1e-5)
    }
    #expect(abs(sum - shares.reduce(0, +)) < 1e-5)
  }

  /// Taken from the reference's vector code, where the order of additions and a rounding show.
  @Test func groupsOfEightAreRoundedAsVectorsAre() {
    let scores = (0..<8).map { -100 - 0.3 * Double($0) }
    var shares = [Double](repeating: 0, count: 8)
    Softmax.fill(&shares, from: scores, best: -100)
    for (i, share) in shares.enumerated() {
      #expect(Double(Float(share)) == share)
      let single = Float(scores[i]) - -100
      #expect(abs(Float(share) - exp(single)) <= Float(share).ulp)
    }
  }

  @Test func scoresFarApartGiveNothing() {
    var shares = [Double](repeating: 1, count: 9)
    let scores: [Double] = [0, -1000, -.infinity, -88, -87, -104, -1e300, -5000, -1e9]
    Softmax.fill(&shares, from: scores, best: 0)
    let sum = Softmax.sum(of: shares)
    #expect(sum == 1)
    #expect(shares[0] == 1)
    for share in shares.dropFirst() { #expect(share >= 0 && share < 1e-37) }
  }

  // MARK: A model that cannot be misunderstood

  @Test func agreesWithTheFormulasOnAnything() throws {
    var random = SeededRandom("ScoringTests.agrees")
    for _ in 0..<60 {
      let model = NaiveModel(&random)
      let database = try load(model.line)
      var classifier = Classifier(ResourceArchive(database), reports: [])
      for _ in 0..<20 {
        let sighting = NaiveModel.sighting(&random)
        let expected = model.logs(sighting)
        let logs = logs(&classifier, sighting)
        #expect(zip(logs, expected).allSatisfy { abs($0 - $1) < 1e-9 * abs($1) })
        let best = expected.max() ?? 0
        let powers = expected.map { exp($0 - best) }
        let sum = powers.reduce(0, +)
        let printed = try sighting.analysis(by: &classifier).first
        let score = try #require(printed.number("score"))
        #expect(abs(score - 1 / sum) < 2e-5, "\(printed)")
      }
    }
  }

  // MARK: Reading

  private func logs(
    _ database: FingerprintDatabase, _ sighting: Sighting, _ weights: FeatureWeights? = nil
  ) throws -> [Double] {
    var classifier = Classifier(ResourceArchive(database), reports: [])
    return logs(&classifier, sighting, weights)
  }

  private func logs(
    _ classifier: inout Classifier, _ sighting: Sighting, _ weights: FeatureWeights? = nil
  ) -> [Double] {
    let (print, name, agent) = (
      Array(sighting.fingerprint.utf8), Array(sighting.serverName.utf8),
      Array(sighting.userAgent.utf8)
    )
    let subject = Subject(
      fingerprint: print.span, serverName: name.span, userAgent: agent.span,
      destination: sighting.destination, isIPv6: sighting.isIPv6, port: sighting.port)
    _ = classifier.judge(subject, .tls, weights: weights)
    return classifier.posterior.logs
  }
}

extension String {
  /// The first number that a member of this name has.
  func number(_ key: String) -> Double? {
    guard let start = range(of: "\"\(key)\":")?.upperBound else { return nil }
    return Double(self[start...].prefix { "0123456789.-".contains($0) })
  }
}
