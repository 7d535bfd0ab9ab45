import Foundation
import Support
import Testing
import Wire

/// Whether there is a gate changes neither a record nor a sum, whatever is remembered of packets.
@Suite(.tags(.unit)) struct GateOptionTests {
  private static let sets: [(options: RecordOptions, reassembles: Bool)] =
    [([.nonselectedTCPData, .nonselectedUDPData], true)]
    + (Thoroughness.isExhaustive
      ? [([], true), ([.nonselectedTCPData], false), ([.nonselectedUDPData], false)] : [])

  /// What became of packets, however the ledger came to know it.
  private func account(of outcome: InProcess.Outcome) -> [String: UInt64] {
    var sums: [String: UInt64] = [:]
    for (line, count) in outcome.account.counts {
      switch line.entry {
      case .forwarded, .bytes: break
      case .gated, .notSelected, .rejected: sums[line.name, default: 0] += count
      default: sums["\(line.entry) \(line.name)", default: 0] += count
      }
    }
    return sums.filter { $0.value > 0 }
  }

  private func compare(_ capture: String) throws {
    for set in Self.sets {
      let runs = [(1, false), (3, true)] + (Thoroughness.isExhaustive ? [(1, true)] : [])
      let outcomes = runs.compactMap { parsers, gate in
        try? InProcess.run(
          capture, parsers: parsers, gate: gate, options: set.options,
          reassembles: set.reassembles, round: parsers == 3 ? 5 : .max)
      }
      guard let open = outcomes.first else { continue }
      for outcome in outcomes.dropFirst() {
        #expect(outcome.output == open.output, "\(capture) \(set)")
        #expect(account(of: outcome) == account(of: open), "\(capture) \(set)")
      }
      for outcome in outcomes {
        let isExact = Ledger(outcome.account).isExact
        #expect(isExact, "\(capture) \(set)")
      }
    }
  }

  @Test(arguments: Golden.captures.map(\.capture)) func changesNothing(_ capture: String) throws {
    try compare(capture)
  }

  @Test(.exhaustive, .enabled(if: !SharedCorpus.captures.isEmpty, "no shared/corpus/pcap here"))
  func changesNothingOfTheCorpus() throws {
    for capture in SharedCorpus.captures { try compare(capture) }
  }
}
