import Bytes
import Files

/// Writes a resource archive that merc, the reference and tar(1) read: gzip of one member over ustar.
///
/// The same members give the same bytes. The file has its name only once all of it is written.
package struct ArchiveWriter: ~Copyable {
  private var file: OutputFile

  /// Begins an archive, whose file has its name once it is finished.
  ///
  /// - Throws: `ArchiveFailure` if a file cannot be created beside `path`.
  package init(creating path: String) throws(ArchiveFailure) {
    do throws(FileFailure) {
      file = try OutputFile(replacing: path, compression: .gzip, level: 9, isTransient: true)
    } catch {
      throw ArchiveFailure("cannot be created", error)
    }
  }

  /// What the head of a member has room for.
  private static let maxName = 100
  private static let maxSize = 1 << 33 - 1

  /// Adds a file with this content.
  ///
  /// - Throws: `ArchiveFailure` if the name or the content is too long for tar, or the file cannot be
  ///   written.
  package mutating func add(_ member: String, _ bytes: Span<UInt8>) throws(ArchiveFailure) {
    guard member.utf8.count <= Self.maxName, bytes.count <= Self.maxSize else {
      throw ArchiveFailure("has too long a name, or is too large, for an archive", member: member)
    }
    var block = Buffer(capacity: 512)
    TarHeader(name: member, size: bytes.count, isFile: true).write(to: &block)
    try write(block.bytes)
    try write(bytes)
    try writeZeros((512 - bytes.count % 512) % 512)
  }

  /// Ends the archive and gives it its name.
  ///
  /// - Throws: `ArchiveFailure` if the file cannot be written or renamed; it is then removed.
  package consuming func finish() throws(ArchiveFailure) {
    try writeZeros(1024)
    do throws(FileFailure) { try file.close() } catch {
      throw ArchiveFailure("cannot be written", error)
    }
  }

  private mutating func writeZeros(_ count: Int) throws(ArchiveFailure) {
    let zeros = [UInt8](repeating: 0, count: count)
    try write(zeros.span)
  }

  private mutating func write(_ bytes: Span<UInt8>) throws(ArchiveFailure) {
    do throws(FileFailure) { try file.write(bytes) } catch {
      throw ArchiveFailure("cannot be written", error)
    }
  }
}

extension TarHeader {
  fileprivate init(name: String, size: Int, isFile: Bool) {
    self.name = name
    self.size = size
    self.isFile = isFile
  }

  /// Appends the block of 512 bytes that it is.
  fileprivate func write(to block: inout Buffer) {
    func field(_ text: String, _ width: Int) {
      let utf8 = Array(text.utf8.prefix(width))
      for byte in utf8 { block.append(byte) }
      for _ in utf8.count..<width { block.append(0 as UInt8) }
    }
    func octal(_ value: Int, _ digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    let fields: [(String, Int)] = [
      (name, 100), (octal(0o644, 7), 8), (octal(0, 7), 8), (octal(0, 7), 8),
      (octal(size, 11), 12), (octal(0, 11), 12), ("        ", 8), ("0", 1), ("", 100),
      ("ustar\0", 6), ("00", 2), ("", 247),
    ]
    let start = block.count
    for (text, width) in fields { field(text, width) }
    var sum = 0
    for i in start..<block.count { sum += Int(block.bytes[i]) }
    block.rewrite(at: start + 148) { block in
      for byte in octal(sum, 6).utf8 { block.append(byte) }
      block.append(0 as UInt8)
      block.append(UInt8(ascii: " "))
    }
  }
}
