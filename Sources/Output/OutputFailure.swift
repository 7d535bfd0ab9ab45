import Glibc

/// Why output could not be written: what was tried, on which file, and what the system said.
package struct FileFailure: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Kind: Equatable, Sendable {
    /// The pipe has no reader any more: the orderly end of `| head`.
    case closedPipe
    /// No room on the disk, or none left for this user.
    case diskFull
    /// Waiting for the other side was given up.
    case abandoned
    case other
  }

  package let kind: Kind
  package let action: String
  package let path: String
  package let errno: Int32

  /// `errno` is the reason that the system gave.
  package init(_ action: String, _ path: String, errno: Int32) {
    self.action = action
    self.path = path
    self.errno = errno
    kind =
      switch errno {
      case EPIPE: .closedPipe
      case ENOSPC, EDQUOT: .diskFull
      case ECANCELED: .abandoned
      default: .other
      }
  }

  package var description: String {
    // strerror gives a terminated string that lives until the next call; it is copied here.
    let reason = unsafe strerror(errno).map { unsafe String(cString: $0) }
    return "cannot \(action) \(path): \(reason ?? "error \(errno)")"
  }
}
