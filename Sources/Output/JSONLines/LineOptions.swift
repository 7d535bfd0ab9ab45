import ArgumentParser
import Files

/// Where JSON lines are written.
package struct LineOptions: OutputOptions {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Write the JSON lines to this file, which is emptied first. Default: standard output.",
      valueName: "file"),
    completion: .file())
  package var fingerprint: String?

  package init() {}

  package var destination: String? { fingerprint }

  /// Opens the file of lines, where one is asked for.
  ///
  /// - Throws: `FileFailure` if it cannot be created.
  package func open(_ site: OutputSite) throws(FileFailure) -> (any Output)? {
    guard let fingerprint else { return nil }
    return JSONLines(to: try site.series(fingerprint))
  }
}
