/// Names by key, in a text that is searched where it stands.
///
/// The text has a line for each: the key, a space and the name. A literal of a thousand lines compiles at
/// once, which a dictionary does not. Where lines stand is found by their keys' hashes, which are computed once
/// for each table; the keys are not from outside, so they need no secret.
public struct NameTable: Sendable {
  /// A line: where it begins, and how long its key and all of it are.
  private struct Line {
    var start: UInt32
    var key: UInt16
    var count: UInt16
  }

  private let text: StaticString
  private var lines: [Line] = []
  /// By hash, the number of a line and 1, or 0; the next free place where several have one hash.
  private var places: [UInt16]

  /// A text of fewer than 65,535 lines, each shorter than 65,536 bytes.
  public init(_ text: StaticString) {
    self.text = text
    let bytes = text.bytes
    var start = 0
    while start < bytes.count {
      let rest = bytes.extracting(droppingFirst: start)
      let line = rest.extracting(first: rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.count)
      let key = line.firstIndex(of: UInt8(ascii: " ")) ?? line.count
      lines.append(
        Line(start: UInt32(start), key: UInt16(key), count: UInt16(line.count)))
      start += line.count + 1
    }
    var size = 2
    while size < 2 * lines.count { size *= 2 }
    places = [UInt16](repeating: 0, count: size)
    for number in lines.indices {
      let key = bytes.extracting(droppingFirst: Int(lines[number].start))
        .extracting(first: Int(lines[number].key))
      var place = key.hash & (size - 1)
      while places[place] != 0 { place = (place + 1) & (size - 1) }
      places[place] = UInt16(number + 1)
    }
  }

  /// The name that belongs to `key`.
  @_lifetime(immortal)
  public func name(of key: Span<UInt8>) -> Span<UInt8>? {
    let bytes = text.bytes
    var place = key.hash & (places.count - 1)
    while places[place] != 0 {
      let line = lines[Int(places[place]) - 1]
      if Int(line.key) == key.count {
        let whole = bytes.extracting(droppingFirst: Int(line.start)).extracting(
          first: Int(line.count))
        if whole.extracting(first: key.count).equals(key) {
          return whole.extracting(droppingFirst: min(key.count + 1, whole.count))
        }
      }
      place = (place + 1) & (places.count - 1)
    }
    return nil
  }
}

extension Span where Element == UInt8 {
  /// FNV-1a, folded: spreads the keys of a table, and is no defence against chosen ones.
  fileprivate var hash: Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for i in indices { hash = (hash ^ UInt64(self[i])) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7fff_ffff)
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
