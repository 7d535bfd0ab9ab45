/// Names by key, in a text that is searched where it stands.
///
/// The text has a line for each, the key, a space and the name; lines are sorted by the bytes
/// of their keys. A literal of a thousand lines compiles at once, which a dictionary does not.
public struct NameTable: Sendable {
  private let text: StaticString

  public init(_ text: StaticString) { self.text = text }

  /// The name that belongs to `key`.
  @_lifetime(immortal)
  public func name(of key: Span<UInt8>) -> Span<UInt8>? {
    let lines = text.bytes
    var (low, high) = (0, lines.count)
    while low < high {
      var start = (low + high) / 2
      while start > low, lines[start - 1] != UInt8(ascii: "\n") { start -= 1 }
      var end = start
      while end < high, lines[end] != UInt8(ascii: "\n") { end += 1 }
      let line = lines.extracting(start..<end)
      let separator = line.firstIndex(of: UInt8(ascii: " ")) ?? line.count
      switch line.extracting(first: separator).order(comparedTo: key) {
      case 0: return line.extracting(droppingFirst: min(separator + 1, line.count))
      case ..<0: low = end + 1
      default: high = start
      }
    }
    return nil
  }
}

extension Span where Element == UInt8 {
  /// Negative if these bytes come before `other` in a dictionary, positive if after.
  fileprivate func order(comparedTo other: Span<UInt8>) -> Int {
    for i in 0..<Swift.min(count, other.count) where self[i] != other[i] {
      return Int(self[i]) - Int(other[i])
    }
    return count - other.count
  }
}

extension StaticString {
  /// The literal's bytes.
  public var bytes: Span<UInt8> {
    @_lifetime(immortal) get {
      // A literal lies in the program's image, and never goes away.
      let bytes = unsafe Span(_unsafeStart: utf8Start, count: utf8CodeUnitCount)
      return unsafe _overrideLifetime(bytes, copying: ())
    }
  }
}
