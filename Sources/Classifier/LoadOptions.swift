import Bytes
import Files

/// What is wanted of an archive.
package struct LoadOptions: Sendable {
  /// Leaves out the addresses of processes, and IPv6 networks (resources.md §4 of the reference's
  /// rules).
  package var minimizesMemory = false
  /// Keeps the operating systems that each process was seen on.
  package var reportsOS = false
  /// The 16 bytes that the archive was encrypted with, AES-128-CBC; empty for a plain one.
  package var key: [UInt8] = []

  package init() {}

  /// The key in a file: 16 bytes, or 32 hexadecimal digits and perhaps the end of a line.
  ///
  /// - Throws: `ArchiveFailure` if the file cannot be read, or holds anything else.
  package static func key(in path: String) throws(ArchiveFailure) -> [UInt8] {
    let text: [UInt8]
    do throws(FileFailure) { text = try InputFile.contents(of: path, limit: 64) } catch {
      throw ArchiveFailure("the key in \(path) cannot be read", error)
    }
    if text.count == 16 { return text }
    let digits = text.filter { $0 > 0x20 }.map { $0.hexValue }
    guard digits.count == 32, digits.allSatisfy({ $0 != nil }) else {
      throw ArchiveFailure("\(path) holds no key: 32 hexadecimal digits, or 16 bytes")
    }
    return stride(from: 0, to: 32, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
  }
}
