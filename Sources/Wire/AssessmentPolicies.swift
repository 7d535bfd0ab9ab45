/// By which policies the user wants the cryptography of messages assessed, in the order of records.
public struct AssessmentPolicies: Equatable, Sendable, CustomStringConvertible {
  public enum Policy: String, CaseIterable, Sendable {
    /// What is left when quantum computers are there: CNSA 2.0.
    case quantumSafe = "quantum_safe"
    /// NIST SP 800-52 revision 2, for servers of TLS.
    case nist = "nist_sp_800_52"
  }

  public let policies: [Policy]

  /// Reads names separated by commas; `default`, or no name at all, means every policy.
  ///
  /// - Throws: `UnknownPolicy` at the first name that is no policy's.
  public init(parsing list: String) throws(UnknownPolicy) {
    var policies: [Policy] = []
    for part in list.split(separator: ",") {
      let name = String(part.filter { !$0.isWhitespace })
      guard name != "default", !name.isEmpty else {
        policies += Policy.allCases
        continue
      }
      guard let policy = Policy(rawValue: name) else { throw UnknownPolicy(name: name) }
      policies.append(policy)
    }
    var once: [Policy] = []
    for policy in policies where !once.contains(policy) { once.append(policy) }
    self.policies = once.isEmpty ? Policy.allCases : once
  }

  /// The list that gives these policies.
  public var description: String { policies.map(\.rawValue).joined(separator: ",") }

  /// The same, as options of a record.
  public var options: RecordOptions {
    var options: RecordOptions = []
    if policies.contains(.quantumSafe) { options.insert(.assessesQuantumSafety) }
    if policies.contains(.nist) { options.insert(.assessesByNIST) }
    if policies.first == .nist { options.insert(.assessesByNISTFirst) }
    return options
  }

  public struct UnknownPolicy: Error, CustomStringConvertible {
    public let name: String

    public var description: String {
      "There is no assessment policy '\(name)'. Policies are default, "
        + Policy.allCases.map(\.rawValue).joined(separator: ", ") + "."
    }
  }
}
