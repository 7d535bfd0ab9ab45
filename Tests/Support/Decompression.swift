import Foundation

/// Files that were compressed, read by the programs that everybody has for that.
package enum Decompression {
  /// Whether there is a program for .zst.
  package static let hasZstd = FileManager.default.isExecutableFile(atPath: "/usr/bin/zstd")

  /// The bytes of a file, decompressed as the end of its name says; what they are whole up to, if
  /// the file does not end as it should.
  package static func contents(of path: String) throws -> Data {
    if path.hasSuffix(".gz") { return try Program.run("/bin/gzip", ["-dcf", path]).output }
    if path.hasSuffix(".zst") { return try Program.run("/usr/bin/zstd", ["-dcqf", path]).output }
    return FileManager.default.contents(atPath: path) ?? Data()
  }

  /// A file's bytes as gzip packs them.
  package static func gzip(_ path: String) throws -> [UInt8] {
    [UInt8](try Program.run("/bin/gzip", ["-c", path]).output)
  }

  /// Whether a compressed file is complete.
  package static func isComplete(_ path: String) throws -> Bool {
    let program = path.hasSuffix(".gz") ? "/bin/gzip" : "/usr/bin/zstd"
    return try Program.run(program, ["-t", path]).status == 0
  }
}
