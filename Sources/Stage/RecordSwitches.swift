import ArgumentParser
import Wire

/// What records are to be made and what they are to hold: for `merc` and `merc-parse` alike.
package struct RecordSwitches: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Report only these protocols, separated by commas, as in tls,http.request; "
        + "'merc docs protocols' lists all names.",
      valueName: "names"))
  package var select = "all"

  @Flag(
    help: ArgumentHelp(
      "Report all that a message says of itself, and the IP header; without it, what tells "
        + "programs apart and whom they talk to."))
  package var metadata = false

  @Flag(help: "Report DNS messages as objects, not as base64.")
  package var dnsJson = false

  @Flag(help: "Report certificates as objects, not as base64. Not there yet: they stay base64.")
  package var certsJson = false

  package init() {}

  package var options: RecordOptions {
    var options: RecordOptions = []
    if metadata { options.insert(.metadata) }
    if dnsJson { options.insert(.dnsJSON) }
    if certsJson { options.insert(.certsJSON) }
    return options
  }

  /// The same switches on another program's command line.
  package var arguments: [String] {
    ["--select=\(select)"] + (metadata ? ["--metadata"] : []) + (dnsJson ? ["--dns-json"] : [])
      + (certsJson ? ["--certs-json"] : [])
  }
}
