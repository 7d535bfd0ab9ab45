import Glibc

/// A file, pipe or socket that is read in pieces; every wait but `isReadable` is the kernel's.
package final class InputFile {
  package let path: String
  private let descriptor: Int32
  private let isOwned: Bool

  /// Opens the file at `path`, which is closed with this value.
  ///
  /// - Throws: `FileFailure` if it cannot be opened.
  package init(reading path: String) throws(FileFailure) {
    // The path becomes a terminated string for the length of the call.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    isOwned = true
    guard descriptor >= 0 else { throw FileFailure("open", path, errno: errno) }
  }

  /// Reads from a descriptor that its owner closes.
  package init(descriptor: Int32) {
    self.descriptor = descriptor
    path = "descriptor \(descriptor)"
    isOwned = false
  }

  deinit { if isOwned, descriptor >= 0 { close(descriptor) } }

  /// What it is; `nil` where the kernel does not say.
  package var facts: FileFacts? { FileFacts(of: descriptor) }

  /// Appends at most `limit` bytes to `bytes`; how many they were, 0 at the end.
  ///
  /// - Throws: `FileFailure` if nothing can be read; `EAGAIN` if a descriptor that does not block has
  ///   nothing.
  package func read(upTo limit: Int, into bytes: inout [UInt8]) throws(FileFailure) -> Int {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: limit))
    var count: Int
    repeat {
      count = unsafe bytes.withUnsafeMutableBytes {
        // Within the bytes appended above.
        unsafe Glibc.read(descriptor, $0.baseAddress.map { unsafe $0 + start }, limit)
      }
    } while count < 0 && errno == EINTR
    let failure = errno
    bytes.removeLast(limit - max(count, 0))
    guard count >= 0 else { throw FileFailure("read", path, errno: failure) }
    return count
  }

  /// Whether there is something to read, or the end, within so long; -1 waits until there is.
  ///
  /// A signal ends the wait.
  package func isReadable(within milliseconds: Int32) -> Bool {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // One element, which outlives the call.
    return unsafe poll(&watched, 1, milliseconds) > 0
  }

  /// The beginning of the file at `path`, of at most `limit` bytes.
  ///
  /// - Throws: `FileFailure` if it cannot be opened or read.
  package static func contents(of path: String, limit: Int) throws(FileFailure) -> [UInt8] {
    let file = try InputFile(reading: path)
    var bytes: [UInt8] = []
    while bytes.count < limit, try file.read(upTo: limit - bytes.count, into: &bytes) > 0 {}
    return bytes
  }
}
