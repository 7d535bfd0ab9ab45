import Bytes
import Wire

/// All that an archive knows of fingerprints: for each, the processes that send it and their destinations.
///
/// Never changes once it is loaded.
package final class FingerprintDatabase: Sendable {
  /// The forms of fingerprints that it was made of, which the parsers have to give.
  package let formats: FingerprintFormats
  /// Whether it tells malware from other processes.
  package let isMalwareDatabase: Bool
  /// The attributes that processes can have, in the order of their bits.
  package let attributeNames: [[UInt8]]
  /// What was left out while loading, the first of it; and how much in all.
  package let warnings: [ArchiveFailure]
  package let warningCount: Int

  let models: [FingerprintModel]
  /// Every fingerprint, and to each, by its number, its model.
  let fingerprints: StringPool
  let modelOfFingerprint: [UInt32]
  /// The names of processes and systems, and the values that are not numbers.
  let strings: StringPool

  init(
    formats: FingerprintFormats, isMalwareDatabase: Bool, attributeNames: [[UInt8]],
    warnings: [ArchiveFailure], warningCount: Int, models: [FingerprintModel],
    fingerprints: StringPool, modelOfFingerprint: [UInt32], strings: StringPool
  ) {
    self.formats = formats
    self.isMalwareDatabase = isMalwareDatabase
    self.attributeNames = attributeNames
    self.warnings = warnings
    self.warningCount = warningCount
    self.models = models
    self.fingerprints = fingerprints
    self.modelOfFingerprint = modelOfFingerprint
    self.strings = strings
    var types = [Bool](repeating: false, count: FingerprintType.count)
    types[FingerprintType.tls.number] = true
    for model in models { types[model.type.number] = true }
    isOfType = types
  }

  private let isOfType: [Bool]

  /// Whether fingerprints of this type are classified: TLS always, others if there are any.
  package func classifies(_ type: FingerprintType) -> Bool { isOfType[type.number] }

  /// How many fingerprints there are of a type.
  package func count(of type: FingerprintType) -> Int {
    modelOfFingerprint.count { models[Int($0)].type == type }
  }

  /// How many different processes there are.
  package var processCount: Int {
    Set(models.flatMap { $0.processes.map(\.name) }).count
  }

  /// The model of a fingerprint.
  func model(of fingerprint: Span<UInt8>) -> Int? {
    guard let id = fingerprints.id(of: fingerprint) else { return nil }
    return Int(modelOfFingerprint[Int(id)])
  }
}
