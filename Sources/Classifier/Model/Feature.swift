import Bytes

/// What a classifier looks at besides the fingerprint, in the order in which it adds it up.
package enum Feature: Int, CaseIterable, Sendable {
  case system, port, address, userAgent, domain, serverName

  static let count = 6

  /// What weights are called in a database.
  package var name: StaticString {
    switch self {
    case .system: "as"
    case .port: "port"
    case .address: "ip"
    case .userAgent: "ua"
    case .domain: "domain"
    case .serverName: "sni"
    }
  }

  /// Whether its values are names, of which what makes no sense is passed over.
  var isName: Bool { self == .serverName || self == .domain }

  init?(name: Span<UInt8>) {
    for feature in Self.allCases where name.equals(feature.name) {
      self = feature
      return
    }
    return nil
  }

  /// The member of a process that counts the feature's values.
  var member: StaticString {
    switch self {
    case .system: "classes_ip_as"
    case .port: "classes_port_port"
    case .address: "classes_ip_ip"
    case .userAgent: "classes_user_agent"
    case .domain: "classes_hostname_domains"
    case .serverName: "classes_hostname_sni"
    }
  }
}

/// How much each feature counts.
package struct FeatureWeights: Equatable, Sendable {
  private var values: InlineArray<6, Double>

  /// The weights that hold where a fingerprint has none of its own (analysis.md §3).
  package static let standard = FeatureWeights { feature in
    switch feature {
    case .system: 0.13924
    case .port: 0.00528
    case .address: 0.56735
    case .userAgent: 1
    case .domain: 0.15590
    case .serverName: 0.96941
    }
  }

  package init(_ weight: (Feature) -> Double) {
    values = InlineArray { weight(Feature(rawValue: $0) ?? .system) }
  }

  package subscript(_ feature: Feature) -> Double {
    get { values[feature.rawValue] }
    set { values[feature.rawValue] = newValue }
  }

  /// All six, also where a feature is not used.
  package var sum: Double {
    self[.system] + self[.domain] + self[.port] + self[.address] + self[.serverName]
      + self[.userAgent]
  }

  package static func == (a: FeatureWeights, b: FeatureWeights) -> Bool {
    Feature.allCases.allSatisfy { a[$0] == b[$0] }
  }
}
