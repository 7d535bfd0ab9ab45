import Bytes

/// Which autonomous system announces an address, as `pyasn.db` lists them.
package struct RoutingTable: Sendable {
  private let ipv4: IntervalTable<UInt32>
  private let ipv6: IntervalTable<UInt128>

  /// The number of the system that announces the longest prefix of an address; 0 if none does.
  package func system(of address: UInt128, isIPv6: Bool) -> UInt32 {
    isIPv6 ? ipv6[address] : ipv4[UInt32(truncatingIfNeeded: address)]
  }

  /// Reads a text as `pyasn.db` has it.
  ///
  /// - Throws: `ArchiveFailure` at the first line that is not a network and its number, a comment, or empty.
  package init(parsing text: Span<UInt8>) throws(ArchiveFailure) {
    var lists = NetworkLists()
    var rest = text
    var number = 0
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count
      let line = rest.extracting(first: end).trimmed
      rest = rest.extracting(droppingFirst: min(end + 1, rest.count))
      number += 1
      if line.isEmpty || line.starts(with: ";") || line.starts(with: "#") { continue }
      if let complaint = Self.add(line, to: &lists, skippingIPv6: false) {
        throw ArchiveFailure(complaint, member: "pyasn.db", line: number)
      }
    }
    self.init(lists)
  }

  init(_ lists: NetworkLists) {
    ipv4 = IntervalTable(lists.ipv4)
    ipv6 = IntervalTable(lists.ipv6)
  }

  /// Reads a line, `192.0.2.0/24 64496`; what is wrong with it.
  static func add(
    _ line: Span<UInt8>, to lists: inout NetworkLists, skippingIPv6: Bool
  ) -> String? {
    guard let space = line.firstSpace else { return "is not a network and a number" }
    let network = line.extracting(first: space)
    guard let subnet = Subnet(parsing: network) else { return "does not begin with a network" }
    let number = line.extracting(droppingFirst: space).trimmed
    guard let system = number.decimal else { return "has no number of an autonomous system" }
    if system != 0, !(skippingIPv6 && subnet.address.isIPv6) { lists.add(subnet, system) }
    return nil
  }
}

extension Span where Element == UInt8 {
  fileprivate var firstSpace: Int? {
    indices.first { self[$0] == UInt8(ascii: " ") || self[$0] == UInt8(ascii: "\t") }
  }

  /// Without blanks at either end.
  var trimmed: Span<UInt8> {
    @_lifetime(copy self) get {
      var range = 0..<count
      while !range.isEmpty, self[range.lowerBound] <= 0x20 {
        range = range.lowerBound + 1..<range.upperBound
      }
      while !range.isEmpty, self[range.upperBound - 1] <= 0x20 {
        range = range.lowerBound..<range.upperBound - 1
      }
      return extracting(range)
    }
  }

  fileprivate var decimal: UInt32? {
    guard 1...10 ~= count else { return nil }
    var value: UInt64 = 0
    for i in indices {
      guard self[i].isASCIIDigit else { return nil }
      value = value * 10 + UInt64(self[i] - 0x30)
    }
    return UInt32(exactly: value)
  }
}
