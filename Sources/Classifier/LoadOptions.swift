import Bytes
import Glibc

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
    // The path becomes a terminated string for the length of the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ArchiveFailure(system: "the key in \(path) cannot be read", errno)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64)
    // The array has as many bytes as read is told.
    let count = unsafe read(descriptor, &bytes, bytes.count)
    let text = bytes.prefix(max(count, 0))
    if text.count == 16 { return Array(text) }
    let digits = text.filter { $0 > 0x20 }.map { $0.hexValue }
    guard digits.count == 32, digits.allSatisfy({ $0 != nil }) else {
      throw ArchiveFailure("\(path) holds no key: 32 hexadecimal digits, or 16 bytes")
    }
    return stride(from: 0, to: 32, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
  }
}
