/// The lists of values that a model has, in the order in which they are looked at.
///
/// A value is four bytes: itself where it fits, else its number in the database's pool of strings.
enum Section: Int {
  case system, port, address4, address6, userAgent, domain, serverName

  static let count = 7

  /// Visits all, in their order.
  static func forEach(_ body: (Section) -> Void) {
    for number in 0..<count {
      if let section = Section(rawValue: number) { body(section) }
    }
  }

  var feature: Feature {
    switch self {
    case .system: .system
    case .port: .port
    case .address4, .address6: .address
    case .userAgent: .userAgent
    case .domain: .domain
    case .serverName: .serverName
    }
  }
}
