import Packets
import Wire

/// Which messages are read and which tunnels entered: what `--select` says.
package struct Selection: Sendable, Equatable {
  /// A name that means nothing, with all that do.
  package struct UnknownName: Error, Equatable, CustomStringConvertible {
    package let name: String

    package var description: String {
      """
      "\(name)" cannot be selected; what can: \(Selection.validNames.joined(separator: ", "))
      """
    }
  }

  private var names: Set<String>
  package private(set) var isAll: Bool
  /// Whether all packets are to be kept where packets are, not only those that something is made of.
  package private(set) var keepsAllPackets = false
  /// What to tell the user, a line each: names that mercury's documents have and that it ignores.
  package private(set) var warnings: [String] = []

  package static let all = Selection(names: [], isAll: true)
  package static let none = Selection(names: [], isAll: false)

  private init(names: Set<String>, isAll: Bool) {
    self.names = names
    self.isAll = isAll
  }

  /// Whether nothing was said but that.
  package private(set) var namesNoProtocols = false

  /// Reads a comma-separated list of names; an empty one selects everything, `none` in it nothing.
  ///
  /// `all-packets` is about packets only: the other names say what is read, all if there are none.
  ///
  /// - Throws: `UnknownName` at the first name that selects nothing.
  package init(parsing list: String) throws(UnknownName) {
    let list = NameList(parsing: list)
    names = []
    isAll = list.isAll
    keepsAllPackets = list.keepsAllPackets
    namesNoProtocols = list.namesNoProtocols
    let valid = Set(Selection.validNames)
    for name in list.names {
      switch name {
      case _ where valid.contains(name): names.insert(name)
      case "openvpntcp": ignore(name, for: "openvpn_tcp")
      case "tls.certificates": ignore(name, for: "tls.server_certificate")
      default: throw UnknownName(name: name)
      }
    }
    if list.isNone { removeAllMessages() }
  }

  /// Commands that were copied from mercury's documents give the records that they always gave.
  private mutating func ignore(_ name: String, for right: String) {
    warnings.append("\"\(name)\" selects nothing; the name is \(right)")
  }

  /// Names that no message has: tunnels, and one that mercury takes without effect.
  private static let otherNames = ["geneve", "gre", "vxlan", "tcp.message"]

  /// Every name that may be selected, sorted, after those that stand for no protocol.
  package static let validNames: [String] = {
    var names = Set(otherNames)
    for dissector in registry { names.formUnion(prefixes(of: dissector.profile.name)) }
    return ["all", "none", NameList.allPackets] + names.sorted()
  }()

  /// `tls` and `tls.client_hello` for `tls.client_hello`.
  private static func prefixes(of name: String) -> [String] {
    name.indices.filter { name[$0] == "." }.map { String(name[..<$0]) } + [name]
  }

  package func includes(_ profile: Profile) -> Bool {
    if isAll { return true }
    if let needed = profile.needs {
      return names.contains(profile.name) && names.contains(needed)
    }
    return Selection.prefixes(of: profile.name).contains(where: names.contains)
  }

  /// Reads nothing: where all packets are wanted and no records.
  package mutating func removeAllMessages() {
    names = []
    isAll = false
  }

  /// Selects also what another does.
  package mutating func formUnion(_ other: Selection) {
    names.formUnion(other.names)
    isAll = isAll || other.isAll
    keepsAllPackets = keepsAllPackets || other.keepsAllPackets
  }

  /// A list of names that selects the same.
  package var list: String {
    let protocols = isAll ? ["all"] : names.isEmpty ? ["none"] : names.sorted()
    return ((keepsAllPackets ? [NameList.allPackets] : []) + protocols).joined(separator: ",")
  }

  /// The names of the messages that are read.
  package var messages: [MessageName] {
    registry.filter { includes($0.profile) }.map(\.profile).map {
      MessageName($0.name, isOnlyByItself: $0.needs != nil)
    }
  }

  /// Which tunnels are entered, and which selected protocols' ports come before theirs.
  package var tunnelRules: TunnelRules {
    TunnelRules(
      gre: isAll || names.contains("gre"), vxlan: isAll || names.contains("vxlan"),
      geneve: isAll || names.contains("geneve"), claimedSourcePorts: claimedSourcePorts)
  }

  /// DHCP's rule, the only one behind the tunnels' (protocol-identification §4.3), is about
  /// destinations, and so are all that are not listed here: they cannot meet a tunnel's.
  private var claimedSourcePorts: [UInt16] {
    var ports: [UInt16] = []
    for dissector in registry
    where dissector.profile.carrier == .udp && includes(dissector.profile) {
      for case .port(let rule) in dissector.profile.signatures {
        switch rule {
        case .either(let port), .source(let port): ports.append(port)
        case .destination, .both: break
        }
      }
    }
    return ports
  }
}
