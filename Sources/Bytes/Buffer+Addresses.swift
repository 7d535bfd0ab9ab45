extension Buffer {
  /// Appends an IPv4 address as four decimal numbers.
  public mutating func append(ipv4 address: UInt32) {
    append(decimal: UInt64(address >> 24))
    append(UInt8(ascii: "."))
    append(decimal: UInt64(address >> 16 & 0xff))
    append(UInt8(ascii: "."))
    append(decimal: UInt64(address >> 8 & 0xff))
    append(UInt8(ascii: "."))
    append(decimal: UInt64(address & 0xff))
  }

  /// Appends an IPv6 address as RFC 5952 §4 has it: the first of the longest runs of two or more
  /// zero groups is left out.
  ///
  /// Unlike RFC 5952 §5, an IPv4 address in it has no form of its own.
  public mutating func append(ipv6 address: UInt128) {
    let gap = address.longestZeroRun
    var group = 0
    while group < 8 {
      if group == gap.lowerBound, !gap.isEmpty {
        append("::")
        group = gap.upperBound
        continue
      }
      if group > 0, group != gap.upperBound || gap.isEmpty { append(UInt8(ascii: ":")) }
      append(hexGroup: address.group(group))
      group += 1
    }
  }

  /// Appends hexadecimal digits without leading zeros.
  private mutating func append(hexGroup group: UInt16) {
    let digits = max(1, (UInt16.bitWidth - group.leadingZeroBitCount + 3) / 4)
    for i in stride(from: digits - 1, through: 0, by: -1) {
      append(UInt8(group >> UInt16(4 * i) & 15).hexDigit)
    }
  }

  /// Appends bytes as pairs of hexadecimal digits with colons between.
  public mutating func append(mac address: Span<UInt8>) {
    for i in address.indices {
      if i > 0 { append(UInt8(ascii: ":")) }
      append((address[i] >> 4).hexDigit)
      append((address[i] & 15).hexDigit)
    }
  }
}

extension UInt128 {
  /// Whether only its own network can reach this IP address (RFC 1918, RFC 4193); one of IPv4
  /// is in the lowest 32 bits.
  public func isPrivateAddress(isIPv6: Bool) -> Bool {
    if isIPv6 { return self >> 121 == 0xfc >> 1 }
    return self >> 24 == 10 || self >> 20 == 0xac1 || self >> 16 == 0xc0a8
  }

  /// One of the eight groups of an IPv6 address, the first being 0.
  fileprivate func group(_ index: Int) -> UInt16 {
    UInt16(truncatingIfNeeded: self >> UInt128(112 - 16 * index))
  }

  /// The first of the longest runs of at least two zero groups; empty when there is none.
  fileprivate var longestZeroRun: Range<Int> {
    var best = 0..<0
    var start = 0
    for i in 0..<8 {
      if group(i) != 0 {
        start = i + 1
      } else if i + 1 - start > Swift.max(best.count, 1) {
        best = start..<i + 1
      }
    }
    return best
  }
}
