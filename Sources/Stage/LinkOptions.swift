import ArgumentParser
import Transport
import Wire

/// How a stage takes its place in the pipeline: options that parse, analyze and sink share.
package struct LinkOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where merc-capture is, its --bind: ipc://PATH on this host, tcp://HOST:PORT from another.",
      valueName: "endpoint"), transform: Endpoint.read)
  package var connect: String

  @Option(
    help: ArgumentHelp(
      "Where the stage before sends its results; merc-parse needs none. Default: beside capture's "
        + "endpoint, or any free TCP port; capture tells the others.",
      valueName: "endpoint"), transform: Endpoint.read)
  package var bind: String?

  @Option(
    help: ArgumentHelp(
      "Where 'merc tap' reaches this process. Default: beside capture's endpoint, or any free "
        + "TCP port; 'merc tap' asks capture.",
      valueName: "endpoint"), transform: Endpoint.read)
  package var tap: String?

  @Option(
    help: ArgumentHelp(
      "A key file made by 'merc keygen', the same for every process; without one, any process "
        + "that reaches a tcp:// endpoint can take part.", valueName: "file"))
  package var key: String?

  @Option(help: .hidden)
  package var parent: UInt32?

  package init() {}

  /// Where a process of this name is bound when nothing is said: next to what it connects to.
  package func endpoint(for name: String, _ use: String) -> String {
    Endpoint(connect).beside("-\(name).\(use)").text
  }
}

extension Endpoint {
  /// An option's value, if it names an endpoint.
  ///
  /// - Throws: `ValidationError` if it does not.
  package static func read(_ text: String) throws -> String {
    guard Endpoint(text).isWellFormed else {
      throw ValidationError("\"\(text)\" is no endpoint: ipc://PATH or tcp://HOST:PORT")
    }
    return text
  }
}
