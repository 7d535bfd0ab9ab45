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

  @Flag(help: "Report certificates as objects, not as base64.")
  package var certsJson = false

  @Flag(help: "Try all known keys on QUIC packets of unknown versions.")
  package var quicTrialDecryption = false

  @Option(
    help: ArgumentHelp(
      "Forms of fingerprints: tls, tls/1 or tls/2, and quic or quic/1.",
      discussion: """
        In tls, extensions stand as they were sent; in tls/1 and quic they are sorted, for \
        clients that shuffle them; in tls/2 and quic/1 those that come and go are also left out. \
        DTLS follows TLS.
        """, valueName: "names"),
    transform: { try FingerprintFormats(parsing: $0) })
  package var format = FingerprintFormats()

  @Option(
    help: ArgumentHelp(
      "Report what messages of these protocols say of their implementation, as they say it: "
        + "all, none, bittorrent, smb, ssdp, stun, tls.", valueName: "names"),
    transform: { try RecordOptions(parsingRawFeatures: $0) })
  package var rawFeatures: [RecordOptions] = []

  @Flag(
    help: ArgumentHelp(
      "Tell of credentials that whoever listens can use, or guess passwords from: in http, imap, "
        + "ftp, redis, tacacs, ldap, snmp."))
  package var exposedCreds = false

  @Flag(help: "Report the first payload of TCP connections that no selected protocol was found in.")
  package var nonselectedTcpData = false

  @Flag(help: "Report the first payload of UDP flows that no selected protocol was found in.")
  package var nonselectedUdpData = false

  @Option(
    help: ArgumentHelp(
      "Assess the cryptography that TLS, DTLS, QUIC and SSH offer and agree on: default (all "
        + "policies), or names from quantum_safe, nist_sp_800_52.",
      discussion: """
        The value is attached: --crypto-assess=quantum_safe. A message that does not conform to a \
        policy has that among the attributes of its analysis.
        """, valueName: "policies"),
    transform: { try AssessmentPolicies(parsing: $0) })
  package var cryptoAssess: AssessmentPolicies?

  @Flag(
    help: """
      Tell of hosts that pass on TLS client hellos from outside as their own, as residential \
      proxies do.
      """)
  package var networkBehavioralDetections = false

  @Flag(help: "Put messages together that are spread over several packets.")
  package var reassembly = false

  @Flag(help: "Let fewer messages wait for the rest of themselves.")
  package var minimizeRam = false

  package init() {}

  package func validate() throws {
    if rawFeatures.count > 1 { throw ValidationError("--raw-features is given more than once") }
  }

  package var options: RecordOptions {
    var options = rawFeatures.first ?? []
    if exposedCreds { options.insert(.exposedCredentials) }
    if metadata { options.insert(.metadata) }
    if dnsJson { options.insert(.dnsJSON) }
    if certsJson { options.insert(.certsJSON) }
    if quicTrialDecryption { options.insert(.quicTrialDecryption) }
    if nonselectedTcpData { options.insert(.nonselectedTCPData) }
    if nonselectedUdpData { options.insert(.nonselectedUDPData) }
    if let cryptoAssess { options.formUnion(cryptoAssess.options) }
    if networkBehavioralDetections { options.insert(.clientRandoms) }
    return options
  }

  /// The same switches on another program's command line.
  package var arguments: [String] {
    ["--select=\(select)"] + (metadata ? ["--metadata"] : []) + (dnsJson ? ["--dns-json"] : [])
      + (certsJson ? ["--certs-json"] : [])
      + (quicTrialDecryption ? ["--quic-trial-decryption"] : [])
      + (reassembly ? ["--reassembly"] : []) + (minimizeRam ? ["--minimize-ram"] : [])
      + (nonselectedTcpData ? ["--nonselected-tcp-data"] : [])
      + (nonselectedUdpData ? ["--nonselected-udp-data"] : [])
      + (exposedCreds ? ["--exposed-creds"] : [])
      + rawFeatures.map { "--raw-features=\($0.rawFeatures)" }
      + (cryptoAssess.map { ["--crypto-assess=\($0)"] } ?? [])
      + (networkBehavioralDetections ? ["--network-behavioral-detections"] : [])
      + ["--format=\(format)"]
  }
}
