/// What a classifier finds out about one message.
package struct Verdict {
  /// What is known of the fingerprint (analysis.md §2).
  package enum Status: Sendable {
    /// Fingerprints of its type are not classified.
    case unknown
    /// It is in the database.
    case labeled
    /// It is in none; a client that makes up a new one each time is likely.
    case randomized
    /// It is not in the database, but has been seen before.
    case unlabeled
  }

  package var status: Status
  /// The model that was asked, by its place in the database.
  package var model: Int?
  /// The likeliest process, by its place in the model.
  package var winner = 0
  package var score = 0.0
  package var isMalware = false
  package var malwareProbability = 0.0
  /// The server name or address is one of encrypted DNS.
  package var isEncryptedDNS = false
  /// The server name belongs to others than the address.
  package var fakesDomain = false
  /// None of its cipher suites was ever assigned.
  package var fakesTLS = false

  package init(_ status: Status, model: Int? = nil) {
    self.status = status
    self.model = model
  }
}
