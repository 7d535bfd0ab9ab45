import ArgumentParser
import Transport
import Wire

/// The resource archive that connections are classified by: for `merc` and `merc-analyze` alike.
package struct ArchiveSwitches: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The resource archive to classify by. Default: the small one that comes with merc.",
      discussion: """
        'merc resources build' makes one of what 'merc learn' has seen; 'merc resources load' puts \
        another in force while a pipeline runs, and SIGHUP this one again.
        """, valueName: "file"))
  package var resources: String?

  @Option(
    help: ArgumentHelp(
      "The key of an encrypted archive: a file of 32 hexadecimal digits, or of 16 bytes.",
      valueName: "file"))
  package var resourcesKey: String?

  package init() {}

  /// The path of the archive: the one named, or the one that comes with merc.
  ///
  /// - Throws: `StageFailure` if none is named and the latter is not there.
  package func archive(for program: String) throws(StageFailure) -> String {
    if let resources { return resources }
    // Installed, or where it was built.
    let places = ["../share/merc/resources.tgz", "../../../resources/default.tgz"]
    for place in places {
      if let path = Host.path(besideProgram: place) { return path }
    }
    throw StageFailure(
      "\(program): the archive that comes with merc is not there; name one with --resources",
      status: 69)
  }

  /// The same switches on another program's command line, with the archive at `path`.
  package func arguments(archive path: String) -> [String] {
    ["--resources", path] + (resourcesKey.map { ["--resources-key", $0] } ?? [])
  }
}

/// What a command that classifies by itself is told.
package struct AnalysisSwitches: ParsableArguments {
  @OptionGroup
  package var archive: ArchiveSwitches

  @OptionGroup
  package var verdicts: VerdictSwitches

  package init() {}
}
