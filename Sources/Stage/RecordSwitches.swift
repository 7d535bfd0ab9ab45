import ArgumentParser
import Wire

/// What records are to be made and what they are to hold: for `merc` and `merc-parse` alike.
package struct RecordSwitches: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Protocols to report, separated by commas; 'merc docs protocols' lists them.",
      valueName: "names"))
  package var select = "all"

  @Flag(help: "Report all that a message says of itself, and the IP header.")
  package var metadata = false

  @Flag(help: "Report DNS messages as objects, not as base64.")
  package var dnsJson = false

  @Flag(help: "Report certificates as objects, not as base64.")
  package var certsJson = false

  @Flag(help: "Report the first payload of TCP connections that no selected protocol was found in.")
  package var nonselectedTcpData = false

  @Flag(help: "Report the first payload of UDP flows that no selected protocol was found in.")
  package var nonselectedUdpData = false

  @Flag(help: "Put messages together that are spread over several TCP segments.")
  package var reassembly = false

  @Flag(help: "Let fewer messages wait for the rest of themselves.")
  package var minimizeRam = false

  package init() {}

  package var options: RecordOptions {
    var options: RecordOptions = []
    if metadata { options.insert(.metadata) }
    if dnsJson { options.insert(.dnsJSON) }
    if certsJson { options.insert(.certsJSON) }
    if nonselectedTcpData { options.insert(.nonselectedTCPData) }
    if nonselectedUdpData { options.insert(.nonselectedUDPData) }
    return options
  }

  /// The same switches on another program's command line.
  package var arguments: [String] {
    ["--select=\(select)"] + (metadata ? ["--metadata"] : []) + (dnsJson ? ["--dns-json"] : [])
      + (certsJson ? ["--certs-json"] : []) + (reassembly ? ["--reassembly"] : [])
      + (minimizeRam ? ["--minimize-ram"] : [])
      + (nonselectedTcpData ? ["--nonselected-tcp-data"] : [])
      + (nonselectedUdpData ? ["--nonselected-udp-data"] : [])
  }
}
