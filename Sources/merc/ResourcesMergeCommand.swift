import ArgumentParser
import Classifier
import Learn
import Stage
import Transport

/// `merc resources merge`: makes one archive of several.
struct ResourcesMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Make one archive of several.",
    discussion: """
      What they know of the same process with the same fingerprint is added up; lists of networks, \
      names and frequent fingerprints are put together. All must be made for the same forms of \
      fingerprints.

        merc resources merge -o all.tgz office.tgz lab.tgz
      """)

  @Argument(help: ArgumentHelp("The archives.", valueName: "file"))
  var paths: [String]

  @Option(
    name: [.short, .long], help: ArgumentHelp("The archive to make.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "The version of the new one. Default: the latest of theirs.", valueName: "text"))
  var versionText: String?

  @OptionGroup var key: ResourcesKey

  func run() throws {
    try ResourcesCommand.run("merge", output) {
      var merger = try ArchiveMerger()
      let key = try key.bytes()
      for path in paths {
        do { try merger.add(path, key: key) } catch let failure as ArchiveFailure {
          throw StageFailure("merc resources merge: \(path): \(failure)")
        }
      }
      try merger.write(to: output, version: versionText)
      Host.report(
        "merc resources merge: \(output):\n\(try ResourceArchive.load(output).summary)")
    }
  }
}

/// `merc resources extract`: takes files out of an archive.
struct ResourcesExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Take members out of an archive, also of an encrypted one.",
    discussion: """
        merc resources extract my.tgz --directory parts
        merc resources extract my.tgz VERSION            to standard output
      """)

  @Argument(help: ArgumentHelp("The archive.", valueName: "file"))
  var path: String

  @Argument(help: ArgumentHelp("Only these members. Default: all.", valueName: "member"))
  var members: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where to put them, a directory that is there. Default: standard output.",
      valueName: "directory"))
  var directory: String?

  @OptionGroup var key: ResourcesKey

  func run() throws {
    try ResourcesCommand.run("extract", path) {
      var missing = Set(members)
      var reader = try ArchiveReader(path: path, key: try key.bytes())
      while let member = try reader.nextMember() {
        guard members.isEmpty || missing.remove(member.name) != nil else { continue }
        var file = try ExtractedFile(member.name, in: directory)
        try reader.readContents { (bytes) throws(ArchiveFailure) in try file.write(bytes) }
        try file.close()
      }
      if let name = missing.min() { throw ArchiveFailure("is not in the archive", member: name) }
    }
  }
}
