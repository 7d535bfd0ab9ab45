import Transport

/// Where merc begins.
@main enum Program {
  /// Runs merc beside the first thread, which only waits.
  ///
  /// Left to Swift, that thread would end, and its remains would keep the rights it had: the kernel
  /// shows a process's user and privileges as those of its first thread.
  static func main() {
    // Not otherwise: merc-capture may have a right of its own to open interfaces, which this would undo.
    if Host.userID == 0 { Privileges.forgoNew() }
    Task.detached {
      await Main.start()
      Host.leave(status: 0)
    }
    Host.rest()
  }
}
