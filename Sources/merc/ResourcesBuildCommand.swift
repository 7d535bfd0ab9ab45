import ArgumentParser
import Classifier
import FoundationEssentials
import Learn
import Stage
import Transport

extension ArchiveBuilder.Options.Label: ExpressibleByArgument {}

/// `merc resources build`: makes an archive of what was learnt.
struct ResourcesBuildCommand: ParsableCommand {
  enum Destinations: String, CaseIterable, ExpressibleByArgument {
    case none, addresses, names, all
  }

  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Make an archive of labelled records.",
    discussion: """
      Sources are stores of 'merc learn', files of labelled records (JSON lines with ground_truth, of \
      'merc learn' or of mercury's network monitor), and directories of these. The archive is one \
      that merc and mercury accept. The same sources give the same bytes.

        merc resources build -o my.tgz learnt.sqlite more.json
        merc resources build -o shared.tgz --drop-destinations all --min-count 20 learnt.sqlite
      """)

  @Argument(help: ArgumentHelp("What to make it of.", valueName: "source"))
  var sources: [String]

  @Option(
    name: [.short, .long], help: ArgumentHelp("The archive to make.", valueName: "file"))
  var output: String

  @Option(
    help: """
      What processes are called: process, or parent for (parent)(process), as mercury's builder does.
      """)
  var label = ArchiveBuilder.Options.Label.process

  @Option(
    help: ArgumentHelp(
      "Leave out processes that sent a fingerprint less often.", valueName: "n"))
  var minCount: Int64 = 1

  @Option(
    help: ArgumentHelp(
      "Keep so many processes of a fingerprint, the most frequent.", valueName: "n"))
  var top: Int?

  @Option(
    help: """
      Leave out the servers that processes talked to: addresses, names (and their domains), all, or none.
      """)
  var dropDestinations = Destinations.none

  @Option(
    help: ArgumentHelp(
      "Names or SHA-256 hashes of processes that are malware, one a line.", valueName: "file"))
  var malware: String?

  @Option(
    help: ArgumentHelp(
      "Networks and the systems that announce them, as pyasn writes them: 192.0.2.0/24 64496.",
      valueName: "file"))
  var prefixes: String?

  @Option(
    help: ArgumentHelp(
      "Names and addresses of encrypted DNS. Default: a list of public resolvers.",
      valueName: "file"))
  var doh: String?

  @Option(
    help: ArgumentHelp(
      "Which networks serve which domains, as mercury's domain-mappings.db.", valueName: "file"))
  var domainMappings: String?

  @Option(
    help: ArgumentHelp(
      "The archive's version, with one semicolon. Default: today's date and '1.0.full'.",
      valueName: "text"))
  var versionText: String?

  func validate() throws {
    if let versionText, versionText.count(where: { $0 == ";" }) != 1 {
      throw ValidationError(
        "--version-text takes a text with one semicolon, as 2026.01.31; 1.0.full")
    }
    guard minCount > 0, top ?? 1 > 0 else {
      throw ValidationError("--min-count and --top take numbers over 0")
    }
    if sources.isEmpty { throw ValidationError("name at least one source") }
  }

  func run() throws {
    try Stage.run { () throws(StageFailure) in
      do { try build() } catch let failure as StageFailure {
        throw failure
      } catch {
        throw StageFailure("merc resources build: \(error)")
      }
    }
  }

  private func build() throws {
    let store = try LearnStore(path: nil)
    var sources = LearnSources(into: store)
    for source in self.sources { try sources.add(source) }
    try store.flush()
    for complaint in sources.complaints {
      Host.report("merc resources build: \(complaint)")
    }
    var builder = try ArchiveBuilder(try options())
    let account = try builder.build(store, to: output)
    // Its readers read it the same way.
    do throws(ArchiveFailure) { _ = try ResourceArchive.load(output) } catch {
      throw StageFailure(
        "merc resources build: \(output) cannot be read back: \(error)", status: 70)
    }
    Host.report(
      "merc resources build: \(output): \(account.fingerprints) fingerprints of \(account.messages) "
        + "messages, \(account.processes) processes of theirs; \(account.leftOut) were too rare")
  }

  private func options() throws -> ArchiveBuilder.Options {
    var options = ArchiveBuilder.Options()
    options.label = label
    options.minCount = minCount
    options.top = top ?? .max
    options.dropsAddresses = dropDestinations == .addresses || dropDestinations == .all
    options.dropsNames = dropDestinations == .names || dropDestinations == .all
    options.version = versionText ?? "\(Self.today); 1.0.full"
    if let malware {
      let text = String(decoding: try contents(malware), as: UTF8.self)
      options.malware = Set(
        text.split(whereSeparator: \.isNewline).map {
          $0.count == 64 && $0.allSatisfy(\.isHexDigit) ? $0.uppercased() : String($0)
        })
    }
    if let prefixes { options.prefixes = try contents(prefixes) }
    if let doh { options.encryptedDNS = try contents(doh) }
    if let domainMappings { options.domainMappings = try contents(domainMappings) }
    return options
  }

  private func contents(_ path: String) throws -> [UInt8] {
    do { return [UInt8](try Data(contentsOf: URL(filePath: path))) } catch {
      throw StageFailure("merc resources build: \(path): cannot be read")
    }
  }

  private static var today: String {
    let parts = Calendar(identifier: .gregorian).dateComponents(
      [.year, .month, .day], from: .now)
    func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
    return "\(parts.year ?? 0).\(two(parts.month)).\(two(parts.day))"
  }
}
