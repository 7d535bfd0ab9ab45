import Foundation
import Support
import Testing

/// What is generated from the programs' own description of themselves: manual pages, completions.
@Suite(.tags(.process)) struct ManualTests {
  static let programs = ["merc", "merc-capture", "merc-parse", "merc-analyze", "merc-sink"]

  /// A program that checks a file, where the machine has it.
  private func check(_ command: [String], _ file: ScratchFile) throws {
    guard FileManager.default.isExecutableFile(atPath: command[0]) else { return }
    let result = try Program.run(command[0], Array(command.dropFirst()) + [file.path])
    #expect(result.status == 0, "\(command[0]): \(result.errors)")
    #expect(result.errors.isEmpty, "\(command[0]): \(result.errors)")
  }

  private func options(of program: String) throws -> [String] {
    let dump = try Program.run(program, ["--experimental-dump-help"]).output
    let tool = try #require(try JSONSerialization.jsonObject(with: dump) as? [String: Any])
    let command = try #require(tool["command"] as? [String: Any])
    return try #require(command["arguments"] as? [[String: Any]])
      .filter { $0["shouldDisplay"] as? Bool == true }
      .compactMap { ($0["names"] as? [[String: String]])?.last { $0["kind"] == "long" }?["name"] }
  }

  @Test(arguments: programs) func theManualPageNamesEveryOption(_ program: String) throws {
    let dump = try ScratchFile(
      Array(Program.run(program, ["--experimental-dump-help"]).output), named: "dump")
    let isStage = program != "merc"
    let page = try withExtendedLifetime(dump) {
      try Program.run(
        "merc", ["docs", "manual"] + (isStage ? ["--stage"] : []), input: .file(dump.path))
    }
    #expect(page.status == 0 && page.errors.isEmpty, "\(page.errors)")
    let text = String(decoding: page.output, as: UTF8.self)
    #expect(text.contains(".SH NAME\n\(program.replacing("-", with: "\\-")) \\- "))
    let names = try options(of: program)
    #expect(names.count > 8)
    for name in names {
      #expect(text.contains("\\fB\\-\\-\(name.replacing("-", with: "\\-"))\\fR"), "--\(name)")
    }
    #expect(!text.contains("poison"))
    #expect(page.output.allSatisfy { $0 < 0x80 })
    let file = try ScratchFile(Array(page.output), named: "page.1")
    try check(["/usr/bin/groff", "-man", "-Tutf8", "-ww", "-z"], file)
    try check(["/usr/bin/mandoc", "-Tlint", "-Werror"], file)
  }

  @Test func theManualPageHasTheSubcommands() throws {
    let page = try Program.run("merc", ["docs", "manual"])
    for command in ["tap", "learn", "resources build", "config show", "keygen"] {
      #expect(page.lines.contains(".SS \"merc \(command)\""), "\(command)")
    }
    #expect(try Program.run("merc", ["docs", "manual", "--stage"]).status == 64)
  }

  @Test(arguments: programs, ["bash", "zsh", "fish"])
  func theShellsReadTheCompletions(_ program: String, _ shell: String) throws {
    let script = try Program.run(program, ["--generate-completion-script", shell])
    #expect(script.status == 0 && script.errors.isEmpty)
    let text = String(decoding: script.output, as: UTF8.self)
    for name in try options(of: program) { #expect(text.contains(name), "--\(name)") }
    try check(["/usr/bin/\(shell)", "-n"], ScratchFile(Array(script.output), named: shell))
  }

  /// As bash asks for them when somebody types `merc --reas` and presses the tab key.
  @Test func bashCompletes() throws {
    let script = try Program.run("merc", ["--generate-completion-script", "bash"])
    let file = try ScratchFile(Array(script.output), named: "bash")
    let completed = try Program.run(
      "/bin/bash",
      [
        "-c",
        """
        . "$0"; COMP_WORDS=(merc --reas) COMP_CWORD=1 COMP_LINE='merc --reas' COMP_POINT=11
        "$(complete -p merc | sed 's/.*-F \\([^ ]*\\).*/\\1/')" merc --reas merc
        printf '%s\\n' "${COMPREPLY[@]}"
        """, file.path,
      ])
    #expect(completed.lines.contains { $0.hasPrefix("--reassembly") }, "\(completed)")
  }
}
