/// What the rest of the system knows of a kind of fingerprint before it sees one.
public struct FingerprintKind: Sendable {
  /// Which host a fingerprint is counted for in statistics.
  public enum Counting: Sendable {
    case none
    /// The sender, with the receiver as its destination.
    case sender
    /// The receiver, with the sender as its destination: only the answer tells what the receiver is.
    case receiver
  }

  /// The key in the record, and what the text begins with.
  public let name: StaticString
  /// What it is computed from, for people.
  public let source: StaticString
  /// How many forms there are: form 0 goes by the kind's name, form N by `name/N`.
  public let forms: Int
  /// The kind whose form this one follows; `nil` where it has its own.
  public let follows: StaticString?
  /// Whether the analyzer is asked which process sends such fingerprints; a message has at most one
  /// that is classified.
  public let isClassified: Bool
  public let counting: Counting
  /// Whether it is written only when asked for by its name.
  public let isOnRequest: Bool

  public init(
    _ name: StaticString, from source: StaticString, forms: Int = 1, following: StaticString? = nil,
    isClassified: Bool = false, counting: Counting = .none, isOnRequest: Bool = false
  ) {
    self.name = name
    self.source = source
    self.forms = forms
    self.follows = following
    self.isClassified = isClassified
    self.counting = counting
    self.isOnRequest = isOnRequest
  }
}
