import Glibc

/// What this machine runs, as the reference's monitor tells it: `Linux`, the kernel's version, and its
/// release.
package struct OperatingSystem: Equatable, Sendable {
  package var name = ""
  package var version = ""
  package var edition = ""

  package init() {}

  /// This machine's.
  package static var here: OperatingSystem {
    var system = OperatingSystem()
    system.name = file("ostype")
    system.version = file("version")
    system.edition = file("osrelease")
    return system
  }

  private static func file(_ name: String) -> String {
    let text = ProcessTable.contents(of: "/proc/sys/kernel/\(name)") ?? ""
    return String(text.prefix { !$0.isNewline })
  }
}
