import Foundation
import Support
import Testing

/// `--config FILE` and `merc config show`.
@Suite(.tags(.process)) struct ConfigurationTests {
  private let directory: ScratchDirectory
  private let file: String

  init() throws {
    directory = try ScratchDirectory()
    file = directory.path + "/merc.cfg"
  }

  private func write(_ text: String) throws {
    try text.write(toFile: file, atomically: false, encoding: .utf8)
  }

  /// What `merc config show` prints without its comments.
  private func inForce(_ arguments: [String] = []) throws -> [Substring] {
    let shown = try Program.run("merc", ["config", "show", "--config", file] + arguments)
    try #require(shown.status == 0, "\(shown.errors)")
    return shown.lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }
  }

  /// What merc complains about a file; its own words come behind the line's number.
  private func complaint(_ text: String, _ arguments: [String] = []) throws -> String {
    try write(text)
    let result = try Program.run("merc", ["--config", file] + arguments)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    return String(result.errors.prefix { $0 != "\n" })
  }

  @Test func givesTheRecordsThatTheCommandLineGives() throws {
    try write(
      """
      # A comment, and mercury's syntax: spaces do not count.
      read = \(Sample.path)
        select=tls, http
      metadata
      dns-json = 1
      certs-json=0
      verbosity=1

      parsers=2
      """)
    let place = try Scene()
    let configured = try place.run(["--config", file])
    let given = try place.run(
      ["-r", Sample.path, "-s", "tls,http", "--metadata", "--dns-json", "-v"])
    #expect(configured.status == 0, "\(configured.errors)")
    #expect(!configured.output.isEmpty)
    #expect(configured.output == given.output)
    #expect(configured.isExact)
  }

  @Test func theCommandLineCountsMore() throws {
    try write("select=tls\nparsers=2\nmetadata\ndns-json\nformat=tls/1\ncrypto-assess\n")
    #expect(try inForce().contains("select=tls"))
    let shown = try inForce(["-sdns", "--parsers=3", "--metadata=0", "--dns-json"])
    #expect(
      Set(shown) == [
        "select=dns", "parsers=3", "dns-json", "format=tls/1", "crypto-assess=default",
      ])
  }

  @Test func whatIsShownIsAConfiguration() throws {
    try write("select\nparsers=2\nmetadata\nraw-features=tls,stun\nverbosity=1\n")
    let shown = try Program.run(
      "merc", ["config", "show", "--config", file, "--quarantine", "a = b.pcap"])
    let settings = try inForce(["--quarantine", "a = b.pcap"])
    #expect(settings.count == 6)
    #expect(shown.lines.contains("# from \(file), line 2:"))
    #expect(shown.lines.contains("# from the command line:"))
    try write(String(decoding: shown.output, as: UTF8.self))
    #expect(try inForce() == settings)
  }

  @Test(arguments: [
    ("nosuch", "there is no option 'nosuch'"),
    ("limt=3", "there is no option 'limt'"),
    ("poison=abc", "there is no option 'poison'"),
    ("config=other.cfg", "has no place"),
    ("version", "has no place"),
    ("metadata=yes", "metadata stands alone"),
    ("verbosity=much", "verbosity takes a number"),
    ("fingerprint=", "has no value"),
    ("fingerprint", "Missing value for '--fingerprint"),
    ("buffer=x", "The value 'x' is invalid for '--buffer"),
    ("parsers=0", "--parsers takes a number"),
    ("analyzers=2", "--analyzers"),
    ("select=nonsense", "nonsense"),
    ("crypto-assess=bogus", "bogus"),
    ("read=twice.pcap", "read stands in line 2 already"),
  ])
  func namesTheLineThatIsWrong(_ line: String, _ words: String) throws {
    let said = try complaint("# first\nread=a.pcap\n\n\(line)\ndns-json\n")
    #expect(said.contains("\(file), line 4: "), "\(said)")
    #expect(said.contains(words), "\(said)")
  }

  @Test func whatTheCommandLineHasWrongIsNotTheFiles() throws {
    #expect(try !complaint("metadata\n", ["--parsers", "0"]).contains("line"))
    #expect(try complaint("metadata\n", ["--config", file]).contains("more than once"))
    let missing = try Program.run("merc", ["--config", file + "x"])
    #expect(missing.status == 64)
    #expect(missing.errors.contains("\(file)x is not there"))
  }

  /// Whatever option merc comes to have, a file may hold it, but for those that are actions.
  @Test func everyOptionCanStandInAFile() throws {
    let dump = try Program.run("merc", ["--experimental-dump-help"])
    let tool = try #require(
      try JSONSerialization.jsonObject(with: dump.output) as? [String: Any])
    let command = try #require(tool["command"] as? [String: Any])
    let parameters = try #require(command["arguments"] as? [[String: Any]])
    let shown = try Program.run("merc", ["config", "show"]).lines.filter { $0.hasPrefix("#") }
      .map { $0.dropFirst().prefix { $0 != "=" } }
    var count = 0
    for parameter in parameters where parameter["shouldDisplay"] as? Bool == true {
      let names = parameter["names"] as? [[String: String]] ?? []
      let long = names.first { $0["kind"] == "long" }?["name"]
      let name = try #require(long, "every option needs a long name: \(names)")
      if ["config", "help", "version", "license"].contains(name) { continue }
      count += 1
      #expect(shown.contains { $0 == name }, "\(name)")
      // A flag is known by its bare word; that an option is missing its value is known of it.
      let isFlag = parameter["kind"] as? String == "flag"
      let said = try complaint(isFlag ? "\(name)=x\n" : "\(name)=\n")
      #expect(said.contains(isFlag ? "stands alone" : "has no value"), "\(said)")
    }
    #expect(count > 20)
  }
}
