import Bytes

/// Making a model of what a line says, and naming its fingerprints.
extension FingerprintDatabaseBuilder {
  /// Takes the draft into the database; false if the line has no effect.
  mutating func accept() throws(ArchiveFailure) -> Bool {
    guard let type = draft.type else {
      warn("is of a type that is not classified, and is left out")
      return false
    }
    guard draft.seen.contains(FingerprintMember.processes.bit), !draft.processes.isEmpty else {
      warn("names no process, and is left out")
      return false
    }
    guard let count = fitting(type) else { return false }
    let model = try model(type)
    return try add(model, fingerprints: count)
  }

  // MARK: Fingerprints

  /// How many of the fingerprints, from the first on, fit type and version; `nil` if the line is
  /// to be left out.
  private mutating func fitting(_ type: FingerprintType) -> Int? {
    guard draft.fingerprintCount > 0 else {
      warn("names no fingerprint, and is left out")
      return nil
    }
    for i in 0..<draft.fingerprintCount {
      draft.copyFingerprint(i, into: &scratch)
      if fits(type) { continue }
      return i == 0 ? nil : i
    }
    return draft.fingerprintCount
  }

  /// Whether the fingerprint in `scratch` is one of the type, in the version of those before it.
  private mutating func fits(_ type: FingerprintType) -> Bool {
    guard !scratch.isEmpty, scratch.count < Self.maxFingerprintLength else {
      warn("has a fingerprint that is empty or too long, which is left out")
      return false
    }
    guard FingerprintType(of: scratch.bytes) == type else {
      warn("has a fingerprint that is not of its type \(type.name), which is left out")
      return false
    }
    let version = Self.version(of: scratch.bytes)
    let expected = versions[type.number] ?? version
    guard version == expected else {
      warn("has a fingerprint of version \(version) after others of \(expected); it is left out")
      return false
    }
    versions[type.number] = version
    return true
  }

  /// Adds a model for the first `count` of the fingerprints; false if all of them have one.
  private mutating func add(
    _ model: FingerprintModel, fingerprints count: Int
  ) throws(ArchiveFailure) -> Bool {
    var isNew = false
    for i in 0..<count {
      draft.copyFingerprint(i, into: &scratch)
      guard fingerprints.id(of: scratch) == nil else {
        warn("has a fingerprint that was there before, which is left out")
        continue
      }
      guard fingerprints.intern(scratch) != nil else {
        throw failure("is one fingerprint too many: a database has room for 4 GB of them")
      }
      modelOfFingerprint.append(UInt32(models.count))
      isNew = true
    }
    if isNew { models.append(model) }
    return isNew
  }

  /// The number after the first slash; 0 where there is none.
  private static func version(of fingerprint: Span<UInt8>) -> Int {
    guard let slash = fingerprint.firstIndex(of: UInt8(ascii: "/")) else { return 0 }
    var version = 0
    for i in slash + 1..<fingerprint.count {
      guard fingerprint[i].isASCIIDigit, version < 1000 else { break }
      version = version * 10 + Int(fingerprint[i] - 0x30)
    }
    return version
  }

  // MARK: The model

  private mutating func model(_ type: FingerprintType) throws(ArchiveFailure) -> FingerprintModel {
    if let fault = draft.fault { throw failure(about: fault) }
    guard let total = draft.total, total > 0 else {
      throw failure(about: "total_count is missing or 0")
    }
    if draft.processes.first?.isMalware != nil { isMalwareDatabase = true }
    var processes: [FingerprintModel.Process] = []
    processes.reserveCapacity(draft.processes.count)
    for i in draft.processes.indices { processes.append(try process(i, total)) }
    let (words, bounds, gainBits) = try words()
    return FingerprintModel(
      type: type, total: total, weights: draft.weights, processes: processes,
      systems: draft.systems,
      gains: gainNumbers.counts.map { FingerprintModel.gain(count: $0, total: total) },
      words: words, bounds: bounds, gainBits: gainBits)
  }

  private func process(
    _ index: Int, _ total: UInt64
  ) throws(ArchiveFailure) -> FingerprintModel.Process {
    let process = draft.processes[index]
    guard let name = process.name else {
      throw failure(about: "process \(index + 1) has no name")
    }
    guard let count = process.count, count > 0 else {
      throw failure(about: "count is missing or 0", process: name)
    }
    for feature in Feature.allCases
    where feature != .userAgent && isUsed(feature)
      && process.features & 1 << UInt8(feature.rawValue) == 0
    {
      throw failure(about: "\(feature.member) is missing", process: name)
    }
    guard !isMalwareDatabase || process.isMalware != nil else {
      throw failure(about: "malware is missing, or neither true nor false", process: name)
    }
    return FingerprintModel.Process(
      name: name, isMalware: isMalwareDatabase && process.isMalware == true,
      attributes: process.attributes,
      prior: FingerprintModel.prior(count: count, total: total, weights: draft.weights),
      systemsEnd: UInt32(truncatingIfNeeded: process.systemsEnd))
  }

  /// The entries of all sections, sorted and packed.
  private mutating func words() throws(ArchiveFailure) -> (
    [UInt32], InlineArray<8, UInt32>, gainBits: UInt32
  ) {
    gainNumbers.removeAll()
    var bounds = InlineArray<8, UInt32>(repeating: 0)
    var count = 0
    Section.forEach { section in
      sort(section)
      count += draft.entries[section.rawValue].count
      bounds[section.rawValue + 1] = UInt32(truncatingIfNeeded: count)
    }
    var words: [UInt32] = []
    words.reserveCapacity(count * 2)
    for section in draft.entries.indices {
      for entry in draft.entries[section] {
        words.append(entry.value)
        _ = gainNumbers.number(of: entry.count)
      }
    }
    let gainBits = UInt32(UInt64.bitWidth - UInt64(gainNumbers.counts.count).leadingZeroBitCount)
    guard UInt64(draft.processes.count) << UInt64(gainBits) <= 1 << 32, count < 1 << 31 else {
      throw failure(about: "there are too many processes and different counts")
    }
    for section in draft.entries.indices {
      for entry in draft.entries[section] {
        words.append(entry.process << gainBits | gainNumbers.number(of: entry.count))
      }
    }
    return (words, bounds, gainBits)
  }

  /// Sorts a section by value and process, and adds up the counts of a name that a process has
  /// several times, as names that differ in the database can be the same after normalisation.
  private mutating func sort(_ section: Section) {
    draft.entries[section.rawValue].sort {
      ($0.value, $0.process) < ($1.value, $1.process)
    }
    guard section == .serverName || section == .domain else { return }
    draft.entries[section.rawValue].mergeEqual()
  }

  // MARK: What is wrong

  private func failure(
    about fault: String, process: StringPool.ID? = nil
  ) -> ArchiveFailure {
    var subject = "fingerprint \(draft.firstFingerprint(60)): "
    if let process {
      subject +=
        "process "
        + String(decoding: strings[process]) + ": "
    }
    return failure(subject + fault)
  }
}

extension [FingerprintDraft.Entry] {
  /// Makes one of neighbours that have value and process in common.
  fileprivate mutating func mergeEqual() {
    var kept = 0
    for i in indices {
      if kept > 0, self[kept - 1].value == self[i].value,
        self[kept - 1].process == self[i].process
      {
        let (sum, overflows) = self[kept - 1].count.addingReportingOverflow(self[i].count)
        self[kept - 1].count = overflows ? .max : sum
      } else {
        self[kept] = self[i]
        kept += 1
      }
    }
    removeLast(count - kept)
  }
}
