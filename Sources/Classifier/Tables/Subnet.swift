import Bytes

/// A network as tables list them: an address, and how many of its bits are the network's.
struct Subnet {
  let address: IPAddress
  let length: Int
  /// Whether bits behind the prefix were set, and have been cleared.
  let wasMasked: Bool

  /// Reads `192.0.2.0/24` or `2001:db8::/32`; a length of 0 is none.
  init?(parsing text: Span<UInt8>) {
    guard let slash = text.firstIndex(of: UInt8(ascii: "/")),
      let address = IPAddress(parsing: text.extracting(first: slash))
    else { return nil }
    let digits = text.extracting(droppingFirst: slash + 1)
    guard 1...3 ~= digits.count else { return nil }
    var length = 0
    for i in digits.indices {
      guard digits[i].isASCIIDigit else { return nil }
      length = length * 10 + Int(digits[i] - 0x30)
    }
    let width = address.isIPv6 ? 128 : 32
    guard 1...width ~= length else { return nil }
    let host = UInt128(width - length)
    let masked = (address.bits >> host) << host
    self.address = IPAddress(bits: masked, isIPv6: address.isIPv6)
    self.length = length
    wasMasked = masked != address.bits
  }
}

/// Collects what tables say of networks, IPv4 and IPv6 apart.
struct NetworkLists {
  var ipv4: [IntervalTable<UInt32>.Network] = []
  var ipv6: [IntervalTable<UInt128>.Network] = []

  mutating func add(_ subnet: Subnet, _ value: UInt32) {
    if subnet.address.isIPv6 {
      ipv6.append(.init(address: subnet.address.bits, length: subnet.length, value: value))
    } else {
      ipv4.append(
        .init(
          address: UInt32(truncatingIfNeeded: subnet.address.bits), length: subnet.length,
          value: value))
    }
  }
}
