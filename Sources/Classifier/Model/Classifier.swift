import Bytes
import Wire

/// Says which process sent a message, by an archive of what is known of fingerprints.
///
/// Nothing is allocated per message after the first, and nothing is kept from one to the next, so
/// that any number of classifiers give one answer.
package struct Classifier: ~Copyable {
  /// What is told besides what the reference tells.
  package struct Report: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The operating systems that the process was seen on.
    package static let operatingSystems = Self(rawValue: 1)
    /// What the score is made of.
    package static let explanation = Self(rawValue: 2)
    /// Which archive the answer is from.
    package static let resourcesVersion = Self(rawValue: 4)
  }

  package enum Outcome: Equatable, Sendable {
    /// Messages of this kind have no analysis.
    case notEligible
    case settled
    /// The first sighting of this fingerprint is told otherwise than later ones.
    case dependsOnOrder
  }

  let archive: ResourceArchive
  let database: FingerprintDatabase
  /// The database's, kept here so that what is written can be borrowed from it.
  let strings: StringPool
  /// What verdicts are to say beyond the usual.
  package var reports: Report
  let version: [UInt8]
  var posterior: Posterior
  var observation = Observation()
  /// What was looked up, for an explanation.
  var serverName = Buffer(capacity: 512)
  private var scratch = Buffer(capacity: 8192 + 16)
  private let genericProcess: StringPool.ID?

  package init(_ archive: ResourceArchive, reports: Report) {
    self.archive = archive
    database = archive.database
    strings = database.strings
    self.reports = reports
    version = Array(archive.version.utf8)
    let most = database.models.reduce(0) { max($0, $1.processes.count) }
    posterior = Posterior(capacity: most)
    genericProcess = strings.id(of: ("generic dmz process" as StaticString).bytes)
  }

  /// Appends to `first` the section `analysis` of a message's record: one map.
  ///
  /// If what is told depends on whether the fingerprint was seen before, that is for the first
  /// sighting, and `later` gets the section for all others.
  package mutating func analyze(
    _ subject: borrowing Subject, attributes: Attributes,
    first: inout RecordWriter, later: inout RecordWriter
  ) -> Outcome {
    guard let type = FingerprintType(of: subject.fingerprint) else { return .notEligible }
    var verdict = judge(subject, type)
    report(verdict, type, attributes, to: &first)
    guard verdict.status == .randomized else { return .settled }
    verdict = Verdict(.unlabeled)
    noteTables(subject, type, &verdict)
    report(verdict, type, attributes, to: &later)
    return .dependsOnOrder
  }

  /// What is known of a message, whose fingerprint is taken for one never seen before.
  package mutating func judge(
    _ subject: borrowing Subject, _ type: FingerprintType, weights: FeatureWeights? = nil
  ) -> Verdict {
    var verdict = look(up: subject.fingerprint, type)
    noteTables(subject, type, &verdict)
    if verdict.model != nil {
      observe(subject)
      classify(&verdict, weights)
    }
    return verdict
  }

  private mutating func look(up fingerprint: Span<UInt8>, _ type: FingerprintType) -> Verdict {
    guard database.classifies(type) else { return Verdict(.unknown) }
    if let model = database.model(of: fingerprint) { return Verdict(.labeled, model: model) }
    guard type == .tls, !archive.prevalence.contains(fingerprint) else {
      return Verdict(.unlabeled)
    }
    var verdict = Verdict(.randomized, model: randomizedModel(for: fingerprint))
    verdict.fakesTLS = CipherSuites.areAllUnknown(in: fingerprint)
    return verdict
  }

  /// The model of those that make up a new fingerprint each time, if there is one of this format.
  private mutating func randomizedModel(for fingerprint: Span<UInt8>) -> Int? {
    scratch.removeAll()
    scratch.append(
      fingerprint.extracting(
        first: fingerprint.firstIndex(of: UInt8(ascii: "(")) ?? fingerprint.count))
    scratch.append("randomized")
    return database.model(of: scratch.bytes)
  }

  private func noteTables(
    _ subject: borrowing Subject, _ type: FingerprintType, _ verdict: inout Verdict
  ) {
    guard type == .tls || type == .quic else { return }
    verdict.isEncryptedDNS =
      archive.encryptedDNS?.contains(
        name: subject.serverName, address: subject.destination, isIPv6: subject.isIPv6) ?? false
    verdict.fakesDomain =
      archive.domains?.isFaked(
        subject.serverName, at: subject.destination, isIPv6: subject.isIPv6) ?? false
  }

  /// Looks up what the message shows.
  private mutating func observe(_ subject: borrowing Subject) {
    observation.system = archive.routes.system(of: subject.destination, isIPv6: subject.isIPv6)
    observation.port = subject.port
    observation.address =
      IPAddress(
        bits: subject.destination, isIPv6: subject.isIPv6
      ).normalized.bits
    observation.isIPv6 = subject.isIPv6
    if subject.isIPv6 {
      scratch.removeAll()
      scratch.append(bigEndian: observation.address)
      observation.addressID = strings.id(of: scratch.bytes)
    }
    observation.userAgentID = strings.id(of: subject.userAgent)
    serverName.removeAll()
    serverName.append(serverIdentifier: subject.serverName)
    observation.serverNameID = strings.id(of: serverName.bytes)
    observation.domainID = strings.id(of: serverName.bytes.registeredDomain)
  }

  private mutating func classify(_ verdict: inout Verdict, _ weights: FeatureWeights?) {
    guard let index = verdict.model else { return }
    posterior.weigh(database.models[index], observation, weights)
    let model = database.models[index]
    if database.isMalwareDatabase {
      verdict.malwareProbability = posterior.probability(of: model) { $0.isMalware }
      if let genericProcess, model.processes[posterior.winner].name == genericProcess,
        !model.processes[posterior.second ?? posterior.winner].isMalware
      {
        posterior.excludeWinner()
      }
    }
    verdict.winner = posterior.winner
    verdict.score = posterior.score
    verdict.isMalware = model.processes[posterior.winner].isMalware
  }
}
