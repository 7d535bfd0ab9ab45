/// What the stages ask of a plan.
extension RunPlan {
  /// The names that are selected; all where none was stated.
  public var select: String { self["select"] ?? "all" }
  public var reassembles: Bool { has("reassembly") }
  public var minimizesMemory: Bool { has("minimize-ram") }
  /// Whether records pass through analyzers on their way to the primary sink.
  public var isAnalyzed: Bool { has("analysis") }
  /// Whether copies of packets travel with the records, for sinks that write captures.
  public var carriesPackets: Bool {
    has("packets") || ([select] + sinks).contains { NameList(parsing: $0).keepsAllPackets }
  }
  /// The name of the sensor, which each record then ends with.
  public var sensor: String? { self["sensor"] }
  public var findsProxies: Bool { has("network-behavioral-detections") }

  /// The forms of the fingerprints.
  ///
  /// - Throws: `FingerprintFormats.UnknownFormat` if the plan names a form that no registered kind has.
  public var formats: FingerprintFormats {
    get throws(FingerprintFormats.UnknownFormat) {
      try FingerprintFormats(parsing: self["format"] ?? "")
    }
  }

  /// What records are to hold, in the form that the packet path looks at.
  ///
  /// - Throws: `UnknownValue` if a name among `raw-features` or `crypto-assess` is unknown.
  public var recordOptions: RecordOptions {
    get throws(UnknownValue) {
      var options: RecordOptions = []
      for (name, option) in RecordOptions.flags where has(name) { options.insert(option) }
      do {
        options.formUnion(try RecordOptions(parsingRawFeatures: self["raw-features"] ?? "none"))
      } catch { throw UnknownValue(setting: "raw-features", reason: error.description) }
      if let list = self["crypto-assess"] {
        do { options.formUnion(try AssessmentPolicies(parsing: list).options) } catch {
          throw UnknownValue(setting: "crypto-assess", reason: "\(error)")
        }
      }
      return options
    }
  }

  /// A value that means nothing to the setting it is given to.
  public struct UnknownValue: Error, Equatable, CustomStringConvertible {
    public let setting: String
    public let reason: String
    public var description: String { "--\(setting): \(reason)" }

    public init(setting: String, reason: String) {
      self.setting = setting
      self.reason = reason
    }
  }

  /// Checks that every value is valid.
  ///
  /// - Throws: `UnknownValue` for the first that is not.
  public func check() throws(UnknownValue) {
    _ = try recordOptions
    do { _ = try formats } catch {
      throw UnknownValue(setting: "format", reason: error.description)
    }
    if let sensor, sensor.isEmpty || sensor.utf8.count > 255 {
      throw UnknownValue(setting: "sensor", reason: "a name has 1 to 255 bytes")
    }
  }

  /// Why a setting cannot change while the pipeline runs; `nil` where it can.
  public static func isFixed(_ name: String) -> String? {
    switch name {
    case "analysis": "analyzers stand in the pipeline or do not; start another pipeline"
    case "minimize-ram", "report-os": "archives are loaded by it when analyzers start"
    case "packets", "labels": "sinks opened their files by it when they started"
    default: nil
    }
  }
}

extension RecordOptions {
  /// The flags that are about what records hold, by the names of their settings.
  fileprivate static let flags: [(name: String, option: RecordOptions)] = [
    ("metadata", .metadata), ("dns-json", .dnsJSON), ("certs-json", .certsJSON),
    ("nonselected-tcp-data", .nonselectedTCPData), ("nonselected-udp-data", .nonselectedUDPData),
    ("quic-trial-decryption", .quicTrialDecryption), ("exposed-creds", .exposedCredentials),
    ("network-behavioral-detections", .clientRandoms), ("labels", .labels),
  ]
}

/// The plans that packets under way may have been captured by, oldest first.
///
/// A part names its plan by the generation in its header.
public struct PlansInForce: Equatable, Sendable {
  public private(set) var plans: [RunPlan] = []

  /// More changes than this are not under way at the same time.
  public static let limit = 16

  public init(_ plans: [RunPlan] = []) { self.plans = plans }

  /// The plan that new packets are captured by; `nil` before any is known.
  public var newest: RunPlan? { plans.last }

  public subscript(_ generation: UInt16) -> RunPlan? {
    // By index: without optimisation, going over the elements allocates.
    for i in plans.indices where plans[i].generation == generation { return plans[i] }
    return nil
  }

  /// Whether a part by this plan is no newer than what is known.
  public func covers(_ generation: UInt16) -> Bool {
    newest.map { generation <= $0.generation } == true
  }

  public func knows(_ generation: UInt16) -> Bool { self[generation] != nil }

  /// Adds the next plan, or another one of the newest generation in its place.
  public mutating func add(_ plan: RunPlan) {
    if plans.last?.generation == plan.generation { plans.removeLast() }
    plans.append(plan)
  }

  /// Lets go of the plans before this one, which no packet under way needs.
  public mutating func removeAll(before generation: UInt16) {
    plans.removeAll { $0.generation < generation }
  }
}
