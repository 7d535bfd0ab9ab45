/// A field of records that tells an analyzer something: written by a dissector with this, found by this in
/// records that were printed.
///
/// A field is one of `all`, and nothing else has to know of it.
public struct FactField: Sendable {
  /// What it tells.
  public let fact: Fact
  /// The keys of the object that it is in, or of an array of such objects: the record's, and the one in that.
  public let object: StaticString
  public let part: StaticString?
  public let key: StaticString
  /// A field of the same object whose text is put before this one's.
  public private(set) var prefix: StaticString?
  /// A field of the same object without which this one tells nothing; with `neighborText`, only if that is
  /// its text.
  public private(set) var neighbor: StaticString?
  public private(set) var neighborText: StaticString?
  /// Whether archives have the text as it is spelled in JSON, with its escape sequences.
  public private(set) var isSpelled = false

  private init(
    _ fact: Fact, in object: StaticString, _ part: StaticString? = nil, as key: StaticString
  ) {
    self.fact = fact
    self.object = object
    self.part = part
    self.key = key
  }

  private func with(_ change: (inout FactField) -> Void) -> FactField {
    var field = self
    change(&field)
    return field
  }

  // MARK: All of them

  public static let tlsServerName = FactField(.serverName, in: "tls", "client", as: "server_name")

  /// Archives were made by programs that find it in the draft's extension only.
  public static let googleUserAgent = FactField(
    .userAgent, in: "tls", "client", as: "google_user_agent"
  ).with { $0.neighbor = "quic_transport_parameters_draft" }

  public static let httpHost = FactField(.serverName, in: "http", "request", as: "host")
  public static let httpUserAgent = FactField(.userAgent, in: "http", "request", as: "user_agent")

  /// Archives were made by programs that know a user agent only where there is a comment.
  public static let sshComment = FactField(.userAgent, in: "ssh", "init", as: "comment")
    .with { $0.prefix = "protocol" }

  public static let stunSoftware = FactField(.userAgent, in: "stun", "attributes", as: "value")
    .with {
      ($0.neighbor, $0.neighborText) = ("type", "SOFTWARE")
      $0.isSpelled = true
    }

  public static let tofseeAddress = FactField(
    .userAgent, in: "tofsee_initial_message", as: "bot_ip")

  public static let all = [
    tlsServerName, googleUserAgent, httpHost, httpUserAgent, sshComment, stunSoftware,
    tofseeAddress,
  ]
}
