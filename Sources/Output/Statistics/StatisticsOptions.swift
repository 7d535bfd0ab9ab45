import ArgumentParser
import Files
import Wire

/// What is counted, and how often it is written.
package struct StatisticsOptions: OutputOptions {
  @Option(
    help: ArgumentHelp(
      "Count which hosts were seen with which fingerprints, user agents and servers, and what devices "
        + "call themselves, and write that to BASE.json.gz.",
      discussion: """
        One line for each host, compressed. What has been counted by the end of each period goes to \
        BASE-<number>-<time>.json.gz, and counting begins again; a run that ends before that writes \
        BASE.json.gz.
        """, valueName: "base"))
  package var stats: String?

  @Option(
    help: ArgumentHelp(
      "How long a period of --stats is; 0 for the whole run. Default: 300.", valueName: "seconds"))
  package var statsTime: UInt32?

  @Option(
    help: ArgumentHelp(
      "How many different observations --stats counts in a period; what is new after that is left "
        + "out. Default and most: 1000000, which 0 stands for too.", valueName: "n"))
  package var statsLimit: UInt32?

  package init() {}

  /// Checks that options of statistics stand beside `--stats`.
  ///
  /// - Throws: `ValidationError` if one of them stands alone.
  package func validate() throws {
    if stats == nil, statsTime != nil || statsLimit != nil {
      throw ValidationError("--stats-time and --stats-limit are about --stats: give that too")
    }
  }

  package var destination: String? { stats }

  /// Opens the statistics, where they are asked for.
  ///
  /// - Throws: `FileFailure` if files cannot be created in their directory.
  package func open(_ site: OutputSite) throws(FileFailure) -> (any Output)? {
    guard let stats else { return nil }
    return StatisticsOutput(
      try Statistics(
        base: stats, interval: statsTime == 0 ? nil : .seconds(statsTime ?? 300),
        limit: statsLimit.flatMap { $0 == 0 ? nil : Int($0) }, version: site.version))
  }

  package var carried: [RunPlan.Setting] { [RunPlan.Setting("labels")] }

  /// What the primary sink counts does not stand in for its lines.
  package func replacesLines(isSecondary: Bool) -> Bool { isSecondary }

  package var isRotated: Bool { false }

  package var needsAnalysis: String? {
    "--stats counts what --analysis (-a) looks at: give that too"
  }
}
