import ArgumentParser
import Transport

/// The user and directory of a live capture once its interface is open: for `merc` and `merc-capture` alike.
package struct PrivilegeSwitches: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Become this user, with that user's groups, once the interface is open; only then are files "
        + "written. Default: the user that called sudo. root stays root, and so does every process.",
      valueName: "user"))
  package var user: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Go to this directory then: relative names of files to be written are of files there.",
      valueName: "directory"),
    completion: .directory)
  package var directory: String?

  package init() {}

  package var isAnyGiven: Bool { user != nil || directory != nil }

  /// The user that the process becomes; `nil` if it stays the same.
  ///
  /// - Throws: `Account.Failure` if the user does not exist, or the process must give root up and cannot.
  package func successor() throws(Account.Failure) -> Account? { try Account(after: user) }

  /// Gives up what only opening interfaces needs, and goes where files are to be written.
  ///
  /// - Throws: `Account.Failure` if the kernel refuses the change of user, or the directory cannot be
  ///   entered.
  package func giveUp(to successor: Account?) throws(Account.Failure) {
    if let successor { try Privileges.become(successor) }
    if let directory { try Privileges.enter(directory) }
  }
}
