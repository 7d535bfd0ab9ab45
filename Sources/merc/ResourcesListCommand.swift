import ArgumentParser
import Classifier
import Stage
import Transport

/// `merc resources list`: what is in an archive.
struct ResourcesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Show what an archive holds.",
    discussion: """
      Its members with their sizes in bytes, its version and digest, the forms of fingerprints that \
      it is made for, and how many of each type it knows.

        merc resources list my.tgz
      """)

  @Argument(help: ArgumentHelp("The archive.", valueName: "file"))
  var path: String

  @OptionGroup var key: ResourcesKey

  func run() throws {
    try ResourcesCommand.run("list", path) {
      let key = try key.bytes()
      var reader = try ArchiveReader(path: path, key: key)
      while let member = try reader.nextMember() {
        let size = "\(member.size)"
        print(String(repeating: " ", count: max(0, 12 - size.count)) + size + "  " + member.name)
      }
      var options = LoadOptions()
      options.key = key
      print(try ResourceArchive.load(path, options: options).summary)
    }
  }
}

/// `merc resources verify`: whether an archive can be used.
struct ResourcesVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Load an archive as an analyzer does, and say what is wrong with it.",
    discussion: """
      Lines that are passed over are told on standard error. An archive that cannot be used is \
      refused with its member, the line and the reason; the exit status is then 1.

        merc resources verify my.tgz && merc resources load my.tgz
      """)

  @Argument(help: ArgumentHelp("The archive.", valueName: "file"))
  var path: String

  @Flag(help: "Leave out the addresses that processes were seen to talk to, and IPv6 networks.")
  var minimizeRam = false

  @OptionGroup var key: ResourcesKey

  func run() throws {
    try ResourcesCommand.run("verify", path) {
      var options = LoadOptions()
      options.minimizesMemory = minimizeRam
      options.key = try key.bytes()
      let archive = try ResourceArchive.load(path, options: options)
      for warning in archive.warnings { Host.report("\(path): \(warning)") }
      let more = archive.warningCount - archive.warnings.count
      if more > 0 { Host.report("\(path): and \(more) lines more") }
      print(archive.summary)
    }
  }
}

extension ResourceArchive {
  /// What it holds, for people.
  var summary: String {
    let types = FingerprintType.all.map { ($0, database.count(of: $0)) }.filter { $0.1 > 0 }
    return """
      version       \(version)
      digest        \(digest)
      formats       \(formats)
      fingerprints  \(types.map { "\($0.1) \($0.0.name)" }.joined(separator: ", "))
      processes     \(database.processCount)
      prevalence    \(prevalence.count) frequent TLS fingerprints
      domains       \(domains?.count ?? 0) mapped
      resolvers     \(encryptedDNS?.count ?? 0) of encrypted DNS
      """
  }
}
