import ArgumentParser
import Transport

/// What connections are classified by, and what is said of it: for `merc` and `merc-analyze` alike.
package struct AnalysisSwitches: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The resource archive to classify by. Default: the small one that comes with merc.",
      discussion: """
        'merc resources build' makes one of what 'merc learn' has seen; 'merc resources load' puts \
        another in force while a pipeline runs, and SIGHUP this one anew.
        """, valueName: "file"))
  package var resources: String?

  @Option(
    help: ArgumentHelp(
      "The key of an encrypted archive: a file of 32 hexadecimal digits, or of 16 bytes.",
      valueName: "file"))
  package var resourcesKey: String?

  @Flag(help: "Tell also which operating systems the process was seen on.")
  package var reportOs = false

  @Flag(
    help: """
      Tell also which processes came nearest, and what each of the destination's features added to \
      their scores.
      """)
  package var explain = false

  @Flag(help: "Tell also which version of the archive each verdict is from.")
  package var resourcesVersion = false

  package init() {}

  /// Whether any of these is given, which means nothing without classifying.
  package var isAnyGiven: Bool {
    resources != nil || resourcesKey != nil || reportOs || explain || resourcesVersion
  }

  /// The path of the archive: the one named, or the one that comes with merc.
  package func archive(for program: String) throws(StageFailure) -> String {
    if let resources { return resources }
    // Installed, or where it was built.
    let places = ["../share/merc/resources.tgz", "../../../resources/default.tgz"]
    for place in places {
      if let path = Surroundings.path(besideProgram: place) { return path }
    }
    throw StageFailure(
      "\(program): the archive that comes with merc is not there; name one with --resources",
      status: 69)
  }

  /// The same switches on another program's command line, with the archive at `path`.
  package func arguments(archive path: String) -> [String] {
    ["--resources", path] + (resourcesKey.map { ["--resources-key", $0] } ?? [])
      + (reportOs ? ["--report-os"] : []) + (explain ? ["--explain"] : [])
      + (resourcesVersion ? ["--resources-version"] : [])
  }
}
