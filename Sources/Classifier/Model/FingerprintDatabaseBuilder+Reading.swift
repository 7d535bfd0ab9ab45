import Bytes

/// Reading a line into the draft (resources.md §3 of the reference's rules).
extension FingerprintDatabaseBuilder {
  @_lifetime(scanner: copy scanner)
  mutating func readFingerprint(_ scanner: inout JSONScanner) throws(JSONFault) {
    try scanner.enterObject()
    while let text = try scanner.nextKey() {
      let member = FingerprintMember(scanner.bytes(of: text))
      guard let member, draft.seen.insert(member.bit).inserted else {
        try scanner.skip()
        continue
      }
      switch member {
      case .name: try readName(&scanner)
      case .names: try readNames(&scanner)
      case .type: try readType(&scanner)
      case .total: draft.total = try scanner.unsigned()
      case .weights: try readWeights(&scanner)
      case .processes: try readProcesses(&scanner)
      }
    }
  }

  @_lifetime(scanner: copy scanner)
  private mutating func readName(_ scanner: inout JSONScanner) throws(JSONFault) {
    guard try scanner.kind() == .string else { return try scanner.skip() }
    let text = try scanner.text()
    draft.name.append(scanner.bytes(of: text))
    draft.hasName = true
  }

  @_lifetime(scanner: copy scanner)
  private mutating func readNames(_ scanner: inout JSONScanner) throws(JSONFault) {
    guard try scanner.kind() == .array else { return try scanner.skip() }
    try scanner.enterArray()
    while try scanner.hasElement() {
      guard try scanner.kind() == .string else {
        try scanner.skip()
        continue
      }
      let text = try scanner.text()
      draft.names.append(scanner.bytes(of: text))
      draft.nameEnds.append(draft.names.count)
    }
  }

  @_lifetime(scanner: copy scanner)
  private mutating func readType(_ scanner: inout JSONScanner) throws(JSONFault) {
    guard try scanner.kind() == .string else { return try scanner.skip() }
    let text = try scanner.text()
    draft.type = FingerprintType(name: scanner.bytes(of: text))
  }

  @_lifetime(scanner: copy scanner)
  private mutating func readWeights(_ scanner: inout JSONScanner) throws(JSONFault) {
    guard try scanner.kind() == .object else {
      draft.note("feature_weights is not an object")
      return try scanner.skip()
    }
    var known: Set<Feature> = []
    try scanner.enterObject()
    while let text = try scanner.nextKey() {
      guard let feature = Feature(name: scanner.bytes(of: text)) else {
        draft.note("feature_weights has a member besides as, domain, port, ip, sni and ua")
        try scanner.skip()
        continue
      }
      let weight = try scanner.floating()
      guard let weight, weight.isFinite else {
        draft.note("the weight of \(feature.name) is not written with a fraction")
        continue
      }
      // The reference keeps them in 32 bits.
      if known.insert(feature).inserted { draft.weights[feature] = Double(Float(weight)) }
    }
    if known.count < Feature.count {
      draft.note("feature_weights lacks one of as, domain, port, ip, sni and ua")
    }
  }
}
