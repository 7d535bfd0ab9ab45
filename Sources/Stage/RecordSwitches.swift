import ArgumentParser
import Wire

/// What records are to be made and what they are to hold: for `merc` and `merc-parse` alike.
package struct RecordSwitches: ParsableArguments {
  /// Which messages give records.
  package struct Choice: ParsableArguments {
    @Option(
      name: [.short, .long],
      help: ArgumentHelp(
        "Report only these protocols, separated by commas, as in tls,http.request; "
          + "'merc docs protocols' lists all names. Default: all.",
        valueName: "names"))
    package var select: [String] = []

    @Flag(
      help: """
        Put messages of TLS, SSH, QUIC and DTLS together that are spread over several packets.
        """)
    package var reassembly = false

    @Flag(help: "Let fewer messages wait for the rest of themselves.")
    package var minimizeRam = false

    @Flag(
      help: "Report the first payload of TCP connections that no selected protocol was found in.")
    package var nonselectedTcpData = false

    @Flag(help: "Report the first payload of UDP flows that no selected protocol was found in.")
    package var nonselectedUdpData = false

    @Flag(help: "Try all known keys on QUIC packets of unknown versions.")
    package var quicTrialDecryption = false

    package init() {}
  }

  /// What records hold of a message.
  package struct Content: ParsableArguments {
    @Flag(
      help: ArgumentHelp(
        "Report all that a message says of itself, and the IP header; without it, what tells "
          + "programs apart and the servers they talk to."))
    package var metadata = false

    @Flag(help: "Report DNS messages as objects, not as base64.")
    package var dnsJson = false

    @Flag(help: "Report certificates as objects, not as base64.")
    package var certsJson = false

    @Option(
      help: ArgumentHelp(
        "Forms of fingerprints: tls, tls/1 or tls/2, and quic or quic/1.",
        discussion: """
          In tls, extensions stand as they were sent; in tls/1 and quic they are sorted, for \
          clients that shuffle them; in tls/2 and quic/1 those that come and go are also left out. \
          DTLS follows TLS.
          """, valueName: "names"))
    package var format: String?

    @Option(
      help: ArgumentHelp(
        "Report what messages of these protocols say of their implementation, as they say it: "
          + "all, none, bittorrent, smb, ssdp, stun, tls.", valueName: "names"))
    package var rawFeatures: [String] = []

    @Option(
      help: ArgumentHelp(
        "End each record with the name of the sensor that it is from, as its member sensor.",
        valueName: "name"))
    package var sensor: String?

    package init() {}
  }

  /// What is found out about a message.
  package struct Findings: ParsableArguments {
    @Flag(
      help: ArgumentHelp(
        "Tell of credentials that an eavesdropper can use, or guess passwords from: in http, imap, "
          + "ftp, redis, tacacs, ldap, snmp."))
    package var exposedCreds = false

    @Option(
      help: ArgumentHelp(
        "Assess the cryptography that TLS, DTLS, QUIC and SSH offer and agree on: default (all "
          + "policies), or names from quantum_safe, nist_sp_800_52.",
        discussion: """
          A value is attached: --crypto-assess=quantum_safe. A message that does not conform to a \
          policy has that among the attributes of its analysis.
          """, valueName: "policies"))
    package var cryptoAssess: [String] = []

    @Flag(
      help: """
        Tell of hosts that pass on TLS client hellos from outside as their own, as residential \
        proxies do.
        """)
    package var networkBehavioralDetections = false

    package init() {}
  }

  @OptionGroup(title: "Which records")
  package var choice: Choice

  @OptionGroup(title: "What they hold")
  package var content: Content

  @OptionGroup(title: "What is found out")
  package var findings: Findings

  package init() {}

  /// Checks that options with a list are given at most once.
  ///
  /// - Throws: `ValidationError` for the first that is given more often.
  package func validate() throws {
    for (name, count) in [
      ("--select", choice.select.count), ("--raw-features", content.rawFeatures.count),
      ("--crypto-assess", findings.cryptoAssess.count),
    ] where count > 1 {
      throw ValidationError("\(name) is given more than once")
    }
  }

  /// The names that are selected.
  package var select: String { choice.select.last ?? "all" }
}
