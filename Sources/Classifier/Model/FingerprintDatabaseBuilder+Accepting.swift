import Bytes

/// Making a model of what a line says, and naming its fingerprints.
extension FingerprintDatabaseBuilder {
  /// Takes the draft into the database; false if the line has no effect.
  mutating func accept() throws(ArchiveFailure) -> Bool {
    guard let type = draft.type else {
      warn("is of a type that is not classified, and is left out")
      return false
    }
    let next = UInt32(models.count)
    guard draft.seen.contains(FingerprintMember.processes.bit), try acceptNames(type, of: next)
    else { return false }
    models.append(try model(type))
    return true
  }

  // MARK: Fingerprints

  /// Notes which fingerprints have the model; false if there are none.
  private mutating func acceptNames(
    _ type: FingerprintType, of model: UInt32
  ) throws(ArchiveFailure) -> Bool {
    if draft.hasName {
      scratch.replace(with: draft.name, 0..<draft.name.count)
      guard try acceptName(type, of: model) else { return false }
    }
    var start = 0
    var accepted = draft.hasName
    for end in draft.nameEnds {
      scratch.replace(with: draft.names, start..<end)
      guard try acceptName(type, of: model) else { break }
      accepted = true
      start = end
    }
    return accepted
  }

  /// Adds the fingerprint in `scratch`, if it is of the right kind.
  private mutating func acceptName(
    _ type: FingerprintType, of model: UInt32
  ) throws(ArchiveFailure) -> Bool {
    guard !scratch.isEmpty, scratch.count < Self.maxFingerprintLength else {
      warn("has a fingerprint that is empty or too long, which is left out")
      return false
    }
    let isShort = scratch.bytes.starts(with: "(") || scratch.bytes.equals("randomized")
    if type == .tls, isShort {
      normalized.removeAll()
      normalized.append("tls/")
      normalized.append(scratch)
      swap(&normalized, &scratch)
    }
    guard FingerprintType(of: scratch.bytes) == type else {
      warn("has a fingerprint that is not of its type \(type.name), which is left out")
      return false
    }
    let version = Self.version(of: scratch.bytes)
    let expected = versions[Int(type.rawValue)] ?? version
    guard version == expected else {
      warn("has a fingerprint of version \(version) after others of \(expected); it is left out")
      return false
    }
    guard fingerprints.id(of: scratch.bytes) == nil else {
      warn("has a fingerprint that was there before, which is left out")
      return false
    }
    guard fingerprints.intern(scratch) != nil else {
      throw failure("is one fingerprint too many: a database has room for 4 GB of them")
    }
    versions[Int(type.rawValue)] = version
    modelOfFingerprint.append(model)
    return true
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
    for section in Section.allCases {
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
    let name = draft.hasName ? draft.name.bytes : draft.names.bytes
    let start = String(
      decoding: [UInt8](copying: name.extracting(first: min(name.count, 60))), as: UTF8.self)
    var subject = "fingerprint \(start)\(name.count > 60 ? "…" : ""): "
    if let process {
      subject +=
        "process "
        + String(decoding: [UInt8](copying: strings[process]), as: UTF8.self) + ": "
    }
    return failure(subject + fault)
  }
}

extension Buffer {
  fileprivate mutating func replace(with other: borrowing Buffer, _ range: Range<Int>) {
    removeAll()
    append(other.bytes.extracting(range))
  }

  fileprivate mutating func append(_ other: borrowing Buffer) { append(other.bytes) }
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
