import Bytes

/// What a message shows besides its fingerprint, as models know it.
///
/// A value that occurs nowhere in the database is `nil`: no model has it.
struct Observation {
  var system: UInt32 = 0
  var port: UInt16 = 0
  /// After normalisation.
  var address: UInt128 = 0
  var isIPv6 = false
  var addressID: StringPool.ID?
  var userAgentID: StringPool.ID?
  var domainID: StringPool.ID?
  var serverNameID: StringPool.ID?

  /// What stands for the value in a section.
  subscript(_ section: Section) -> UInt32? {
    switch section {
    case .system: system
    case .port: UInt32(port)
    case .address4: isIPv6 ? nil : UInt32(truncatingIfNeeded: address)
    case .address6: isIPv6 ? addressID : nil
    case .userAgent: userAgentID
    case .domain: domainID
    case .serverName: serverNameID
    }
  }
}
