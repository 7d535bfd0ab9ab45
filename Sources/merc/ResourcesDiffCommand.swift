import ArgumentParser
import Bytes
import Classifier
import FoundationEssentials
import Learn
import Stage

/// `merc resources diff`: how two archives differ.
struct ResourcesDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show how two archives differ.",
    discussion: """
      Which fingerprints, and which processes of those in both, came and went, and whose counts \
      changed; and which other members differ. The exit status is 1 if anything does.

        merc resources diff old.tgz new.tgz
      """)

  @Argument(help: ArgumentHelp("The old archive.", valueName: "old"))
  var old: String

  @Argument(help: ArgumentHelp("The new one.", valueName: "new"))
  var new: String

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var key: ResourcesKey

  /// What an archive knows, as far as it is compared.
  private struct Content {
    var fingerprints: [String: [String: Int64]] = [:]
    var others: [String: Set<String>] = [:]

    init(_ path: String, key: [UInt8]) throws {
      do {
        let database = try ArchiveReader.databaseMember(ofArchive: path, key: key)
        var reader = try ArchiveReader(path: path, key: key)
        while let member = try reader.nextMember() {
          while try reader.nextLine() {
            guard member.name == database else {
              let text = String(decoding: reader.line)
              others[member.name, default: []].insert(text)
              continue
            }
            let entry = try DatabaseEntry([UInt8](copying: reader.line))
            let counts = Dictionary(
              entry.process_info.map { ($0.process, $0.count) }, uniquingKeysWith: +)
            for name in [entry.str_repr] + (entry.str_repr_array ?? []) {
              fingerprints[name] = counts
            }
          }
        }
      } catch {
        throw StageFailure("merc resources diff: \(path): \(error)")
      }
    }
  }

  private struct Difference: Encodable {
    var fingerprints_added: [String] = []
    var fingerprints_removed: [String] = []
    var processes_added = 0
    var processes_removed = 0
    var counts_changed = 0
    var members_changed: [String] = []

    var isEmpty: Bool {
      fingerprints_added.isEmpty && fingerprints_removed.isEmpty && processes_added == 0
        && processes_removed == 0 && counts_changed == 0 && members_changed.isEmpty
    }

    var text: String {
      ([
        "fingerprints  \(fingerprints_added.count) added, \(fingerprints_removed.count) removed",
        "processes     \(processes_added) added, \(processes_removed) removed, "
          + "\(counts_changed) with other counts, of fingerprints in both",
      ] + members_changed.map { "differs       \($0)" } + fingerprints_added.map { "+ \($0)" }
        + fingerprints_removed.map { "- \($0)" }).joined(separator: "\n")
    }
  }

  func run() throws {
    try ResourcesCommand.run("diff", old) {
      let key = try key.bytes()
      let difference = compare(try Content(old, key: key), try Content(new, key: key))
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(difference), as: UTF8.self))
      } else {
        print(difference.text)
      }
      if !difference.isEmpty { throw StageFailure("", status: 1) }
    }
  }

  private func compare(_ old: Content, _ new: Content) -> Difference {
    var difference = Difference()
    difference.fingerprints_added =
      new.fingerprints.keys.filter { old.fingerprints[$0] == nil }.sorted()
    difference.fingerprints_removed =
      old.fingerprints.keys.filter { new.fingerprints[$0] == nil }.sorted()
    for (name, counts) in old.fingerprints {
      guard let others = new.fingerprints[name] else { continue }
      difference.processes_added += others.keys.count { counts[$0] == nil }
      difference.processes_removed += counts.keys.count { others[$0] == nil }
      difference.counts_changed += counts.count { name, count in
        others[name].map { $0 != count } ?? false
      }
    }
    difference.members_changed = Set(old.others.keys).union(new.others.keys)
      .filter { old.others[$0] ?? [] != new.others[$0] ?? [] }.sorted()
    return difference
  }
}
