import Foundation

/// A network namespace of one program's own, in which its loopback interface is up.
///
/// It exists as long as the program does, so nothing has to be removed.
package enum Namespace {
  /// Whether namespaces can be made here.
  package static let isAvailable: Bool = {
    guard geteuid() == 0 else { return false }
    return (try? Program.run("/usr/bin/unshare", ["-n", "/bin/true"]).status) == 0
  }()

  /// Starts one of merc's programs in a namespace of its own, by the command `prefix` if there is one.
  package static func start(
    _ program: String, _ arguments: [String], through prefix: [String] = [],
    environment: [String: String] = [:]
  ) throws -> Program {
    let command = prefix + ["\(Program.directory)/\(program)"] + arguments
    let script = "ip link set lo up && exec \"$@\""
    return try Program(
      "/usr/bin/unshare", ["-n", "/bin/sh", "-c", script, "sh"] + command, environment: environment)
  }

  /// Sends a DNS query over the loopback interface of a program's namespace.
  package static func ask(in program: Program) throws {
    let query = #"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03com\0\0\x01\0\x01"#
    _ = try Program.run(
      "/usr/bin/nsenter",
      ["--net=/proc/\(program.id)/ns/net", "/bin/bash", "-c"]
        + ["printf '\(query)' > /dev/udp/127.0.0.1/53"])
  }
}
