import Foundation
import Support
import Testing

/// Runs the commands of `docs/operations.md` as they are printed there.
///
/// A block's first line says how: `sh` runs to its end before the next one, `sh terminal` is
/// started and goes on beside the others, `sh after` runs when all of those have ended. Blocks
/// without `sh` are only shown. All of a page run in one empty directory, with the clone's
/// `samples` and `docs`; every one must end with status 0.
@Suite(.tags(.process), .serialized) struct OperationsTests {
  @Test func commandsWorkAsPrinted() throws {
    let page = try String(contentsOfFile: "\(Project.path)/docs/operations.md", encoding: .utf8)
    let blocks = Block.all(in: page)
    #expect(blocks.count { $0.manner == "sh terminal" } >= 15)
    #expect(blocks.count { $0.manner == "sh after" } >= 5)
    let place = try Workshop()
    var terminals: [Terminal] = []
    for block in blocks {
      switch block.manner {
      case "sh terminal":
        // A short capture is over a moment after the sink comes: the others have to be there by then.
        if block.commands.contains("merc-sink") {
          #expect(eventually(within: 20) { place.hasSockets(of: terminals) }, "\(block.commands)")
        }
        terminals.append(try place.start(block))
      case "sh after":
        for terminal in terminals { terminal.expectSuccess() }
        terminals = []
        try place.start(block).expectSuccess()
      default: try place.start(block).expectSuccess()
      }
    }
    #expect(terminals.isEmpty, "the last terminals are never waited for")
  }
}

private struct Block {
  let manner: String
  let commands: String

  static func all(in page: String) -> [Block] {
    var blocks: [Block] = []
    var (manner, lines): (String?, [Substring]) = (nil, [])
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if let open = manner, line == "```" {
        if open.hasPrefix("sh") {
          blocks.append(Block(manner: open, commands: lines.joined(separator: "\n")))
        }
        (manner, lines) = (nil, [])
      } else if manner != nil {
        lines.append(line)
      } else if line.hasPrefix("```") {
        manner = String(line.dropFirst(3))
      }
    }
    return blocks
  }
}

/// The directory that the commands find themselves in; gone when it is let go.
private final class Workshop {
  private let path: String
  private let port = 20_000 + Int(ProcessInfo.processInfo.processIdentifier) % 20_000

  init() throws {
    path = "/tmp/merc-operations-\(UUID().uuidString.prefix(8))"
    let files = FileManager.default
    try files.createDirectory(atPath: path, withIntermediateDirectories: false)
    for folder in ["samples", "docs"] {
      try files.createSymbolicLink(
        atPath: "\(path)/\(folder)", withDestinationPath: "\(Project.path)/\(folder)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func start(_ block: Block) throws -> Terminal {
    // The port of the page may be somebody else's on this machine.
    let commands = block.commands.replacingOccurrences(of: ":5600", with: ":\(port)")
    return try Terminal(commands, in: path)
  }

  /// Whether the sockets are there by which capture, parsers and analyzers are found.
  func hasSockets(of terminals: [Terminal]) -> Bool {
    var workers: [Substring: Int] = [:]
    for terminal in terminals {
      if let own = terminal.commands.firstMatch(of: #/--(tap|bind) ipc://(\S+)/#) {
        guard FileManager.default.fileExists(atPath: "\(path)/\(own.2)") else { return false }
      } else if let line = terminal.commands.firstMatch(
        of: #/merc-(parse|analyze) --connect ipc://run/(\S+)/#)
      {
        workers["\(line.2)-\(line.1)-", default: 0] += 1
      }
    }
    let sockets = (try? FileManager.default.contentsOfDirectory(atPath: path + "/run")) ?? []
    return workers.allSatisfy { name, count in
      sockets.count { $0.hasPrefix(name) && $0.hasSuffix(".tap") } >= count
    }
  }
}

private final class Terminal {
  let commands: String
  private let process = Process()
  private let said: URL

  init(_ commands: String, in directory: String) throws {
    self.commands = commands
    said = URL(fileURLWithPath: "\(directory)/said-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: said.path, contents: nil)
    let output = try FileHandle(forWritingTo: said)
    var environment = ProcessInfo.processInfo.environment
    // The programs stand where the tests do.
    environment["PATH"] = "\(Bundle.main.bundlePath):\(environment["PATH"] ?? "/usr/bin:/bin")"
    environment["A"] = "127.0.0.1"
    process.environment = environment
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    // Half a minute is far more than any takes; what hangs is a failure, not a wait.
    process.arguments = ["-k", "1", "30", "bash", "-e", "-o", "pipefail", "-c", commands]
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    try process.run()
  }

  func expectSuccess() {
    process.waitUntilExit()
    let text = (try? String(contentsOf: said, encoding: .utf8)) ?? ""
    #expect(process.terminationStatus == 0, "\(commands)\nsaid:\n\(text)")
  }
}
