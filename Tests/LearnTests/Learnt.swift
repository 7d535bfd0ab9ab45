import Bytes
import Classifier
import Support

@testable import Learn

/// Messages as they are learnt, and archives made of them.
enum Learnt {
  static func message(
    _ process: String, fingerprint: String = "tls/1/(0303)(1301)[(0000)]", hash: String = "AA",
    parent: String = "shell", address: String = "198.51.100.7",
    serverName: String = "www.example.com", userAgent: String = ""
  ) -> LabelledMessage {
    LabelledMessage(
      fingerprint: fingerprint, process: process, hash: hash, path: "/bin/\(process)",
      parent: parent, os: "Linux #1", address: address, port: 443, serverName: serverName,
      userAgent: userAgent)
  }

  static func store(_ messages: [LabelledMessage]) throws -> LearnStore {
    let store = try LearnStore(path: nil)
    for message in messages { try store.add(message, at: 1000) }
    try store.flush()
    return store
  }

  static var options: ArchiveBuilder.Options {
    var options = ArchiveBuilder.Options()
    options.version = "2026.01.31; 1.0.full"
    return options
  }

  /// Builds an archive of messages at `path`.
  @discardableResult static func build(
    _ messages: [LabelledMessage], _ options: ArchiveBuilder.Options = options, to path: String
  ) throws -> ArchiveBuilder.Account {
    var builder = try ArchiveBuilder(options)
    return try builder.build(store(messages), to: path)
  }

  /// The members of an archive, as text.
  static func members(of path: String) throws -> [String: String] {
    var reader = try ArchiveReader(path: path)
    var members: [String: String] = [:]
    while let member = try reader.nextMember() {
      var content: [UInt8] = []
      try reader.readContents { content += [UInt8](copying: $0) }
      members[member.name] = String(decoding: content, as: UTF8.self)
    }
    return members
  }

  /// The entries of an archive's database.
  static func entries(of path: String) throws -> [DatabaseEntry] {
    try members(of: path)["fingerprint_db.json", default: ""].split(separator: "\n")
      .map { try DatabaseEntry(Array($0.utf8)) }
  }
}
