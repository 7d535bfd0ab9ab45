/// Why a packet was not read as any message: what the ledger counts besides records.
package enum Unread: UInt8, CaseIterable, Sendable {
  // The layers below the payload.
  case linkType, linkHeader, etherType
  case ipVersion, ipHeader, ipLength, extensionHeader
  case tcpHeader, noPayload
  // Nothing that is selected suggests itself.
  case linkProtocol, ipProtocol, tcpHandshake, tcpPayload, udpPayload

  /// What the ledger calls it; never changes, so that counts can be compared over years.
  package var name: StaticString {
    switch self {
    case .linkType: "link type"
    case .linkHeader: "link header"
    case .etherType: "ethertype"
    case .ipVersion: "ip version"
    case .ipHeader: "short ip header"
    case .ipLength: "ip length"
    case .extensionHeader: "short ipv6 extension header"
    case .tcpHeader: "short tcp header"
    case .noPayload: "no payload"
    case .linkProtocol: "link protocol"
    case .ipProtocol: "ip protocol"
    case .tcpHandshake: "tcp handshake"
    case .tcpPayload: "tcp payload"
    case .udpPayload: "udp payload"
    }
  }
}
