import Bytes

/// Reading the processes of a line.
extension FingerprintDatabaseBuilder {
  @_lifetime(scanner: copy scanner)
  mutating func readProcesses(_ scanner: inout JSONScanner) throws(JSONFault) {
    guard try scanner.kind() == .array else { return try scanner.skip() }
    try scanner.enterArray()
    while try scanner.hasElement() {
      guard try scanner.kind() == .object, draft.processes.count < Self.maxProcesses else {
        draft.note("process_info has an element that is not an object, or too many")
        try scanner.skip()
        continue
      }
      var process = FingerprintDraft.Process()
      try readProcess(&scanner, &process)
      process.systemsEnd = draft.systems.count
      draft.processes.append(process)
    }
  }

  @_lifetime(scanner: copy scanner)
  private mutating func readProcess(
    _ scanner: inout JSONScanner, _ process: inout FingerprintDraft.Process
  ) throws(JSONFault) {
    var seen: ProcessMember.Seen = []
    try scanner.enterObject()
    while let text = try scanner.nextKey() {
      let member = ProcessMember(scanner.bytes(of: text))
      guard let member, isUsed(member), seen.insert(member.bit).inserted else {
        try scanner.skip()
        continue
      }
      switch member {
      case .name: try readProcessName(&scanner, &process)
      case .count: process.count = try scanner.unsigned()
      case .malware: process.isMalware = try scanner.flag()
      case .attributes: try readAttributes(&scanner, &process)
      case .systems: try readSystems(&scanner)
      case .values(let feature):
        process.features |= 1 << UInt8(feature.rawValue)
        try readCounts(&scanner, of: feature)
      }
    }
  }

  private func isUsed(_ member: ProcessMember) -> Bool {
    switch member {
    case .systems: options.reportsOS
    case .values(let feature): isUsed(feature)
    default: true
    }
  }

  /// Whether the values of a feature are kept.
  func isUsed(_ feature: Feature) -> Bool { feature != .address || !options.minimizesMemory }

  @_lifetime(scanner: copy scanner)
  private mutating func readProcessName(
    _ scanner: inout JSONScanner, _ process: inout FingerprintDraft.Process
  ) throws(JSONFault) {
    guard try scanner.kind() == .string else { return try scanner.skip() }
    let text = try scanner.text()
    process.name = strings.intern(scanner.bytes(of: text))
    if process.name == nil { draft.note("a process's name is too long") }
  }

  @_lifetime(scanner: copy scanner)
  private mutating func readAttributes(
    _ scanner: inout JSONScanner, _ process: inout FingerprintDraft.Process
  ) throws(JSONFault) {
    guard try scanner.kind() == .object else { return try scanner.skip() }
    var names = attributeNames ?? []
    let isFirst = attributeNames == nil
    try scanner.enterObject()
    while let text = try scanner.nextKey() {
      let name = [UInt8](copying: scanner.bytes(of: text))
      let isSet = try scanner.flag() ?? false
      if let bit = names.firstIndex(of: name) {
        if isSet { process.attributes |= 1 << UInt16(bit) }
      } else if !isFirst {
        draft.note(
          "the attribute \(String(decoding: name, as: UTF8.self)) is not one of the first process's"
        )
      } else if names.count == Self.maxAttributes {
        draft.note("a process has more than \(Self.maxAttributes) attributes")
      } else {
        if isSet { process.attributes |= 1 << UInt16(names.count) }
        names.append(name)
      }
    }
    attributeNames = names
  }

  @_lifetime(scanner: copy scanner)
  private mutating func readSystems(_ scanner: inout JSONScanner) throws(JSONFault) {
    guard try scanner.kind() == .object else {
      draft.note("os_info is not an object")
      return try scanner.skip()
    }
    try scanner.enterObject()
    while let text = try scanner.nextKey() {
      let id = text.isEmpty ? nil : strings.intern(scanner.bytes(of: text))
      guard let count = try scanner.unsigned() else {
        draft.note("os_info has a count that is not a number")
        continue
      }
      if let id { draft.systems.append(.init(name: id, count: count)) }
    }
  }
}
