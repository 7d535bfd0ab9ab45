import Bytes
import Glibc

/// Bytes on their way to a file, a pipe or the terminal, written in large pieces.
///
/// Writing waits for as long as the other side takes, unless `isAbandoned` says that it is not wanted
/// any more; it is asked several times a second. A process that may write to a pipe ignores SIGPIPE,
/// so that its end is a failure like others. After a failure the unwritten bytes are kept, and the
/// next `flush` goes on exactly where the last one stopped.
package struct OutputFile: ~Copyable {
  package let path: String
  /// What the file will be called once it is complete and closed, if it is not written under that name.
  private var finalPath: String?
  private let descriptor: Int32
  private let isOwned: Bool
  /// Whether the file is removed if it has not been completed.
  private var isTransient = false
  private var buffer: Buffer
  private var compressor: Compressor?
  /// When compressed bytes last came out to the last one.
  private var synchronized = ContinuousClock.now
  /// How much of the buffer has been written already, by a flush that failed later.
  private var written = 0
  private let limit: Int
  /// Whether writing may block: only files on a disk take everything at once.
  private let mayBlock: Bool
  /// Whether nothing was in it when it was opened.
  package let wasEmpty: Bool
  /// Whether to give up waiting for the other side.
  package var isAbandoned: () -> Bool = { false }

  /// How many bytes collect before they are written.
  package static let defaultLimit = 512 << 10

  /// Creates the file at `path`, or empties it.
  ///
  /// - Throws: `FileFailure` if it cannot be created.
  package init(
    creating path: String, compression: Compression? = nil, limit: Int = defaultLimit
  ) throws(FileFailure) {
    try self.init(opening: path, O_TRUNC, compression, limit)
  }

  /// Creates a file that replaces what is at `path` once it is complete and closed.
  ///
  /// A transient one is removed if it is never closed. `level` is how much work compression is worth, 1 to 9.
  ///
  /// - Throws: `FileFailure` if it cannot be created.
  package init(
    replacing path: String, compression: Compression?, level: Int32 = Compressor.fast,
    isTransient: Bool = false
  ) throws(FileFailure) {
    try self.init(
      opening: OutputName.temporary(path), O_TRUNC, compression, Self.defaultLimit, level)
    finalPath = path
    self.isTransient = isTransient
  }

  /// Creates the next of a series of files, which has its name once it is complete.
  ///
  /// A number whose name another run took, in the same second, is passed over.
  ///
  /// - Throws: `FileFailure` if no such file can be created.
  package init(number: inout UInt64, compression: Compression?, name: (UInt64) -> String)
    throws(FileFailure)
  {
    while true {
      let path = name(number)
      number += 1
      if OutputName.exists(path) { continue }
      do throws(FileFailure) {
        try self.init(
          opening: OutputName.temporary(path), O_EXCL, compression, Self.defaultLimit)
      } catch {
        if error.errno == EEXIST { continue }
        throw error
      }
      finalPath = path
      return
    }
  }

  /// Goes on behind what is in the file at `path`, or creates it.
  ///
  /// - Throws: `FileFailure` if it can be neither opened nor created.
  package init(appendingTo path: String, compression: Compression?) throws(FileFailure) {
    try self.init(opening: path, O_APPEND, compression, Self.defaultLimit)
  }

  private init(
    opening path: String, _ flag: Int32, _ compression: Compression?, _ limit: Int,
    _ level: Int32 = Compressor.fast
  ) throws(FileFailure) {
    var descriptor: Int32
    repeat {
      // The path becomes a terminated string for the length of the call.
      descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flag, 0o666)
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw FileFailure("create", path, errno: errno) }
    self.init(descriptor, path, isOwned: true, compression, limit, level)
  }

  /// Creates the file at `path`; without one, or for `-`, it is standard output.
  ///
  /// - Throws: `FileFailure` if it cannot be created.
  package init(path: String?) throws(FileFailure) {
    if let path, path != "-" {
      try self.init(creating: path)
    } else {
      self.init(descriptor: 1)
    }
  }

  /// Writes to a descriptor that its owner closes, `name` being what messages call it.
  package init(
    descriptor: Int32, name: String = "standard output", limit: Int = defaultLimit
  ) {
    self.init(descriptor, name, isOwned: false, nil, limit, Compressor.fast)
  }

  private init(
    _ descriptor: Int32, _ path: String, isOwned: Bool, _ compression: Compression?, _ limit: Int,
    _ level: Int32
  ) {
    self.descriptor = descriptor
    self.path = path
    self.isOwned = isOwned
    self.limit = limit
    compressor = compression.map { Compressor($0, level: level) }
    let facts = FileFacts(of: descriptor)
    mayBlock = facts?.isRegular != true
    wasEmpty = mayBlock || facts?.size == 0
    buffer = Buffer(capacity: limit + (64 << 10))
  }

  deinit {
    guard isOwned else { return }
    _ = Glibc.close(descriptor)
    // The path becomes a terminated string for the length of the call.
    if isTransient { _ = unsafe unlink(path) }
  }

  /// Whether opening its path again gives a file of the same kind, that no other process waits for.
  package var canBeReopened: Bool { isOwned && !mayBlock }

  /// How many bytes wait to be written.
  package var pending: Int { buffer.count - written }

  /// Adds bytes, and writes what waits once that is `limit` bytes.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  package mutating func write(_ bytes: Span<UInt8>) throws(FileFailure) {
    if compressor == nil {
      buffer.append(bytes)
    } else {
      compressor?.add(bytes, .keep, to: &buffer)
    }
    if buffer.count >= limit { try drain() }
  }

  /// Writes everything that waits.
  ///
  /// Compressed bytes are written once a second at most: each time costs some of the compression.
  ///
  /// - Throws: `FileFailure` if it cannot be written.
  package mutating func flush() throws(FileFailure) {
    if compressor != nil, .now - synchronized >= .seconds(1) {
      compressor?.add(Span(), .synchronize, to: &buffer)
      synchronized = .now
    }
    try drain()
  }

  private mutating func drain() throws(FileFailure) {
    while written < buffer.count {
      if mayBlock { try waitUntilWritable() }
      // A pipe that takes anything takes this much without blocking (pipe(7)).
      let most = mayBlock ? Int(PIPE_BUF) : .max
      // The pointer is used for the length of the call only, within the buffer's bytes.
      let count = unsafe buffer.bytes.extracting(droppingFirst: written).withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, min($0.count, most))
      }
      if count >= 0 {
        written += count
      } else if errno != EINTR, errno != EAGAIN {
        throw FileFailure("write", path, errno: errno)
      }
    }
    buffer.removeAll()
    written = 0
  }

  /// Writes what waits, closes the file, and gives it its final name.
  ///
  /// - Throws: `FileFailure` if one of these fails, as on a full disk.
  package consuming func close() throws(FileFailure) {
    compressor?.add(Span(), .end, to: &buffer)
    try drain()
    // A descriptor of our own is closed by `deinit`; syncing is not asked for, but errors that
    // the file system held back are, by closing a duplicate.
    guard isOwned else { return }
    let duplicate = dup(descriptor)
    guard duplicate < 0 || Glibc.close(duplicate) == 0 || errno == EINTR else {
      throw FileFailure("close", path, errno: errno)
    }
    // Both become terminated strings for the length of the call.
    if let finalPath, unsafe rename(path, finalPath) != 0 {
      throw FileFailure("rename", path, errno: errno)
    }
    isTransient = false
  }

  /// Waits until the other side takes more, or fails to.
  private func waitUntilWritable() throws(FileFailure) {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    // One element, which outlives the call. Errors are left for the write to tell.
    while unsafe poll(&request, 1, 100) <= 0 {
      if isAbandoned() { throw FileFailure("write", path, errno: ECANCELED) }
    }
  }
}
