import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import Classifier

/// `--explain` shows what the scores are made of, and it adds up.
@Suite(.tags(.unit)) struct ExplanationTests {
  @Test func showsEachShare() throws {
    let database = try load(
      DatabaseLine(
        total: 100,
        [
          .init(
            "a", 50, ("malware", "-"), ("classes_ip_as", #"{"unknown":10}"#),
            ("classes_hostname_sni", #"{"www.example.com":1}"#),
            ("classes_hostname_domains", #"{"example.com":20}"#),
            ("classes_port_port", #"{"443":10}"#), ("classes_user_agent", #"{"curl":10}"#))
        ]))
    let sighting = Sighting(serverName: "www.example.com", userAgent: "curl")
    let analysis = try sighting.analysis(by: database, .explanation)
    let expected =
      #"{"process":"a","score":1.000000,"attributes":[],"explanation":[{"process":"a","#
      + #""score":1.000000,"log_score":-11.962826,"prior":-20.291692,"features":["#
      + #"{"feature":"as","value":0,"share":0.641224},"#
      + #"{"feature":"port","value":443,"share":0.024315},"#
      + #"{"feature":"ua","value":"curl","share":4.605170},"#
      + #"{"feature":"domain","value":"example.com","share":0.826008},"#
      + #"{"feature":"sni","value":"www.example.com","share":2.232149}]}]}"#
    #expect(analysis.first == expected)
  }

  @Test func addsUpForEverything() throws {
    var random = SeededRandom("ExplanationTests")
    for _ in 0..<60 {
      let database = try load(NaiveModel(&random).line)
      for _ in 0..<10 {
        let sighting = NaiveModel.sighting(&random)
        try check(sighting.analysis(by: database, .explanation).first)
      }
    }
  }

  @Test func thereIsNoneWithoutAModel() throws {
    let analysis = try Sighting(fingerprint: "tls/(1)(1301)()").analysis(
      by: load([]), .explanation)
    #expect(!analysis.first.contains("explanation"))
  }

  @Test func theFiveLikeliestAreShownInOrder() throws {
    let counts = [10, 50, 30, 70, 20, 90, 40]
    let processes = counts.map { DatabaseLine.Process("p\($0)", $0) }
    let database = try load(DatabaseLine(total: 310, processes))
    let analysis = try Sighting().analysis(by: database, .explanation).first
    let explanation = try explanation(analysis)
    // Two are below a tenth, and so are as good as a tenth; the first of them counts.
    #expect(explanation.map(\.process) == ["p90", "p70", "p50", "p40", "p10"])
  }

  private func explanation(_ analysis: String) throws -> [Explained] {
    let whole = try JSONDecoder().decode(Analysis.self, from: Data(analysis.utf8))
    return whole.explanation
  }

  private func check(_ analysis: String) throws {
    let explanation = try explanation(analysis)
    let best = try #require(explanation.first)
    #expect(abs(best.score - (analysis.number("score") ?? -1)) < 1e-6)
    for entry in explanation {
      let sum = entry.features.reduce(entry.prior) { $0 + $1.share }
      #expect(abs(sum - entry.log_score) < 1e-6 * Double(entry.features.count + 2))
      // In proportion to the best.
      #expect(abs(entry.score - best.score * exp(entry.log_score - best.log_score)) < 1e-5)
    }
  }

  private struct Analysis: Decodable { var explanation: [Explained] }

  private struct Explained: Decodable {
    var process: String
    var score: Double
    var log_score: Double
    var prior: Double
    var features: [Feature]

    struct Feature: Decodable {
      var feature: String
      var share: Double
    }
  }
}
