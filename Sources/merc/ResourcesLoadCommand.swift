import ArgumentParser
import FoundationEssentials
import Stage
import Transport
import Wire

/// `merc resources load`: puts another archive in force while a pipeline runs.
struct ResourcesLoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Put another archive in force in a running pipeline.",
    discussion: """
      All analyzers load it beside their work. When each of them has, it is in force from the next \
      round of packets on; no record is lost, and none is scored by two archives. If one of them \
      cannot load it, the archive in force stays and the reason is told; the exit status is 1.

        merc resources load my.tgz

      To a pipeline on other hosts (--connect), the path must name the same file on every host \
      that has an analyzer. 'kill -HUP' on merc reloads the file that it was started with.

      Without --connect and --pipeline, it is the one pipeline that this user's merc is running.
      """)

  @Argument(help: ArgumentHelp("The archive.", valueName: "file"))
  var path: String

  @OptionGroup(title: "Which pipeline")
  var which: PipelineChoice

  func run() throws {
    let context = try Stage.context(key: which.key)
    Interruption.install(interrupt: true)
    try Stage.run { () throws(StageFailure) in
      let name = "merc resources load"
      let capture = try which.capture(for: name)
      let absolute = URL(filePath: path).path(percentEncoded: false)
      var file = absolute
      if let pid = capture.pid {
        file = try RuntimeDirectory.copy(
          archive: absolute, to: RuntimeDirectory.path(of: pid), for: name)
      }
      do throws(StageFailure) {
        let notice = try ResourcesRequest(at: capture.endpoint, of: capture.pid, in: context).load(
          file)
        Host.report("\(name): \(path), version \(notice.version), is in force")
      } catch {
        throw StageFailure(
          error.description.isEmpty ? "" : "\(name): \(path): \(error)", status: error.status)
      }
    }
  }
}
