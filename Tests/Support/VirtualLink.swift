import Foundation
import Glibc

/// Two network namespaces with one cable between them: what is replayed into one end comes out of
/// `interface`; gone when the test lets go of it.
package final class VirtualLink {
  /// The end that is captured from.
  package let interface = "out0"
  private let name: String

  private static let ip = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  private static let tcpreplay = "/usr/bin/tcpreplay"

  /// Why there can be none here; `nil` where there can.
  package static let obstacle: String? = {
    guard geteuid() == 0 else { return "needs root" }
    guard let ip else { return "needs ip, of iproute2" }
    guard FileManager.default.isExecutableFile(atPath: tcpreplay) else { return "needs tcpreplay" }
    let name = "merc-try-\(getpid())"
    defer { _ = try? Program.run(ip, ["netns", "delete", name]) }
    let made = try? Program.run(ip, ["netns", "add", name])
    return made?.status == 0 ? nil : "needs network namespaces"
  }()

  private struct Failure: Error { let command, errors: String }

  package init() throws {
    name = "merc-t\(UInt32.random(in: 0 ... .max))"
    try ip("netns", "add", sender)
    try ip("netns", "add", receiver)
    // The kernel's own traffic is not what the test counts.
    for space in [sender, receiver] {
      let off = "net.ipv6.conf.default.disable_ipv6=1"
      _ = try Program.run(Self.ip ?? "", ["netns", "exec", space, "sysctl", "-qw", off])
    }
    try connect()
  }

  deinit {
    for space in [sender, receiver] { try? ip("netns", "delete", space) }
  }

  private var sender: String { name + "a" }
  private var receiver: String { name + "b" }

  /// Lays the cable, which is also how one that has been removed comes back.
  package func connect() throws {
    try ip(
      "link", "add", "in0", "netns", sender, "type", "veth", "peer", "name", interface, "netns",
      receiver)
    try ip("-n", sender, "link", "set", "in0", "up")
    try set("up")
  }

  /// Sets the captured end up or down.
  package func set(_ state: String) throws {
    try ip("-n", receiver, "link", "set", interface, state)
  }

  package func setLoopbackUp() throws { try ip("-n", receiver, "link", "set", "lo", "up") }

  package func remove() throws { try ip("-n", receiver, "link", "delete", interface) }

  private func ip(_ arguments: String...) throws {
    let result = try Program.run(Self.ip ?? "", arguments)
    guard result.status == 0 else {
      throw Failure(command: "ip " + arguments.joined(separator: " "), errors: result.errors)
    }
  }

  /// Starts a program where the captured end is.
  package func start(
    _ name: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Program {
    let path = name.hasPrefix("/") ? name : "\(Program.directory)/\(name)"
    return try Program(
      Self.ip ?? "", ["netns", "exec", receiver, path] + arguments, environment: environment)
  }

  /// Sends a capture's packets from the other end; how many went out.
  package func replay(_ path: String, _ arguments: [String]) throws -> Int {
    let result = try Program.run(
      Self.ip ?? "",
      ["netns", "exec", sender, Self.tcpreplay, "-i", "in0", "-K"] + arguments + [path],
      seconds: 60)
    for line in String(decoding: result.output, as: UTF8.self).split(separator: "\n")
    where line.contains("Successful packets:") {
      if let count = line.split(separator: " ").last.flatMap({ Int($0) }) { return count }
    }
    throw Failure(command: "tcpreplay", errors: result.errors)
  }
}
