/// The lists of values that a model has, in the order in which they are looked at.
///
/// A value is four bytes: itself where it fits, else its number in the database's pool of strings.
enum Section: Int, CaseIterable {
  case system, port, address4, address6, userAgent, domain, serverName

  static let count = 7

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
