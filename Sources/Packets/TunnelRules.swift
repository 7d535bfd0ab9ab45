/// Which tunnels are entered, besides IP in IP, which always is.
package struct TunnelRules: Equatable, Sendable {
  package enum Kind: Sendable { case gre, vxlan, geneve }

  package var gre: Bool
  package var vxlan: Bool
  package var geneve: Bool
  /// UDP source ports that mean another selected protocol, whose port rule comes before the tunnels'.
  package var claimedSourcePorts: [UInt16]

  package static let none = TunnelRules(gre: false, vxlan: false, geneve: false)

  package init(gre: Bool, vxlan: Bool, geneve: Bool, claimedSourcePorts: [UInt16] = []) {
    self.gre = gre
    self.vxlan = vxlan
    self.geneve = geneve
    self.claimedSourcePorts = claimedSourcePorts
  }

  /// The tunnel that a UDP datagram's ports announce.
  func kind(source: UInt16, destination: UInt16) -> Kind? {
    let kind: Kind
    switch destination {
    case 4789 where vxlan: kind = .vxlan
    case 6081 where geneve: kind = .geneve
    case 4754 where gre: kind = .gre
    default: return nil
    }
    for i in claimedSourcePorts.indices where claimedSourcePorts[i] == source { return nil }
    return kind
  }
}
