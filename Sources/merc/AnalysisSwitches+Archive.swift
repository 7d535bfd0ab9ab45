import Classifier
import Stage

extension AnalysisSwitches {
  /// Loads the archive that is named, or the one that comes with merc.
  func load(minimizesMemory: Bool = false, for program: String) throws(StageFailure)
    -> ResourceArchive
  {
    let path = try archive(for: program)
    var options = LoadOptions()
    options.minimizesMemory = minimizesMemory
    options.reportsOS = reportOs
    do throws(ArchiveFailure) {
      if let resourcesKey { options.key = try LoadOptions.key(in: resourcesKey) }
      return try ResourceArchive.load(path, options: options)
    } catch {
      throw StageFailure("\(program): \(path): \(error)")
    }
  }

  /// What verdicts are to say beyond the usual.
  var reports: Classifier.Report {
    var reports: Classifier.Report = []
    if reportOs { reports.insert(.operatingSystems) }
    if explain { reports.insert(.explanation) }
    if resourcesVersion { reports.insert(.resourcesVersion) }
    return reports
  }
}
