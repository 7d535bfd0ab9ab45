import Foundation
import Support

@testable import Classifier

/// A model of dictionaries, scored as the formulas are written down.
struct NaiveModel {
  struct Process {
    var count: Int
    var counts: [Feature: [String: Int]] = [:]
  }

  var total: Int
  var weights: FeatureWeights?
  var processes: [Process]

  private static let values: [Feature: [String]] = [
    .system: ["unknown"], .port: ["443", "80", "8443"], .address: ["1.2.3.4", "5.6.7.8"],
    .userAgent: ["None", "curl", "x"], .domain: ["example.com", "example.org", "co.uk"],
    .serverName: ["www.example.com", "example.org", "a.b.c.co.uk", "other.com"],
  ]

  init(_ random: inout SeededRandom) {
    total = 1 + random.below(1_000_000)
    if random.below(2) == 0 {
      var drawn: [Double] = []
      for _ in 0..<6 { drawn.append(Double(Float(Double(random.below(100)) / 64 + 1.0 / 128))) }
      weights = FeatureWeights { drawn[$0.rawValue] }
    }
    processes = []
    for _ in 0...random.below(20) {
      var process = Process(count: 1 + random.below(total))
      for feature in Feature.allCases {
        process.counts[feature] = [:]
        for value in Self.values[feature] ?? [] where random.below(2) == 0 {
          process.counts[feature]?[value] = 1 + random.below(total)
        }
      }
      processes.append(process)
    }
  }

  static func sighting(_ random: inout SeededRandom) -> Sighting {
    var sighting = Sighting()
    let names = (values[.serverName] ?? []) + ["elsewhere.example.com", "b.co.uk"]
    sighting.serverName = names[random.below(names.count)]
    sighting.userAgent = ["", "curl", "x", "other"][random.below(4)]
    sighting.port = [443, 80, 8443, 1][random.below(4)]
    sighting.destination = [0x0102_0304, 0x0506_0708, 0x0909_0909][random.below(3)]
    return sighting
  }

  var line: DatabaseLine {
    var line = DatabaseLine(total: total, [])
    for (i, process) in processes.enumerated() {
      var entry = DatabaseLine.Process("p\(i)", process.count)
      for (feature, counts) in process.counts {
        let sorted = counts.sorted { $0.key > $1.key }
        entry.members.append(("\(feature.member)", object(sorted.map { ($0.key, "\($0.value)") })))
      }
      line.processes.append(entry)
    }
    if let weights {
      let members = Feature.allCases.map { ("\($0.name)", "\(weights[$0])") }
      line.members.append(("feature_weights", object(members)))
    }
    return line
  }

  /// Each process's score, as a logarithm.
  func logs(_ seen: Sighting) -> [Double] {
    let weights = weights ?? .standard
    let t = Double(total)
    let floor = log(0.1 / t)
    let address = (0..<4).reversed().map { "\(seen.destination >> ($0 * 8) & 255)" }
    let shown: [Feature: String] = [
      .system: "unknown", .port: "\(seen.port)", .address: address.joined(separator: "."),
      .userAgent: seen.userAgent.isEmpty ? "None" : seen.userAgent,
      .domain: seen.serverName.split(separator: ".").suffix(2).joined(separator: "."),
      .serverName: seen.serverName,
    ]
    return processes.map { process in
      var score = max(log(Double(process.count) / t), log(0.1))
      for feature in Feature.allCases {
        score += floor * weights[feature]
        if let count = process.counts[feature]?[shown[feature] ?? ""] {
          score += (log(Double(count) / t) - floor) * weights[feature]
        }
      }
      return score
    }
  }
}
