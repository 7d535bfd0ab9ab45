import Glibc

/// What the kernel says of a file (stat(2)).
package struct FileFacts {
  /// What is equal for two looks at a path between which the file has not changed.
  package struct Identity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let seconds: Int
    private let nanoseconds: Int

    fileprivate init(_ facts: stat) {
      device = UInt64(facts.st_dev)
      inode = UInt64(facts.st_ino)
      seconds = facts.st_mtim.tv_sec
      nanoseconds = facts.st_mtim.tv_nsec
    }
  }

  package let identity: Identity
  /// In bytes.
  package let size: Int
  package let isRegular: Bool
  package let isDirectory: Bool

  /// Those of the file at `path`; `nil` if there is none, or none that may be seen.
  package init?(at path: String) {
    var facts = stat()
    // The path becomes a terminated string for the length of the call, which fills in `facts`.
    guard unsafe stat(path, &facts) == 0 else { return nil }
    self.init(facts)
  }

  /// Those of an open file.
  init?(of descriptor: Int32) {
    var facts = stat()
    // Filled in by the call.
    guard unsafe fstat(descriptor, &facts) == 0 else { return nil }
    self.init(facts)
  }

  private init(_ facts: stat) {
    identity = Identity(facts)
    size = Int(facts.st_size)
    isRegular = facts.st_mode & S_IFMT == S_IFREG
    isDirectory = facts.st_mode & S_IFMT == S_IFDIR
  }
}
