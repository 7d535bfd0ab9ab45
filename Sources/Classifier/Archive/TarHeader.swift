import Bytes

/// The head of a member of a tar archive (POSIX.1-1988 ustar, which GNU tar writes too).
///
///      0      100    108   116   124    136     148        156    157        257     512
///     | name | mode | uid | gid | size | mtime | checksum | type | link name | ustar | …
struct TarHeader: Equatable {
  var name: String
  var size: Int
  /// Whether it is a file; directories, links and the headers of extensions are passed over.
  var isFile: Bool

  /// Reads a block of 512 bytes; `nil` for one of zeros, which ends the archive.
  init?(_ block: Span<UInt8>, after previous: String) throws(ArchiveFailure) {
    var sum = 0
    for i in block.indices {
      sum += 148..<156 ~= i ? 0x20 : Int(block[i])
    }
    guard sum > 8 * 0x20 || block[148] != 0 else { return nil }
    let place = previous.isEmpty ? "" : " behind \(previous)"
    guard block.extracting(257..<262).equals("ustar") else {
      throw ArchiveFailure("is not a tar archive, or is damaged\(place)")
    }
    guard Self.octal(block.extracting(148..<156)) == sum else {
      throw ArchiveFailure("is damaged: the header of the member\(place) has another checksum")
    }
    var name = Self.text(block.extracting(0..<100))
    if name.hasPrefix("./") { name.removeFirst(2) }
    guard let size = Self.octal(block.extracting(124..<136)) else {
      throw ArchiveFailure("has no size", member: name)
    }
    self.name = name
    self.size = size
    isFile = block[156] == UInt8(ascii: "0") || block[156] == 0
  }

  private static func text(_ field: Span<UInt8>) -> String {
    let end = field.firstIndex(of: 0) ?? field.count
    return String(decoding: field.extracting(first: end))
  }

  /// Octal digits between blanks or zeros.
  private static func octal(_ field: Span<UInt8>) -> Int? {
    var value = 0
    var hasDigits = false
    for i in field.indices {
      switch field[i] {
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        value = value << 3 | Int(field[i] & 7)
        hasDigits = true
      case UInt8(ascii: " ") where !hasDigits: continue
      case 0, UInt8(ascii: " "): return hasDigits ? value : nil
      default: return nil
      }
    }
    return hasDigits ? value : nil
  }
}
