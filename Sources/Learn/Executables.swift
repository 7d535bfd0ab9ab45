import Bytes
import Crypto
import Files

/// The SHA-256 of executables, each computed once for as long as it does not change.
package struct Executables {
  private struct Key: Hashable {
    var path: String
    var file: FileFacts.Identity
  }

  private var hashes: [Key: String] = [:]
  /// How many are remembered.
  static let capacity = 4096

  package init() {}

  /// The hash in hexadecimal digits; empty where the file cannot be read.
  package mutating func hash(of path: String) -> String {
    guard !path.isEmpty, let facts = FileFacts(at: path) else { return "" }
    let key = Key(path: path, file: facts.identity)
    if let known = hashes[key] { return known }
    if hashes.count >= Self.capacity { hashes.removeAll() }
    let hash = Self.compute(path)
    hashes[key] = hash
    return hash
  }

  private static func compute(_ path: String) -> String {
    guard let file = try? InputFile(reading: path) else { return "" }
    var hash = SHA256()
    var bytes: [UInt8] = []
    while let count = try? file.read(upTo: 256 << 10, into: &bytes), count > 0 {
      hash.update(data: bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    return String(hex: hash.finalize())
  }
}
