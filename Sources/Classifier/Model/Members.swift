import Bytes

/// The members of a line of the database that mean something; of several alike, the first counts.
enum FingerprintMember: UInt8, CaseIterable {
  case name, names, type, total, weights, processes

  struct Seen: OptionSet { let rawValue: UInt8 }

  var bit: Seen { Seen(rawValue: 1 << rawValue) }

  init?(_ key: Span<UInt8>) {
    for member in Self.allCases where key.equals(member.key) {
      self = member
      return
    }
    return nil
  }

  private var key: StaticString {
    switch self {
    case .name: "str_repr"
    case .names: "str_repr_array"
    case .type: "fp_type"
    case .total: "total_count"
    case .weights: "feature_weights"
    case .processes: "process_info"
    }
  }
}

/// The members of a process that mean something.
enum ProcessMember {
  case name, count, malware, attributes, systems
  case values(Feature)

  struct Seen: OptionSet { let rawValue: UInt16 }

  var bit: Seen {
    switch self {
    case .name: Seen(rawValue: 1 << 8)
    case .count: Seen(rawValue: 1 << 9)
    case .malware: Seen(rawValue: 1 << 10)
    case .attributes: Seen(rawValue: 1 << 11)
    case .systems: Seen(rawValue: 1 << 12)
    case .values(let feature): Seen(rawValue: 1 << UInt16(feature.rawValue))
    }
  }

  init?(_ key: Span<UInt8>) {
    if key.starts(with: "classes_") {
      for feature in Feature.allCases where key.equals(feature.member) {
        self = .values(feature)
        return
      }
      return nil
    }
    if key.equals("process") {
      self = .name
    } else if key.equals("count") {
      self = .count
    } else if key.equals("malware") {
      self = .malware
    } else if key.equals("attributes") {
      self = .attributes
    } else if key.equals("os_info") {
      self = .systems
    } else {
      return nil
    }
  }
}
