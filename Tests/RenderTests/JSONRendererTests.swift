import Bytes
import Support
import Testing
import Wire

@testable import Render

@Suite(.tags(.unit)) struct JSONRendererTests {
  /// The object printed for what `fields` writes.
  private func json(_ fields: (inout RecordWriter) -> Void) throws -> String {
    var record = RecordWriter()
    fields(&record)
    return try record.json()
  }

  @Test func printsEveryKindOfValue() throws {
    let bytes: [UInt8] = [0, 1, 0xab, 0xcd, 0xef, 0xff, 0x7f, 0x80, 9]
    let quote: [UInt8] = [0x61, 0x22]
    let none: [UInt8] = []
    let mac: [UInt8] = [0, 1, 2, 0xfd, 0xfe, 0xff]
    let printed = try json { r in
      r.text("text", quote.span)
      r.textOrEmpty("empty", none.span)
      r.literal("literal", "word")
      r.name("name", nil, code: 17)
      r.name("code", nil, hexCode: UInt16(0x2f))
      r.hex("hex", bytes.span)
      r.hex("none", nil)
      r.hex("id", UInt16(0x12ab))
      r.base64("base64", bytes.span)
      r.ipv4("v4", 0x0102_03ff)
      r.ipv4("no4", nil)
      r.ipv6("v6", 1)
      r.mac("mac", mac.span)
      r.number("number", UInt64.max)
      r.signed("signed", .min)
      r.double("double", 0.25)
      r.flag("yes", true)
      r.flag("no", false)
    }
    #expect(
      printed == """
        {"text":"a\\"","empty":"","literal":"word","name":"UNKNOWN (17)","code":"UNKNOWN (002f)",\
        "hex":"0001abcdefff7f8009","none":"","id":"12ab","base64":"AAGrze//f4AJ",\
        "v4":"1.2.3.255","no4":"","v6":"::1","mac":"00:01:02:fd:fe:ff",\
        "number":18446744073709551615,"signed":-9223372036854775808,"double":0.250000,\
        "yes":true,"no":false}
        """)
  }

  @Test func nests() throws {
    let printed = try json { r in
      r.object("a") { r in
        r.array("b") { r in
          r.object { _ in }
          r.array { r in r.number(1 as UInt8) }
          r.literal("x")
        }
        r.array("c") { _ in }
      }
      r.flag("d", true)
    }
    #expect(printed == #"{"a":{"b":[{},[1],"x"],"c":[]},"d":true}"#)
  }

  @Test func printsAWholeLine() throws {
    var head = RecordWriter(), tail = RecordWriter()
    head.literal("a", "b")
    tail.flag("c", true)
    var flow = Flow()
    flow.source = 0x0a00_0001
    flow.destination = 0xffff_ffff
    (flow.sourcePort, flow.destinationPort, flow.ipProtocol) = (1234, 443, 6)
    var renderer = JSONRenderer()
    let none: [UInt8] = []
    let outcome = try renderer.record(
      head: head.buffer.bytes, analysis: none.span, tail: tail.buffer.bytes, flow: flow,
      time: 1_516_186_786_000_072_999)
    #expect(outcome == .printed)
    #expect(
      renderer.buffer.bytes.text == """
        {"a":"b","c":true,"src_ip":"10.0.0.1","dst_ip":"255.255.255.255","protocol":6,\
        "src_port":1234,"dst_port":443,"event_start":1516186786.000072}\n
        """)
    renderer.buffer.removeAll()
    _ = try renderer.record(
      head: none.span, analysis: none.span, tail: none.span, flow: nil, time: 0)
    #expect(renderer.buffer.bytes.text == "{\"event_start\":0.000000}\n")
  }

  @Test func dropsALineThatIsTooLong() throws {
    let none: [UInt8] = []
    // {"a":"…","event_start":0.000000}\n around the text is 32 bytes.
    for (length, expected) in [
      (JSONRenderer.maxLine - 32, JSONRenderer.Outcome.printed),
      (JSONRenderer.maxLine - 31, .tooLong),
    ] {
      var head = RecordWriter()
      let text = [UInt8](repeating: 0x61, count: length)
      head.text("a", text.span)
      var renderer = JSONRenderer()
      renderer.buffer.append(UInt8(ascii: "."))
      let outcome = try renderer.record(
        head: head.buffer.bytes, analysis: none.span, tail: none.span, flow: nil, time: 0)
      #expect(outcome == expected)
      #expect(renderer.buffer.count == (expected == .printed ? JSONRenderer.maxLine + 1 : 1))
    }
  }

  @Test(arguments: [
    "a0", "ff", "6161", "616160", "6161ff", "616140", "6161c000", "61619f", "6161bf6162ff",
    "01", "6161bf01", "6161d74161d7", "6161d83043000000", "6161d8344100", "6161d90102", "7b61",
    "7bffffffffffffffff61", "6161d7d741aa", "616180", "6161f8", "6161fc", "61615f4100ff",
  ])
  func refusesWhatNoWriterWrote(_ digits: String) {
    // "616160" is a well-formed member: a: "".
    let isGood = digits == "616160"
    var renderer = JSONRenderer()
    let bytes = hex(digits)
    let failed = throwsMalformed { () throws(Malformed) in try renderer.object(bytes.span) }
    #expect(failed != isGood)
    #expect(renderer.buffer.isEmpty == failed)
  }

  @Test func capsDepth() {
    for (depth, isGood) in [(CBOR.maxDepth, true), (CBOR.maxDepth + 1, false), (100_000, false)] {
      let opening: [UInt8] = [0x61, 0x61] + [UInt8](repeating: 0x9f, count: depth)
      let section = opening + [UInt8](repeating: 0xff, count: depth)
      var renderer = JSONRenderer()
      let failed = throwsMalformed { () throws(Malformed) in try renderer.object(section.span) }
      #expect(failed != isGood)
    }
  }
}
