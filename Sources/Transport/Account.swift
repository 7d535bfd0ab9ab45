import Glibc

/// An account of this machine that a process can become.
package struct Account: Equatable, Sendable {
  package let name: String
  package let userID: UInt32
  package let groupID: UInt32

  /// Why a process cannot be run as it was asked to be: a sentence.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// The user that a process becomes once it has done what needs root; `nil` if it stays the same.
  ///
  /// The user named `user`; or the one that called sudo, if this process is root's. A process of root must
  /// be told that it is to stay one.
  ///
  /// - Throws: `Failure` if there is no such user, the process cannot become that user, or it is root and no
  ///   user is named.
  package init?(after user: String?) throws(Failure) {
    if let user {
      let account = try Account(named: user)
      if account.userID == 0 || account.userID == getuid() && getuid() == geteuid() { return nil }
      guard geteuid() == 0 else {
        throw Failure(description: "only root can become another user, as --user \(user) asks for")
      }
      self = account
    } else {
      guard geteuid() == 0 else { return nil }
      guard let account = Account.behindSudo else {
        throw Failure(
          description: "root is to be given up once the interface is open: name a user with -u, or "
            + "start it with sudo; -u root stays root")
      }
      self = account
    }
  }

  /// Looks an account up by its name.
  ///
  /// - Throws: `Failure` if there is none of that name.
  package init(named name: String) throws(Failure) {
    // The entry is libc's, good until the next call, and read here.
    guard let entry = unsafe getpwnam(name) else {
      throw Failure(description: "there is no user \(name) on this machine")
    }
    self.name = name
    userID = unsafe entry.pointee.pw_uid
    groupID = unsafe entry.pointee.pw_gid
  }

  private init(name: String, userID: UInt32, groupID: UInt32) {
    self.name = name
    self.userID = userID
    self.groupID = groupID
  }

  /// The user that called sudo, which says so in the environment.
  private static var behindSudo: Account? {
    guard let name = Host.variable("SUDO_USER"),
      let user = Host.variable("SUDO_UID").flatMap({ UInt32($0) }),
      let group = Host.variable("SUDO_GID").flatMap({ UInt32($0) }), user != 0
    else { return nil }
    return Account(name: name, userID: user, groupID: group)
  }
}
