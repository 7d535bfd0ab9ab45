import Bytes

/// Reading how often each value of a feature was seen with a process.
extension FingerprintDatabaseBuilder {
  @_lifetime(scanner: copy scanner)
  mutating func readCounts(
    _ scanner: inout JSONScanner, of feature: Feature
  ) throws(JSONFault) {
    guard try scanner.kind() == .object else {
      if !feature.isName { draft.note("\(feature.member) is not an object") }
      return try scanner.skip()
    }
    let process = UInt32(draft.processes.count)
    try scanner.enterObject()
    while let text = try scanner.nextKey() {
      let (section, value) = value(scanner.bytes(of: text), of: feature)
      guard let count = try scanner.unsigned() else {
        // Names whose count makes no sense are passed over.
        if !feature.isName { draft.note("\(feature.member) has a count that is not a number") }
        continue
      }
      if let value {
        draft.entries[section.rawValue].append(
          FingerprintDraft.Entry(value: value, process: process, count: count))
      }
    }
  }

  /// What stands for a value in a model; `nil` for one that nothing can ever equal.
  private mutating func value(
    _ key: Span<UInt8>, of feature: Feature
  ) -> (section: Section, UInt32?) {
    switch feature {
    case .system:
      return (.system, key.equals("unknown") ? 0 : number(key, atMost: .max, feature))
    case .port:
      return (.port, number(key, atMost: UInt32(UInt16.max), feature))
    case .address:
      guard let address = IPAddress(parsing: key)?.normalized else {
        warn("\(feature.member) has a key that is no address, and is left out")
        return (.address4, nil)
      }
      guard address.isIPv6 else { return (.address4, UInt32(truncatingIfNeeded: address.bits)) }
      normalized.removeAll()
      normalized.append(bigEndian: address.bits)
      return (.address6, strings.intern(normalized))
    case .userAgent:
      return (.userAgent, strings.intern(key.equals("None") ? key.extracting(first: 0) : key))
    case .domain:
      return (.domain, strings.intern(key))
    case .serverName:
      normalized.removeAll()
      normalized.append(serverIdentifier: key)
      return (.serverName, strings.intern(normalized))
    }
  }

  /// The number that a key begins with; 0 if it begins with none, or one that is too large.
  private mutating func number(
    _ key: Span<UInt8>, atMost limit: UInt32, _ feature: Feature
  ) -> UInt32 {
    var value: UInt64 = 0
    var digits = 0
    for i in key.indices {
      guard key[i].isASCIIDigit, value <= UInt64(limit) else { break }
      value = value * 10 + UInt64(key[i] - 0x30)
      digits += 1
    }
    guard digits > 0, value <= UInt64(limit) else {
      warn("\(feature.member) has a key that is no number, and counts as 0")
      return 0
    }
    return UInt32(value)
  }
}
