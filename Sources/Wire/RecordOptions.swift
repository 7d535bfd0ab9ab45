/// What the user asked a record to hold beyond the least.
package struct RecordOptions: OptionSet, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let metadata = Self(rawValue: 1)
  package static let dnsJSON = Self(rawValue: 2)
  package static let certsJSON = Self(rawValue: 4)
  /// The first payload of connections that no message was made of.
  package static let nonselectedTCPData = Self(rawValue: 8)
  package static let nonselectedUDPData = Self(rawValue: 16)
  /// To decrypt QUIC of unknown versions too, trying what the known ones do.
  package static let quicTrialDecryption = Self(rawValue: 128)
  /// To tell of credentials that an eavesdropper can use.
  package static let exposedCredentials = Self(rawValue: 256)

  // What a message says of its implementation, in the order and the bytes it says it in.
  package static let rawBitTorrent = Self(rawValue: 1 << 9)
  package static let rawSMB = Self(rawValue: 1 << 10)
  package static let rawSSDP = Self(rawValue: 1 << 11)
  package static let rawSTUN = Self(rawValue: 1 << 12)
  package static let rawTLS = Self(rawValue: 1 << 13)

  // To assess cryptography: by which policies, and which comes first.
  package static let assessesQuantumSafety = Self(rawValue: 1 << 20)
  package static let assessesByNIST = Self(rawValue: 1 << 21)
  package static let assessesByNISTFirst = Self(rawValue: 1 << 22)
  package static let assessments: Self = [.assessesQuantumSafety, .assessesByNIST]
  /// To carry what the sink compares between connections.
  package static let clientRandoms = Self(rawValue: 1 << 23)
  /// To carry names that devices give themselves, which the sink counts.
  package static let labels = Self(rawValue: 1 << 24)
}
