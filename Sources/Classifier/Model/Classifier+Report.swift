import Bytes
import Wire

/// Writing what was found out (analysis.md §9).
extension Classifier {
  func report(
    _ verdict: Verdict, _ type: FingerprintType, _ attributes: Attributes,
    to record: inout RecordWriter
  ) {
    record.object { section in
      section.object("analysis") { analysis in
        reportProcess(verdict, to: &analysis)
        if let status = verdict.status.name { analysis.literal("status", status) }
        analysis.array("attributes") { list in
          list.report(attributes)
          reportAttributes(verdict, type, to: &list)
        }
        if reports.contains(.explanation) { explain(verdict, to: &analysis) }
        if reports.contains(.resourcesVersion) {
          analysis.textOrEmpty("resources_version", version.span)
        }
      }
    }
  }

  private func reportProcess(_ verdict: Verdict, to analysis: inout RecordWriter) {
    guard let index = verdict.model else { return }
    let model = database.models[index]
    analysis.textOrEmpty("process", strings[model.processes[verdict.winner].name])
    analysis.double("score", verdict.score)
    if database.isMalwareDatabase {
      analysis.number("malware", verdict.isMalware ? 1 : 0 as UInt8)
      analysis.double("p_malware", verdict.malwareProbability)
    }
    let systems = model.systems(of: verdict.winner)
    guard reports.contains(.operatingSystems), !systems.isEmpty else { return }
    analysis.object("os_info") { list in
      for i in systems {
        list.number(key: strings[model.systems[i].name], model.systems[i].count)
      }
    }
  }

  /// The attributes that a classifier finds, after those of the parser.
  private func reportAttributes(
    _ verdict: Verdict, _ type: FingerprintType, to list: inout RecordWriter
  ) {
    if verdict.isEncryptedDNS { list.reportAttribute("encrypted_dns", probability: 1) }
    if verdict.isMalware, type == .tls {
      list.reportAttribute("encrypted_channel", probability: verdict.malwareProbability)
    }
    if verdict.fakesDomain { list.reportAttribute("domain_faking", probability: 1) }
    if verdict.fakesTLS { list.reportAttribute("faketls", probability: 1) }
    guard let index = verdict.model else { return }
    let model = database.models[index]
    for bit in database.attributeNames.indices {
      let mask = (1 as UInt16) << UInt16(bit)
      guard model.processes[verdict.winner].attributes & mask != 0 else { continue }
      let probability = posterior.probability(of: model) { $0.attributes & mask != 0 }
      list.object { attribute in
        let name = database.attributeNames[bit]
        attribute.text("name", name.span)
        attribute.double("probability_score", probability)
      }
    }
  }

  // MARK: Explanation

  /// Tells of the likeliest processes what their scores are made of.
  ///
  /// A process's prior and the shares of what was seen add up to the logarithm of its score; the
  /// score is its power of e in proportion to those of all processes.
  private func explain(_ verdict: Verdict, to analysis: inout RecordWriter) {
    guard let index = verdict.model else { return }
    let model = database.models[index]
    let (leaders, count) = posterior.leaders
    analysis.array("explanation") { list in
      for place in 0..<count {
        let process = leaders[place]
        list.object { entry in
          entry.textOrEmpty("process", strings[model.processes[process].name])
          entry.double("score", posterior.probability(process))
          entry.double("log_score", posterior.logs[process])
          entry.double("prior", model.processes[process].prior)
          entry.array("features") { features in
            Section.forEach { explain($0, of: process, in: model, to: &features) }
          }
        }
      }
    }
  }

  private func explain(
    _ section: Section, of process: Int, in model: FingerprintModel,
    to features: inout RecordWriter
  ) {
    guard let value = observation[section] else { return }
    var share: Double?
    let weight = model.weights[section.feature]
    model.look(up: value, in: section) { index, gain in
      if index == process { share = (share ?? 0) + gain * weight }
    }
    guard let share else { return }
    features.object { feature in
      feature.literal("feature", section.feature.name)
      switch section {
      case .system, .port: feature.number("value", value)
      case .address4: feature.ipv4("value", value)
      case .address6: feature.ipv6("value", observation.address)
      case .userAgent, .domain, .serverName:
        feature.textOrEmpty("value", strings[value])
      }
      feature.double("share", share)
    }
  }
}

extension Verdict.Status {
  /// What is printed; nothing where a process is.
  fileprivate var name: StaticString? {
    switch self {
    case .unknown: "unknown"
    case .labeled: nil
    case .randomized: "randomized_fingerprint"
    case .unlabeled: "unlabeled_fingerprint"
    }
  }
}

extension Classifier.Report {
  /// What the plan of a run asks verdicts to say.
  package init(_ plan: RunPlan) {
    self = []
    if plan.has("report-os") { insert(.operatingSystems) }
    if plan.has("explain") { insert(.explanation) }
    if plan.has("resources-version") { insert(.resourcesVersion) }
  }
}
