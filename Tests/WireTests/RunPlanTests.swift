import Support
import Testing
import Wire

/// What a plan makes of settings, however they are spelled, and how it changes.
@Suite(.tags(.unit)) struct RunPlanTests {
  typealias Setting = RunPlan.Setting

  @Test(
    arguments: [
      ("select", "all", nil), ("select", "dns, tls,dns", "dns,tls"),
      ("select", "all-packets", "all-packets,all"), ("format", "tls,quic", nil),
      ("format", "quic/1", "tls,quic/1"), ("raw-features", "none", nil),
      ("raw-features", "tls,smb", "smb,tls"),
      ("crypto-assess", "default", "quantum_safe,nist_sp_800_52"),
      ("format", "nonsense", "nonsense"), ("sensor", "b,a", "b,a"),
    ] as [(String, String, String?)])
  func keepsOneFormOfAValue(_ name: String, _ value: String, _ canonical: String?) {
    #expect(RunPlan([Setting(name, value)])[name] == canonical)
  }

  @Test func sortsSettingsAndKeepsTheLastOfAName() {
    let plan = RunPlan([Setting("sensor", "a"), Setting("metadata"), Setting("sensor", "b")])
    #expect(plan.text == "metadata\nsensor=b\n")
  }

  @Test func findsContradictions() {
    let plan = RunPlan([Setting("metadata"), Setting("select", "dns,tls")])
    #expect(plan.contradiction(to: []) == nil)
    #expect(plan.contradiction(to: [Setting("metadata"), Setting("select", "tls, dns")]) == nil)
    #expect(plan.contradiction(to: [Setting("select", "tls")]) == Setting("select", "tls"))
    #expect(plan.contradiction(to: [Setting("select", "all")]) == Setting("select", "all"))
    #expect(plan.contradiction(to: [Setting("reassembly")]) == Setting("reassembly"))
  }

  @Test func changesWhatIsNamedAndNothingElse() throws {
    let plan = RunPlan([Setting("metadata"), Setting("select", "dns"), Setting("sensor", "a")])
    let changed = try plan.changed(by: "metadata=0\nselect=tls\ndns-json\nsensor=")
    #expect(changed.text == "dns-json\nselect=tls\n")
    #expect(changed.generation == plan.generation + 1)
  }

  @Test(arguments: ["analysis", "packets", "labels", "minimize-ram", "report-os", "format=x"])
  func refusesWhatCannotChange(_ request: String) {
    #expect(throws: RunPlan.UnknownValue.self) { try RunPlan().changed(by: request) }
  }

  @Test(arguments: [
    ("format", "x"), ("raw-features", "x"), ("crypto-assess", "x"), ("sensor", ""),
    ("sensor", String(repeating: "x", count: 256)),
  ])
  func refusesValuesThatMeanNothing(_ name: String, _ value: String) {
    let error = #expect(throws: RunPlan.UnknownValue.self) {
      try RunPlan([Setting(name, value)]).check()
    }
    #expect(error?.setting == name)
  }

  @Test func everyFlagOfRecordsIsAnOption() throws {
    var plan = RunPlan()
    #expect(try plan.recordOptions == [])
    for (name, option) in [
      ("metadata", RecordOptions.metadata), ("dns-json", .dnsJSON), ("certs-json", .certsJSON),
      ("nonselected-tcp-data", .nonselectedTCPData), ("nonselected-udp-data", .nonselectedUDPData),
      ("quic-trial-decryption", .quicTrialDecryption), ("exposed-creds", .exposedCredentials),
      ("network-behavioral-detections", .clientRandoms), ("labels", .labels),
    ] {
      plan.set(Setting(name))
      #expect(try plan.recordOptions.contains(option))
    }
  }

  @Test func packetsTravelForCapturesOnly() {
    #expect(!RunPlan([Setting("select", "tls")]).carriesPackets)
    #expect(RunPlan([Setting("packets")]).carriesPackets)
    #expect(RunPlan([Setting("select", "all-packets,none")]).carriesPackets)
  }
}
