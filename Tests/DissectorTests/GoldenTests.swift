import Foundation
import Support
import Testing

@Suite(.tags(.unit)) struct GoldenTests {
  /// `RECORD=1 swift test --filter GoldenTests` writes what is found as what is expected.
  @Test(arguments: Golden.all) func matchesItsGolden(_ golden: Golden) throws {
    let lines = try golden.run.lines(of: ReadCapture(golden.capture))
    if Golden.isRecording { return try golden.record(lines) }
    guard let expected = golden.expected() else {
      try golden.record(lines)
      Issue.record(
        "\(golden) had no expectation; read what has been recorded: \(lines)")
      return
    }
    #expect(lines.count == expected.count)
    for (line, wanted) in zip(lines, expected) { #expect(line == wanted) }
  }

  /// The captures that are made rather than recorded; `RECORD=1` makes them anew.
  @Test(arguments: BuiltGoldens.all.map(\.path)) func isMadeAsItSays(_ path: String) throws {
    let built = try #require(BuiltGoldens.all.first { $0.path == path })
    let file = BuiltGoldens.file(of: built.frames)
    let name = "\(Project.path)/Tests/Golden/\(path).pcap"
    if Golden.isRecording { return try Data(file).write(to: URL(fileURLWithPath: name)) }
    #expect(Project.bytes(of: name) == file)
  }

  @Test func everyExpectationHasItsCapture() {
    let wanted = Set(Golden.all.flatMap { [$0.capture, $0.expectation] })
    for group in Project.entries("Tests/Golden") {
      for name in Project.entries("Tests/Golden/\(group)") {
        #expect(wanted.contains("\(Project.path)/Tests/Golden/\(group)/\(name)"))
      }
    }
  }

  /// But as what nobody asked for.
  @Test(arguments: Golden.all.filter { $0.isAlmost && $0.set != .nonselected })
  func aResemblanceGivesNoRecord(_ golden: Golden) throws {
    #expect(try !ReadCapture(golden.capture).packets.isEmpty)
    #expect(golden.expected() == [])
  }

  @Test(arguments: Golden.all) func printsValidJSON(_ golden: Golden) throws {
    for line in golden.expected() ?? [] { try check([UInt8](line.utf8)) }
  }

  /// A packet that is damaged gives valid JSON or nothing; cut short, a record at most where the whole
  /// one does.
  ///
  /// What makes a message one of those that only resemble a protocol may be what is cut off.
  @Test(.exhaustive, arguments: Golden.captures) func survivesDamage(_ golden: Golden) throws {
    let capture = try ReadCapture(golden.capture)
    var trial = PacketTrial(Golden.everything, linkType: capture.linkType)
    for packet in capture.packets {
      let isRecord = try trial.line(of: packet.bytes.span) != nil
      try packet.bytes.forEachDamage(.complement, mutations: 100) { bytes, damage in
        guard let line = try trial.line(of: bytes.span) else { return }
        if damage == .cut {
          #expect(
            isRecord || golden.isAlmost,
            "\(golden): the first \(bytes.count) bytes give more than all")
        }
        try check(line)
      }
    }
  }

  /// One JSON object on one line of ASCII.
  private func check(_ line: [UInt8]) throws {
    let isPlain = line.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a }
    #expect(isPlain)
    let object = try JSONSerialization.jsonObject(with: Data(line))
    #expect(object is [String: Any])
  }
}
