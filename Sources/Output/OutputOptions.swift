import ArgumentParser
import Files
import Wire

/// The options of one kind of output, and how it is opened by them.
package protocol OutputOptions: ParsableArguments {
  /// What it writes to, `-` for standard output; `nil` where it is not asked for.
  var destination: String? { get }

  /// Opens it, where it is asked for.
  ///
  /// - Throws: `FileFailure` if its destination cannot be opened; then nothing has been emptied.
  func open(_ sink: OutputSite) throws(FileFailure) -> (any Output)?

  /// What it has the parsers send along beside records: settings of the plan.
  var carried: [RunPlan.Setting] { get }

  /// Why it cannot work in a run by this plan; `nil` where it can.
  func complaint(about plan: RunPlan) -> String?

  /// Whether JSON is printed to standard output only on request where this is asked for.
  func replacesLines(isSecondary: Bool) -> Bool

  /// Whether it writes records, so that protocols are read for it.
  var wantsRecords: Bool { get }

  /// Whether it is divided into files by `--limit` and `--output-time`.
  var isRotated: Bool { get }

  /// Why it means nothing in a run without analyzers; `nil` where it does.
  var needsAnalysis: String? { get }
}

/// What most kinds of output have in common.
extension OutputOptions {
  package var carried: [RunPlan.Setting] { [] }
  package func complaint(about plan: RunPlan) -> String? { nil }
  package func replacesLines(isSecondary: Bool) -> Bool { true }
  package var wantsRecords: Bool { true }
  package var isRotated: Bool { true }
  package var needsAnalysis: String? { nil }
}

/// The sink that an output is opened for.
package struct OutputSite {
  /// When files are divided.
  package var rotation = Rotation()
  /// The version of this program.
  package var version = ""
  /// Whether to give up waiting for a pipe to be read.
  package var isAbandoned: () -> Bool = { false }

  package init() {}

  /// The file at `path`, or the series of files that the rotation makes of it; `-` is standard output.
  ///
  /// - Throws: `FileFailure` if it cannot be created.
  package func series(_ path: String) throws(FileFailure) -> OutputSeries {
    var series = try OutputSeries(path: path, rotation: rotation)
    series.isAbandoned = isAbandoned
    return series
  }
}
