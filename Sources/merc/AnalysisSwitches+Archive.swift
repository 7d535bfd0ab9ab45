import Classifier
import Stage
import Wire

extension AnalysisSwitches {
  /// Loads the archive that is named, or the one that comes with merc.
  func load(minimizesMemory: Bool = false, for program: String) throws(StageFailure)
    -> ResourceArchive
  {
    let path = try archive.archive(for: program)
    var options = LoadOptions()
    options.minimizesMemory = minimizesMemory
    options.reportsOS = verdicts.reportOs
    do throws(ArchiveFailure) {
      if let resourcesKey = archive.resourcesKey {
        options.key = try LoadOptions.key(in: resourcesKey)
      }
      return try ResourceArchive.load(path, options: options)
    } catch {
      throw StageFailure("\(program): \(path): \(error)")
    }
  }

  /// What verdicts are to say beyond the usual.
  var reports: Classifier.Report { Classifier.Report(RunPlan(verdicts.statedSettings)) }
}
