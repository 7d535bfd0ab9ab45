import Foundation
import Testing

/// What a suite needs, so that `scripts/test --unit`, `--process` and `--root` can choose among them.
extension Tag {
  /// Runs in the test's process, in a moment, but for a compressor.
  @Tag package static var unit: Self
  /// Starts merc's programs or others.
  @Tag package static var process: Self
  /// Is skipped unless it is root's: needs network namespaces or other users.
  @Tag package static var root: Self
}

/// How much is tested: what takes longer than a person waits, or than CI may, is left out unless asked for.
package enum Thoroughness {
  private static let asked = ProcessInfo.processInfo.environment["MERC_TESTS"] ?? ""

  /// Whether exhaustive variants run: not with `scripts/test --unit`.
  package static var isExhaustive: Bool { asked != "unit" }

  /// How often something random is tried: a fifth as often with `scripts/test --unit`.
  package static func rounds(_ usual: Int) -> Int { isExhaustive ? usual : usual / 5 }

  /// How many workers are killed where the output must not change: more with `scripts/test --full`.
  package static func kills(_ usual: Int, full: Int) -> Int { asked == "full" ? full : usual }
}

extension Trait where Self == ConditionTrait {
  /// For a test that goes through all of something large, of which others take a sample.
  package static var exhaustive: Self {
    .enabled(if: Thoroughness.isExhaustive, "left out by scripts/test --unit")
  }
}
