import Foundation

/// Random numbers that a failing run can be repeated with: `SEED=… swift test`.
package struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// The seed of the environment variable `SEED`, or a new one; printed either way.
  package init(_ purpose: String) {
    let given = Self.environmentSeed
    let seed = given ?? UInt64.random(in: 0 ... .max)
    print("\(purpose): SEED=\(seed)")
    self.init(seed: seed)
  }

  private static var environmentSeed: UInt64? {
    ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }
  }

  /// SplitMix64.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  package mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

  /// A number from 0 up to, not including, `bound`.
  package mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  package mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }

  /// `bytes` with a few of them changed, and perhaps cut short.
  package mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for _ in 0..<(1 + below(4)) where !result.isEmpty { result[below(result.count)] = byte() }
    return below(3) == 0 ? Array(result.prefix(below(result.count + 1))) : result
  }
}
