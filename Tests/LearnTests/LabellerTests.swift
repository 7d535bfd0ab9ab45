import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import Learn

/// Records with the processes that sent them beside them.
@Suite(.tags(.unit)) struct LabellerTests {
  private static let start = ContinuousClock.now
  private static let client = ProcessFacts(id: 10, name: "client", path: "/no/client", parent: 9)
  private static let shell = ProcessFacts(id: 9, name: "shell", path: "/no/shell", parent: 1)

  /// The record of a TLS client on port `port`.
  static func record(port: Int) -> String {
    #"{"fingerprints":{"tls":"tls/1/(0303)(1301)[]"},"tls":{"client":{"server_name":"#
      + #""a.example"}},"src_ip":"192.0.2.1","dst_ip":"198.51.100.7","protocol":6,"src_port":"#
      + #"\#(port),"dst_port":443,"event_start":1.000000}"#
  }

  /// Whom the labeller asks; it may come to know more.
  private final class Knowledge {
    var ports: Set<UInt16> = []
    func sender(_ flow: Flow) -> ProcessFacts? {
      ports.contains(flow.sourcePort) ? LabellerTests.client : nil
    }
  }

  private static func labeller(_ knowledge: Knowledge, keepsUnknown: Bool = false) -> Labeller {
    var system = OperatingSystem()
    (system.name, system.version, system.edition) = ("Linux", "#1", "6.1")
    return Labeller(
      system: system, keepsUnknown: keepsUnknown, sender: knowledge.sender,
      facts: { $0 == 9 ? shell : nil })
  }

  private static func take(
    _ text: String, by labeller: inout Labeller, at now: ContinuousClock.Instant = start
  ) {
    let bytes = Array(text.utf8)
    labeller.take(bytes.span, at: now)
  }

  private static func lines(_ labeller: borrowing Labeller) -> [String] {
    String(decoding: [UInt8](copying: labeller.output.bytes), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  @Test func aRecordIsWrittenWithItsProcess() {
    let knowledge = Knowledge()
    knowledge.ports = [40000]
    var labeller = Self.labeller(knowledge)
    Self.take(Self.record(port: 40000), by: &labeller)
    let truth =
      #","ground_truth":{"process_name":"client","process_path":"/no/client","#
      + #""parent_name":"shell","parent_path":"/no/shell","os":"Linux","#
      + ##""os_version":"#1","os_edition":"6.1"}}"##
    let lines = Self.lines(labeller)
    #expect(lines == [Self.record(port: 40000).dropLast() + truth])
    var account = Labeller.Account()
    (account.records, account.labelled) = (1, 1)
    let found = labeller.account
    #expect(found == account)
  }

  @Test func aRecordWaitsForItsProcessAndKeepsNobodyWaiting() {
    let knowledge = Knowledge()
    knowledge.ports = [2]
    var labeller = Self.labeller(knowledge)
    Self.take(Self.record(port: 1), by: &labeller)
    Self.take(Self.record(port: 2), by: &labeller)
    let first = Self.lines(labeller)
    #expect(first.count == 1)
    labeller.retry(at: Self.start + .milliseconds(50))
    var isWaiting = labeller.isWaiting
    #expect(isWaiting)
    knowledge.ports = [1, 2]
    labeller.retry(at: Self.start + .milliseconds(100))
    isWaiting = labeller.isWaiting
    #expect(!isWaiting)
    let all = Self.lines(labeller)
    #expect(all.last?.hasPrefix(Self.record(port: 1).dropLast()) == true)
    var account = Labeller.Account()
    (account.records, account.labelled, account.late) = (2, 2, 1)
    let found = labeller.account
    #expect(found == account)
  }

  @Test func noRecordWaitsLongerThanItMay() {
    let knowledge = Knowledge()
    var labeller = Self.labeller(knowledge)
    Self.take(Self.record(port: 1), by: &labeller)
    labeller.retry(at: Self.start + Labeller.patience - .milliseconds(10))
    var isWaiting = labeller.isWaiting
    #expect(isWaiting)
    labeller.retry(at: Self.start + Labeller.patience)
    isWaiting = labeller.isWaiting
    #expect(!isWaiting)
    let lines = Self.lines(labeller)
    #expect(lines.isEmpty)
    let unknown = labeller.account.unknown
    #expect(unknown == 1)
  }

  /// A process that was gone before it could be asked for its name is known by its number.
  @Test func aProcessWithoutANameIsANumber() {
    var labeller = Labeller(keepsUnknown: true) { _ in
      ProcessFacts(id: 4711, name: "", path: "", parent: 0)
    }
    Self.take(Self.record(port: 7), by: &labeller)
    labeller.retry(at: Self.start, all: true)
    let lines = Self.lines(labeller)
    #expect(lines.count == 1)
    #expect(lines.first?.contains(#""ground_truth":{"process_pid":4711,"os""#) == true)
    let unknown = labeller.account.unknown
    #expect(unknown == 1)
  }

  @Test func noMoreWaitThanTheLimit() {
    var labeller = Self.labeller(Knowledge())
    for port in 0..<Labeller.maxWaiting + 5 {
      Self.take(Self.record(port: port), by: &labeller)
    }
    let refused = labeller.account.unknown
    #expect(refused == 5)
    labeller.retry(at: Self.start, all: true)
    let account = labeller.account
    #expect(account.unknown == account.records)
  }

  @Test(arguments: ["", "{", "[]", "{}x", "nonsense", #"{"src_ip":"#, "\u{1f}\u{8b}"])
  func whatIsNoRecordIsCounted(_ text: String) {
    var labeller = Self.labeller(Knowledge(), keepsUnknown: true)
    Self.take(text, by: &labeller)
    // An empty line is nothing at all.
    let account = labeller.account
    #expect(account.records == (text.isEmpty ? 0 : 1))
    #expect(account.unread == account.records)
    let lines = Self.lines(labeller)
    #expect(lines.isEmpty)
  }

  @Test(arguments: ["{}", #"{ }"#, #"{"arp":{"op":1}}"#, record(port: 7)])
  func recordsOfUnknownProcessesAreKeptOnRequest(_ text: String) throws {
    var labeller = Self.labeller(Knowledge(), keepsUnknown: true)
    Self.take(text, by: &labeller)
    labeller.retry(at: Self.start, all: true)
    let lines = Self.lines(labeller)
    let line = try #require(lines.first)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    let truth = try #require(object["ground_truth"] as? [String: String])
    #expect(truth == ["os": "Linux", "os_version": "#1", "os_edition": "6.1"])
  }
}
