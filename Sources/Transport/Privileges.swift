import CLinux
import Glibc

/// What a process may do, which only ever becomes less.
package enum Privileges {
  /// No program that this process executes can gain privileges, as through a set-user-ID bit.
  ///
  /// Holds for the threads that are started later, so it belongs at a program's beginning.
  package static func forgoNew() { _ = linux_no_new_privileges() }

  /// Gives up what this process may do beyond its user's rights; root stays root.
  package static func dropCapabilities() {
    if geteuid() != 0 { _ = linux_drop_capabilities() }
  }

  /// Makes the process another user's for good: user, group and all other groups.
  ///
  /// - Throws: `Account.Failure` if the kernel refuses, or the process could become root again.
  package static func become(_ account: Account) throws(Account.Failure) {
    try check(unsafe initgroups(account.name, account.groupID), account)
    try check(setgid(account.groupID), account)
    try check(setuid(account.userID), account)
    // A process that has a way back is not refused these.
    let isRefused = setuid(0) == -1 && seteuid(0) == -1
    guard isRefused, getuid() == account.userID, geteuid() == account.userID,
      getgid() == account.groupID, getegid() == account.groupID
    else {
      throw Account.Failure(
        description: "could not become \(account.name): root can still be had back")
    }
  }

  private static func check(_ status: CInt, _ account: Account) throws(Account.Failure) {
    guard status != 0 else { return }
    let reason = unsafe String(cString: strerror(errno))
    throw Account.Failure(description: "could not become \(account.name): \(reason)")
  }

  /// Gives the process another user's rights until `takeBack`, of files above all.
  ///
  /// So that the user cannot redirect, by links, what root makes in a directory of that user's.
  ///
  /// - Throws: `Account.Failure` if the kernel refuses.
  package static func lend(to account: Account) throws(Account.Failure) {
    try check(unsafe initgroups(account.name, account.groupID), account)
    try check(setegid(account.groupID), account)
    try check(seteuid(account.userID), account)
  }

  package static func takeBack() {
    _ = seteuid(0)
    _ = setegid(0)
  }

  /// Goes to a directory, for all relative names from then on.
  ///
  /// - Throws: `Account.Failure` if the directory cannot be entered.
  package static func enter(_ directory: String) throws(Account.Failure) {
    // The C string lives for the call.
    guard unsafe chdir(directory) != 0 else { return }
    let reason = unsafe String(cString: strerror(errno))
    throw Account.Failure(description: "cannot go to the directory \(directory): \(reason)")
  }
}
