/// What the user asked a record to hold beyond the least.
public struct RecordOptions: OptionSet, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let metadata = Self(rawValue: 1)
  public static let dnsJSON = Self(rawValue: 2)
  public static let certsJSON = Self(rawValue: 4)
  /// The first payload of connections that no message was made of.
  public static let nonselectedTCPData = Self(rawValue: 8)
  public static let nonselectedUDPData = Self(rawValue: 16)
  /// To decrypt QUIC of unknown versions too, trying what the known ones do.
  public static let quicTrialDecryption = Self(rawValue: 128)
  /// To tell of credentials that an eavesdropper can use.
  public static let exposedCredentials = Self(rawValue: 256)

  // What a message says of its implementation, in the order and the bytes it says it in.
  public static let rawBitTorrent = Self(rawValue: 1 << 9)
  public static let rawSMB = Self(rawValue: 1 << 10)
  public static let rawSSDP = Self(rawValue: 1 << 11)
  public static let rawSTUN = Self(rawValue: 1 << 12)
  public static let rawTLS = Self(rawValue: 1 << 13)

  // To assess cryptography: by which policies, and which comes first.
  public static let assessesQuantumSafety = Self(rawValue: 1 << 20)
  public static let assessesByNIST = Self(rawValue: 1 << 21)
  public static let assessesByNISTFirst = Self(rawValue: 1 << 22)
  public static let assessments: Self = [.assessesQuantumSafety, .assessesByNIST]
  /// To carry what the sink compares between connections.
  public static let clientRandoms = Self(rawValue: 1 << 23)
  /// To carry names that devices give themselves, which the sink counts.
  public static let labels = Self(rawValue: 1 << 24)
}
