import ArgumentParser
import Stage
import Transport

/// Which of the pipelines that are running a command is about.
struct PipelineChoice: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where merc-capture is: ipc://PATH or tcp://HOST:PORT.", valueName: "endpoint"),
    transform: Endpoint.read)
  var connect: String?

  @Option(
    help: ArgumentHelp("The process number of the merc whose pipeline it is.", valueName: "pid"))
  var pipeline: Int32?

  @Option(
    help: ArgumentHelp(
      "A key file made by 'merc keygen'; guards tcp:// endpoints.", valueName: "file"))
  var key: String?

  var isAnyGiven: Bool { connect != nil || pipeline != nil || key != nil }

  func validate() throws {
    if connect != nil, pipeline != nil {
      throw ValidationError("--connect and --pipeline both say which pipeline; give one")
    }
  }

  /// Where the pipeline's capture is, and the process that runs it where that is known.
  func capture(for command: String) throws(StageFailure) -> (endpoint: String, pid: Int32?) {
    if let connect { return (connect, nil) }
    let running = RuntimeDirectory.running
    let list = running.map(String.init).joined(separator: ", ")
    if let pipeline {
      guard running.contains(pipeline) else {
        throw StageFailure(
          "\(command): process \(pipeline) runs no pipeline of this user"
            + (running.isEmpty ? "" : "; these do: \(list)"), status: 69)
      }
      return (RuntimeDirectory.endpoint(of: pipeline), pipeline)
    }
    guard let only = running.first else {
      throw StageFailure(
        "\(command): no pipeline of this user is running; for one started by hand, or on another "
          + "host, say where merc-capture is: --connect ENDPOINT", status: 69)
    }
    guard running.count == 1 else {
      throw StageFailure(
        "\(command): several pipelines are running; choose one with --pipeline: \(list)",
        status: 69)
    }
    return (RuntimeDirectory.endpoint(of: only), only)
  }
}
