import Bytes

/// Which domains are served from which networks, as `domain-mappings.db` lists them, so that it
/// shows when a client names a domain and speaks to another network (analysis.md §7 of the
/// reference's rules).
package struct DomainMappings: Sendable {
  /// The domains that are mapped, by number.
  private let domains: StringPool
  /// What is known of a network, by number less 1: proxies and sinkholes answer for any name.
  private let groups: [Group]
  private let ipv4: IntervalTable<UInt32>
  private let ipv6: IntervalTable<UInt128>

  private struct Group {
    var domains: Set<StringPool.ID> = []
    var answersForAll = false
  }

  /// How many domains are mapped.
  package var count: Int { domains.count }

  /// Whether a client that names this server speaks to another network.
  package func isFaked(_ name: Span<UInt8>, at address: UInt128, isIPv6: Bool) -> Bool {
    guard !name.isEmpty else { return false }
    let bare = name.starts(with: "www.") ? name.extracting(droppingFirst: 4) : name
    guard let domain = domains.id(of: bare),
      !address.isPrivateAddress(isIPv6: isIPv6),
      !isIPv6 || !ipv6.isEmpty
    else { return false }
    let group = isIPv6 ? ipv6[address] : ipv4[UInt32(truncatingIfNeeded: address)]
    guard group > 0 else { return true }
    let known = groups[Int(group) - 1]
    return !known.answersForAll && !known.domains.contains(domain)
  }

  /// Collects the lines of the member.
  struct Builder: ~Copyable {
    private var domains = StringPool()
    private var groups: [Group] = []
    private var lists = NetworkLists()
    private var groupOfSubnet: [Key: UInt32] = [:]

    private struct Key: Hashable {
      var bits: UInt128
      var length: Int
      var isIPv6: Bool
    }

    /// What a line says.
    private enum Kind { case mapping, answersForAll, other }

    /// Reads a line, `{"subnet": …, "type": …, "tag": …}`; what is wrong with it.
    mutating func add(_ line: Span<UInt8>, skippingIPv6: Bool) throws(JSONFault) -> String? {
      var json = JSONScanner(line)
      var subnet: Subnet?
      var kind = Kind.other
      var tag = Buffer(capacity: 64)
      try json.enterObject()
      while let key = try json.nextKey() {
        guard try json.kind() == .string else {
          try json.skip()
          continue
        }
        let member = Member(json.bytes(of: key))
        let value = try json.text()
        switch member {
        case .subnet: subnet = Subnet(parsing: json.bytes(of: value))
        case .type: kind = Self.kind(json.bytes(of: value))
        case .tag: tag.append(json.bytes(of: value))
        case .other: break
        }
      }
      try json.finish()
      guard let subnet else { return "has no subnet" }
      guard kind != .other else { return "has a type that nothing is known of" }
      guard !(skippingIPv6 && subnet.address.isIPv6) else { return nil }
      let group = group(of: subnet)
      if kind == .answersForAll {
        groups[group].answersForAll = true
      } else {
        guard !tag.isEmpty, let domain = domains.intern(tag) else { return "has no tag" }
        groups[group].domains.insert(domain)
      }
      return nil
    }

    private enum Member {
      case subnet, type, tag, other

      init(_ key: Span<UInt8>) {
        if key.equals("subnet") {
          self = .subnet
        } else if key.equals("type") {
          self = .type
        } else {
          self = key.equals("tag") ? .tag : .other
        }
      }
    }

    private static func kind(_ text: Span<UInt8>) -> Kind {
      if text.equals("domain_mapping") { return .mapping }
      return text.equals("proxy") || text.equals("sinkhole") ? .answersForAll : .other
    }

    private mutating func group(of subnet: Subnet) -> Int {
      let key = Key(
        bits: subnet.address.bits, length: subnet.length, isIPv6: subnet.address.isIPv6)
      if let number = groupOfSubnet[key] { return Int(number) - 1 }
      groups.append(Group())
      groupOfSubnet[key] = UInt32(groups.count)
      lists.add(subnet, UInt32(groups.count))
      return groups.count - 1
    }

    consuming func finish() -> DomainMappings {
      DomainMappings(
        domains: domains, groups: groups, ipv4: IntervalTable(lists.ipv4),
        ipv6: IntervalTable(lists.ipv6))
    }
  }
}
