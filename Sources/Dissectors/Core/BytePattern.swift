/// Up to sixteen bytes, as hex with optional masks: `16 03 00/fc ?? ?? 01`.
package struct BytePattern: Sendable, Equatable, ExpressibleByStringLiteral {
  /// The bytes to find and the bits of them that count, first byte topmost.
  package let value: UInt128, mask: UInt128
  package let count: Int

  package init(stringLiteral text: StaticString) {
    var (value, mask, count) = (0 as UInt128, 0 as UInt128, 0)
    for cell in "\(text)".split(separator: " ") {
      let parts = cell == "??" ? ["00", "00"] : cell.split(separator: "/")
      guard let byte = UInt8(parts[0], radix: 16),
        let byteMask = parts.count > 1 ? UInt8(parts[1], radix: 16) : 0xff, count < 16
      else { preconditionFailure("bad byte pattern \(text)") }
      value = value << 8 | UInt128(byte & byteMask)
      mask = mask << 8 | UInt128(byteMask)
      count += 1
    }
    self.value = value << (128 - 8 * count)
    self.mask = mask << (128 - 8 * count)
    self.count = count
  }

  /// Whether the payload whose first sixteen bytes these are, zeros where it is shorter, fits.
  @inlinable package func matches(_ head: UInt128) -> Bool { head & mask == value }
}
