import Bytes
import Classifier
import Dissectors
import Output
import Packets
import Parse
import Render
import Support
import Testing
import Wire

/// A greeting with fingerprints of two kinds, added as docs/adding-a-fingerprint.md says.
private struct Greeting: PlainMessage, ~Escapable {
  static let profile = Profile(
    "greeting", over: .tcp, when: .keyword("HEY "), key: "greeting", summary: "", specification: "")

  let words: Span<UInt8>

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    try input.expect("HEY ")
    words = input.rest
  }

  func fingerprint(into text: inout FingerprintWriter) {
    text.begin("toy")
    text.group(words.extracting(first: min(2, words.count)))
    text.also("toy_sum") { text in
      guard words.count > 2 else { return }
      text.hex(words.indices.reduce(0 as UInt8) { $0 &+ words[$1] })
    }
  }

  func report(to record: inout RecordWriter) { record.object("greeting") { _ in } }
}

@Suite(.tags(.unit)) struct FingerprintRegistryTests {
  private static let kinds = FingerprintKinds(
    fingerprintRegistry + [
      FingerprintKind(
        "toy", from: "the first two letters of a greeting", forms: 2, counting: .sender),
      FingerprintKind("toy_sum", from: "the sum of a greeting's letters", isOnRequest: true),
    ])

  /// The record of a greeting on the wire.
  private func item(
    _ greeting: String, _ kinds: FingerprintKinds = kinds,
    formats: FingerprintFormats = FingerprintFormats()
  ) -> Buffer {
    var step = PacketParser(
      .all, formats: formats, kinds: kinds, registry: [Dissector(Greeting.self)])
    let frame = Frame.tcp(Array("HEY \(greeting)".utf8)).ipv4().ethernet()
    #expect(step.parse(packet: frame.bytes.span, linkType: .ethernet) == .record(0))
    let none: [UInt8] = []
    var item = Buffer()
    RecordItem(
      packet: 1, time: 0, flow: step.flow, facts: step.facts, message: none.span,
      head: step.head.buffer.bytes, notes: step.head.notes.bytes,
      analysis: step.analysis.buffer.bytes, tail: step.tail.buffer.bytes
    ).write(to: &item)
    return item
  }

  private func json(_ item: borrowing Buffer) throws -> String {
    var input = Reader(item.bytes)
    let record = try RecordItem(&input)
    var renderer = JSONRenderer()
    _ = try renderer.record(
      head: record.head, analysis: record.analysis, tail: record.tail, flow: record.flow, time: 0)
    return renderer.buffer.bytes.text
  }

  @Test func isInTheRecord() throws {
    #expect(
      try json(item("you")).hasPrefix(#"{"fingerprints":{"toy":"toy/(796f)"},"greeting":{}"#))
  }

  @Test func hasTheFormThatIsAskedFor() throws {
    let formats = try FingerprintFormats(parsing: "toy/1,tls/2", kinds: Self.kinds)
    #expect(try json(item("you", formats: formats)).hasPrefix(#"{"fingerprints":{"toy":"toy/1/("#))
    #expect(formats.list(of: Self.kinds) == "tls/2,quic,toy/1")
    #expect(FingerprintFormats(code: formats.code, kinds: Self.kinds) == formats)
    #expect(FingerprintFormats(code: formats.code) == nil)
  }

  @Test func onRequestThereAreTwo() throws {
    let kinds = try Self.kinds.writing(also: ["toy_sum"])
    #expect(
      try json(item("you", kinds)).hasPrefix(
        #"{"fingerprints":{"toy":"toy/(796f)","toy_sum":"5d"},"greeting":{}"#))
    #expect(
      try json(item("yo", kinds)).hasPrefix(#"{"fingerprints":{"toy":"toy/(796f)"},"greeting"#))
    #expect(throws: FingerprintKinds.UnknownFingerprint.self) {
      try Self.kinds.writing(also: ["toy"])
    }
    let bytes = item("you", kinds)
    var input = Reader(bytes.bytes)
    let record = try RecordItem(&input)
    var fingerprints = record.fingerprints
    var text = Span<UInt8>()
    var seen: [String] = []
    while let number = fingerprints.next(&text) {
      seen.append("\(number) \(String(decoding: [UInt8](copying: text), as: UTF8.self))")
    }
    let first = fingerprintRegistry.count
    #expect(seen == ["\(first) toy/(796f)", "\(first + 1) 5d"])
  }

  @Test func isCounted() throws {
    let directory = try ScratchDirectory()
    var statistics = try Statistics(
      base: directory.path + "/sums", interval: nil, version: "", kinds: Self.kinds)
    for kinds in [Self.kinds, try Self.kinds.writing(also: ["toy_sum"])] {
      let bytes = item("you", kinds)
      var input = Reader(bytes.bytes)
      statistics.count(try RecordItem(&input))
    }
    try statistics.close()
    let file = try Decompression.contents(of: directory.path + "/sums.json.gz")
    let text = String(decoding: file, as: UTF8.self)
    #expect(text.contains(#""str_repr":"toy/(796f)""#))
    #expect(text.contains(#""count":2"#))
    #expect(!text.contains(#""str_repr":"5d""#))
  }

  @Test func isNotClassified() throws {
    let bytes = item("you")
    var input = Reader(bytes.bytes)
    let record = try RecordItem(&input)
    let place = record.facts.fingerprint
    #expect(place.count == 0)
    var line = RecordLine()
    let text = Array(try json(bytes).utf8)
    try line.read(text.span)
    let hasSubject = line.subject != nil
    #expect(!hasSubject)
  }

  @Test func namesAreUnique() {
    let names = fingerprintRegistry.map { "\($0.name)" }
    #expect(Set(names).count == names.count)
    for kind in fingerprintRegistry {
      guard let followed = kind.follows else { continue }
      #expect(names.contains("\(followed)"))
    }
  }
}
