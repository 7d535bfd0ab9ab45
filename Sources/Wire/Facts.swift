/// What the analyzer wants to find in a record without walking it.
public enum Fact: Int, CaseIterable, Sendable {
  case fingerprint, serverName, userAgent

  /// Where a value stands in its record's head section, or in the notes behind that: the bytes
  /// before `end`.
  public struct Place: Equatable, Sendable {
    public var offset: UInt32
    public var count: UInt32
    /// Whether `offset` counts from where the notes begin, while the head is still being written.
    var isNoted = false

    public init(offset: UInt32 = 0, count: UInt32 = 0) {
      self.offset = offset
      self.count = count
    }

    init(end: Int, count: Int, isNoted: Bool = false) {
      self.init(offset: UInt32(end - count), count: UInt32(count))
      self.isNoted = isNoted
    }
  }
}

/// The places of a record's facts, where a place of no bytes means that the record lacks it, and
/// the attributes of its message.
public struct Facts: Equatable, Sendable {
  /// The fingerprint that the analyzer is asked about; a message that has only others lacks it.
  public var fingerprint = Fact.Place()
  public var serverName = Fact.Place()
  public var userAgent = Fact.Place()
  public var attributes: Attributes = []
  /// Where each of the message's fingerprints stands (`Fingerprints`); in the notes.
  public var fingerprints = Fact.Place()
  /// Names that devices give themselves, where the sink counts them; in the notes.
  public var labels = Fact.Place()
  /// What the sink compares between connections, where it is asked to.
  public var clientRandom: ClientRandom?

  public init() {}

  public subscript(_ fact: Fact) -> Fact.Place {
    get {
      switch fact {
      case .fingerprint: fingerprint
      case .serverName: serverName
      case .userAgent: userAgent
      }
    }
    set {
      switch fact {
      case .fingerprint: fingerprint = newValue
      case .serverName: serverName = newValue
      case .userAgent: userAgent = newValue
      }
    }
  }
}
