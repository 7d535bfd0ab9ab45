import Foundation
import Support
import Testing

/// What the programs say of themselves, asked of the programs.
@Suite(.tags(.process)) struct HelpTests {
  static let linked = ["--connect", "--bind", "--tap", "--key"]
  static let records =
    ["--select", "--metadata", "--dns-json", "--certs-json"]
    + ["--format", "--raw-features", "--exposed-creds", "--quic-trial-decryption"]
    + ["--reassembly", "--minimize-ram", "--nonselected-tcp-data", "--nonselected-udp-data"]
    + ["--crypto-assess", "--network-behavioral-detections", "--sensor"]

  static let options: [(command: String, options: [String])] = [
    (
      "merc",
      [
        "--read", "--fingerprint", "--write", "--parsers", "--analyzers", "--no-gate",
        "--quarantine",
      ]
        + ["--verbose", "Exit status", "130"] + records
    ),
    ("merc tap", ["--connect", "--pipeline", "--select", "--format", "--key"]),
    ("merc plan show", ["--connect", "--pipeline", "--key"]),
    ("merc plan set", ["--connect", "--pipeline", "--key"] + records),
    ("merc keygen", ["<file>"]),
    ("merc docs", ["protocols"]),
    (
      "merc-capture",
      ["--read", "--bind", "--tap", "--select", "--no-gate", "--analysis", "--quarantine", "--key"]
        + ["--packets", "--labels"] + records
    ),
    ("merc-parse", linked + records),
    ("merc-analyze", linked),
    (
      "merc-sink",
      linked + ["--fingerprint", "--write", "--verbose"]
    ),
  ]

  @Test(arguments: options)
  func namesEveryOption(_ command: String, _ options: [String]) throws {
    let said = try run(command + " --help")
    #expect(said.status == 0)
    #expect(said.error == "")
    for option in options + ["--help"] {
      #expect(said.output.contains(option), "\(command) --help does not mention \(option)")
    }
    #expect(!said.output.contains("--parent"), "options of merc's own are hidden")
    #expect(!said.output.contains("--poison"), "options of tests are hidden")
  }

  @Test(arguments: ["merc", "merc-capture", "merc-parse", "merc-analyze", "merc-sink"])
  func saysItsVersion(_ program: String) throws {
    let said = try run(program + " --version")
    #expect(said.status == 0)
    #expect(said.output.split(separator: ".").count == 3)
  }

  /// Standard output is for records.
  @Test(arguments: [
    "merc --bogus", "merc -r", "merc -s nonsense", "merc-parse", "merc-sink --x",
    "merc --crypto-assess=bogus", "merc --crypto-assess quantum_safe",
    "merc -s tls -s dns", "merc --select=tls -stls", "merc --crypto-assess --crypto-assess=default",
    "merc --raw-features tls --raw-features stun",
    "merc --meta -r x", "merc -m 4", "merc --http-headers all", "merc --http-body-max 9",
    "merc --threshold 3", "merc --loop 2", "merc --loop 0 -r x", "merc -c lo -p 2",
    "merc-parse --connect ipc:///nowhere -s -s", "merc-capture --bind ipc:///nowhere -s nonsense",
  ])
  func complainsOnStandardError(_ command: String) throws {
    let said = try run(command)
    #expect(said.status == 64)
    #expect(said.output == "")
    #expect(said.error.contains("--help"))
  }

  /// What is not there says what is meant, or why it is not.
  @Test(arguments: [
    ("merc --meta -r x", "write out what is meant: --metadata"),
    ("merc --nonselected -r x", "--nonselected-tcp-data, --nonselected-udp-data"),
    ("merc -m 4 -r x", "-m has no meaning"),
    ("merc --http-headers=all -r x", "change no record"),
    ("merc --threshold 4 -r x", "give that"),
    ("merc -r - -p 2", "--loop reads a file several times"),
  ])
  func saysWhyAnOptionIsRefused(_ command: String, _ words: String) throws {
    let said = try run(command)
    #expect(said.status == 64)
    #expect(said.error.contains(words), "\(said.error)")
  }

  @Test func showsTheLicense() throws {
    let said = try run("merc --license")
    #expect(said.status == 0)
    #expect(said.output.contains("Apache License, Version 2.0"))
    #expect(said.error.isEmpty)
  }

  /// As examples and tables stand in the sources, they stand on a terminal.
  @Test func breaksNoExample() throws {
    let lines = try run("merc --help").output.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("  merc -r web.pcap -a  ") })
    #expect(lines.allSatisfy { $0.count <= 80 })
    let titles = lines.filter { $0.last == ":" && $0 == $0.uppercased()[...] }.map(String.init)
    #expect(titles.first == "INPUT:")
    #expect(titles.contains("LIVE CAPTURE:") && titles.contains("WHICH PROCESS SENT IT:"))
  }

  /// Without a value, an option that may have one is not taken for one that lacks it.
  @Test(arguments: [
    "merc --crypto-assess -s --parsers 0", "merc --crypto-assess= --select= --parsers 0",
    "merc-parse --connect ipc:///nowhere --crypto-assess -s --key /nowhere",
    "merc-capture --bind ipc:///nowhere -s --key /nowhere",
  ])
  func completesMissingValues(_ command: String) throws {
    let said = try run(command)
    #expect(said.status == 64)
    #expect(said.error.contains("--parsers takes") || said.error.contains("not a key file"))
  }

  private func run(_ command: String) throws -> (status: Int32, output: String, error: String) {
    var words = command.split(separator: " ").map(String.init)
    let process = Process()
    let (output, error) = (Pipe(), Pipe())
    // The programs stand where the tests do.
    process.executableURL = Bundle.main.bundleURL.appendingPathComponent(words.removeFirst())
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = error
    try process.run()
    let texts = try [output, error].map {
      String(decoding: try $0.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
    process.waitUntilExit()
    return (process.terminationStatus, texts[0], texts[1])
  }
}
