import Glibc

/// What the files of a rotation are called.
///
///     records.json.gz  →  records.json-0-20250131120000.gz, records.json-1-20250131120107.gz, …
///
/// The number is hexadecimal; the time is local and that of the file's opening. What says how a file is
/// compressed stays at the end, so that other programs know it by that.
package struct OutputName {
  package let path: String
  package let compression: Compression?
  private let stem: Substring

  package init(_ path: String) {
    self.path = path
    compression = Compression(path: path)
    stem = path.dropLast(compression?.suffix.count ?? 0)
  }

  /// Makes sure that files can be made here, and that it is not the place of something else.
  ///
  /// - Throws: `FileFailure` if it is a directory, pipe or device, or its directory cannot be written to.
  package func check() throws(FileFailure) {
    if let facts = FileFacts(at: path), !facts.isRegular {
      throw FileFailure("rotate", path, errno: EINVAL)
    }
    // The path becomes a terminated string for the length of the call.
    guard unsafe access(directory, W_OK | X_OK) == 0 else {
      throw FileFailure("create files in", directory, errno: errno)
    }
  }

  /// The name of the file with this number, opened now.
  package func file(_ number: UInt64) -> String {
    "\(stem)-\(String(number, radix: 16))-\(TimeStamp.local("%Y%m%d%H%M%S"))"
      + (compression?.suffix ?? "")
  }

  /// What a file is called until it is complete: hidden, so that a program that looks for files by the
  /// beginning of their names takes it for one.
  static func temporary(_ path: String) -> String {
    let (directory, name) = divide(path)
    return "\(directory).\(name).part"
  }

  static func exists(_ path: String) -> Bool { FileFacts(at: path) != nil }

  private var directory: String {
    let directory = Self.divide(path).directory
    return directory.isEmpty ? "." : String(directory)
  }

  /// The directory with its slash, if one is named, and the rest.
  private static func divide(_ path: String) -> (directory: Substring, name: Substring) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path[...]) }
    return (path[...slash], path[path.index(after: slash)...])
  }
}
