import Classifier
import Foundation
import Support
import Testing

@testable import Learn

/// Archives made of what was learnt.
@Suite(.tags(.unit)) struct ArchiveBuilderTests {
  private let directory: ScratchDirectory
  private var path: String { directory.path + "/made.tgz" }

  init() throws { directory = try ScratchDirectory() }

  @Test func theArchiveSaysWhatWasLearnt() throws {
    let account = try Learnt.build(
      [
        Learnt.message("b"), Learnt.message("a"), Learnt.message("a", serverName: "None"),
        Learnt.message("c", fingerprint: "http/(1)(2)", userAgent: "c/1"),
      ], to: path)
    var expected = ArchiveBuilder.Account()
    (expected.fingerprints, expected.processes, expected.messages) = (2, 3, 4)
    #expect(account == expected)
    let entries = try Learnt.entries(of: path)
    #expect(entries.map(\.fp_type) == ["http", "tls"])
    #expect(entries.map(\.total_count) == [1, 3])
    #expect(entries[1].process_info.map(\.process) == ["a", "b"])
    let a = entries[1].process_info[0]
    #expect(a.count == 2)
    #expect(a.malware == false)
    #expect(a.sha256 == "AA")
    #expect(a.classes_hostname_sni == ["www.example.com": 1, "None": 1])
    #expect(a.classes_hostname_domains == ["example.com": 1, "missing.alt": 1])
    #expect(a.classes_ip_ip == ["198.51.100.7": 2])
    #expect(a.classes_port_port == ["443": 2])
    #expect(a.os_info == ["Linux #1": 2])
    #expect(entries[0].process_info[0].classes_user_agent == ["c/1": 1])
  }

  @Test func mercLoadsIt() throws {
    try Learnt.build([Learnt.message("a")], to: path)
    let archive = try ResourceArchive.load(path)
    #expect(archive.version == "2026.01.31; 1.0.full")
    #expect(archive.warningCount == 0)
    #expect(archive.encryptedDNS != nil)
  }

  @Test func theSameCountsGiveTheSameBytes() throws {
    var messages: [LabelledMessage] = []
    for i in 0..<200 {
      messages.append(
        Learnt.message(
          "p\(i % 7)", fingerprint: "tls/1/(0303)(\(1000 + i % 11))[]", hash: "H\(i % 3)",
          address: "192.0.2.\(i % 50)", serverName: "h\(i % 13).example.com"))
    }
    try Learnt.build(messages, to: path)
    let other = directory.path + "/other.tgz"
    try Learnt.build(messages.reversed(), to: other)
    let bytes = try #require(FileManager.default.contents(atPath: path))
    #expect(bytes == FileManager.default.contents(atPath: other))
    #expect(directory.contents == ["made.tgz", "other.tgz"])
  }

  @Test func rareProcessesAreLeftOut() throws {
    let messages =
      ["a", "a", "a", "b", "b", "c"].map { Learnt.message($0) }
      + [Learnt.message("d", fingerprint: "tls/1/(0303)(rare)[]")]
    var options = Learnt.options
    options.minCount = 2
    var account = try Learnt.build(messages, options, to: path)
    #expect(account.leftOut == 2)
    #expect(
      try Learnt.entries(of: path).map { $0.process_info.map(\.process) } == [["a", "b"]])
    // What is left out is not counted either, or scores would not add up.
    #expect(try Learnt.entries(of: path).map(\.total_count) == [5])
    options.minCount = 1
    options.top = 1
    account = try Learnt.build(messages, options, to: path)
    #expect(account.leftOut == 2)
    #expect(
      try Learnt.entries(of: path).map { $0.process_info.map(\.process) } == [["a"], ["d"]])
    options.minCount = 100
    #expect(throws: LearnFailure.self) { try Learnt.build(messages, options, to: path) }
  }

  @Test func frequentFingerprintsComeFirst() throws {
    let prints = ["x", "y", "y", "z", "w"].map { "tls/1/(\($0))()[]" } + ["ssh/(1)"]
    try Learnt.build(prints.map { Learnt.message("a", fingerprint: $0) }, to: path)
    #expect(
      try Learnt.members(of: path)["fp_prevalence_tls.txt"]
        == ["y", "z", "x", "w"].map { "tls/1/(\($0))()[]\n" }.joined())
  }

  @Test func processesGoUnderTheirParentsOnRequest() throws {
    var options = Learnt.options
    options.label = .parent
    try Learnt.build([Learnt.message("a"), Learnt.message("a", parent: "")], options, to: path)
    #expect(
      try Learnt.entries(of: path)[0].process_info.map(\.process) == [
        "(Unknown)(a)", "(shell)(a)",
      ])
  }

  @Test func malwareIsKnownByNameAndByHash() throws {
    var options = Learnt.options
    options.malware = ["bad", "EE"]
    try Learnt.build(
      [Learnt.message("good"), Learnt.message("bad"), Learnt.message("other", hash: "EE")], options,
      to: path)
    let processes = try Learnt.entries(of: path)[0].process_info
    #expect(processes.filter { $0.malware == true }.map(\.process) == ["bad", "other"])
  }

  @Test func systemsComeFromPrefixes() throws {
    var options = Learnt.options
    options.prefixes = Array("198.51.100.0/24\t64496\n".utf8)
    try Learnt.build(
      [Learnt.message("a"), Learnt.message("a", address: "192.0.2.1")], options, to: path)
    #expect(
      try Learnt.entries(of: path)[0].process_info[0].classes_ip_as == ["64496": 1, "unknown": 1])
    #expect(try Learnt.members(of: path)["pyasn.db"] == "198.51.100.0/24\t64496\n")
  }

  @Test(arguments: ["", "2001:db8::/32\t64496\n"])
  func theReferenceFindsANetworkOfIPv4(_ prefixes: String) throws {
    var options = Learnt.options
    options.prefixes = Array(prefixes.utf8)
    try Learnt.build([Learnt.message("a")], options, to: path)
    let networks = try #require(try Learnt.members(of: path)["pyasn.db"])
    #expect(networks.hasPrefix(prefixes) && networks.contains("240.0.0.0/4"))
    #expect(try ResourceArchive.load(path).warningCount == 0)
  }

  // MARK: Privacy

  private static let private4 = ["198.51.100.7", "198-51-100-7", "64496"]
  private static let names = ["example.com", "example"]

  /// Messages to one address, by a name and by the address.
  private static let telling = [
    Learnt.message("a"), Learnt.message("a", serverName: "198.51.100.7"),
    Learnt.message("a", fingerprint: "http/(1)(2)", serverName: "198.51.100.7:8080"),
  ]

  private func text(dropsAddresses: Bool, dropsNames: Bool) throws -> String {
    var options = Learnt.options
    options.dropsAddresses = dropsAddresses
    options.dropsNames = dropsNames
    options.prefixes = Array("198.51.100.0/24\t64496\n".utf8)
    try Learnt.build(Self.telling, options, to: path)
    var members = try Learnt.members(of: path)
    // It is as it was given, and tells of everybody.
    members["pyasn.db"] = nil
    return members.values.joined()
  }

  @Test func nothingTellsOfAddressesThatWereDropped() throws {
    let text = try text(dropsAddresses: true, dropsNames: false)
    for word in Self.private4 { #expect(!text.contains(word), "\(word)") }
    for word in Self.names { #expect(text.contains(word), "\(word)") }
  }

  @Test func nothingTellsOfNamesThatWereDropped() throws {
    let text = try text(dropsAddresses: false, dropsNames: true)
    for word in Self.names { #expect(!text.contains(word), "\(word)") }
    #expect(text.contains("198.51.100.7"))
  }

  @Test func nothingTellsOfDestinationsThatWereDropped() throws {
    let text = try text(dropsAddresses: true, dropsNames: true)
    for word in Self.private4 + Self.names { #expect(!text.contains(word), "\(word)") }
    #expect(try Learnt.entries(of: path).map(\.total_count) == [1, 2])
  }

  // MARK: Refusals

  @Test(arguments: [
    ("tls/1/(0303)()[]", "tls/(0303)()()", "tls/1 and tls"),
    ("quic/(1)(2)[]", "quic/1/(1)(2)[]", "quic/1 and quic"),
  ])
  func fingerprintsOfTwoFormsAreRefused(_ one: String, _ other: String, _ forms: String) throws {
    let failure = #expect(throws: LearnFailure.self) {
      try Learnt.build(
        [Learnt.message("a", fingerprint: one), Learnt.message("a", fingerprint: other)], to: path)
    }
    for form in forms.split(separator: " and ") {
      #expect(failure?.description.contains(form) == true)
    }
    #expect(directory.contents.isEmpty)
  }

  @Test func otherKindsOfFingerprintsAreLeftOut() throws {
    let long = "tls/1/" + String(repeating: "a", count: 9000)
    let account = try Learnt.build(
      ["tls/1/(0303)()[]", "tls_server/(1)", "tcp/(1)", long].map {
        Learnt.message("a", fingerprint: $0)
      }, to: path)
    #expect(account.unfit == 3)
    #expect(account.fingerprints == 1)
  }
}
