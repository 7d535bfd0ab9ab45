import Bytes
import Crypto
import Glibc

/// The SHA-256 of executables, each computed once for as long as it does not change.
package struct Executables {
  private struct Key: Hashable {
    var path: String
    var device: UInt64
    var inode: UInt64
    var seconds: Int
    var nanoseconds: Int
  }

  private var hashes: [Key: String] = [:]
  /// How many are remembered.
  static let capacity = 4096

  package init() {}

  /// The hash in hexadecimal digits; empty where the file cannot be read.
  package mutating func hash(of path: String) -> String {
    var facts = stat()
    // The path becomes a terminated string for the call, which fills in `facts`.
    guard !path.isEmpty, unsafe stat(path, &facts) == 0 else { return "" }
    let key = Key(
      path: path, device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino),
      seconds: facts.st_mtim.tv_sec, nanoseconds: facts.st_mtim.tv_nsec)
    if let known = hashes[key] { return known }
    if hashes.count >= Self.capacity { hashes.removeAll() }
    let hash = Self.compute(path)
    hashes[key] = hash
    return hash
  }

  private static func compute(_ path: String) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var hash = SHA256()
    var bytes = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      // As many bytes as the array has.
      let count = unsafe read(descriptor, &bytes, bytes.count)
      if count <= 0 { break }
      hash.update(data: bytes[..<count])
    }
    return String(hex: hash.finalize())
  }
}
