/// What the user asked a record to hold beyond the least.
package struct RecordOptions: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let metadata = Self(rawValue: 1)
  package static let dnsJSON = Self(rawValue: 2)
  package static let certsJSON = Self(rawValue: 4)
  /// The first payload of connections that no message was made of.
  package static let nonselectedTCPData = Self(rawValue: 8)
  package static let nonselectedUDPData = Self(rawValue: 16)
  /// To decrypt QUIC of unknown versions too, trying what the known ones do.
  package static let quicTrialDecryption = Self(rawValue: 128)
}
