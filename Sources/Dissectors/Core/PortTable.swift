/// Port rules in the order they are tried.
struct PortTable: Sendable {
  private(set) var rules: [(rule: Ports, messages: [Int])] = []
  private var candidates: [Candidates] = []
  /// A bit for each port that occurs in a rule: most packets have none.
  private var occurring = [UInt64](repeating: 0, count: 1024)

  mutating func add(_ rule: Ports, _ message: Int) {
    let port = Int(rule.number)
    occurring[port / 64] |= 1 << UInt64(port % 64)
    if let i = rules.firstIndex(where: { $0.rule == rule }) {
      rules[i].messages.append(message)
      candidates[i] = Candidates(rules[i].messages)
    } else {
      rules.append((rule, [message]))
      candidates.append(Candidates([message]))
    }
  }

  func candidates(source: UInt16, destination: UInt16) -> Candidates? {
    guard occurs(source) || occurs(destination) else { return nil }
    for i in rules.indices where rules[i].rule.matches(source: source, destination: destination) {
      return candidates[i]
    }
    return nil
  }

  private func occurs(_ port: UInt16) -> Bool {
    occurring[Int(port) / 64] >> UInt64(port % 64) & 1 != 0
  }
}

extension Ports {
  var number: UInt16 {
    switch self {
    case .source(let port), .destination(let port), .either(let port), .both(let port): port
    }
  }
}
