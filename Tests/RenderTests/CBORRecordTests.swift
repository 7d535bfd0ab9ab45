import Bytes
import Support
import Testing
import Wire

@testable import Render

@Suite(.tags(.unit)) struct CBORRecordTests {
  private func written(head: [UInt8], tail: [UInt8], flow: Flow?) throws(Malformed) -> [UInt8] {
    let none: [UInt8] = []
    let item = RecordItem(
      packet: 1, time: 1_500_000_999, flow: flow, facts: Facts(), message: none.span,
      head: head.span, notes: none.span, analysis: none.span, tail: tail.span)
    var record = CBORRecord()
    try record.append(item)
    let bytes = record.buffer.bytes
    return bytes.indices.map { bytes[$0] }
  }

  @Test func isOneMapOfEverything() throws {
    var flow = Flow()
    (flow.source, flow.ipProtocol, flow.sourcePort) = (0x0102_0304, 6, 256)
    let record = try written(
      head: hex("bf616101ff"), tail: hex("616202"), flow: flow)
    #expect(
      record
        == hex(
          """
          bf 6161 01 6162 02 66 7372635f6970 d834 44 01020304 66 6473745f6970 d834 44 00000000 \
          68 70726f746f636f6c 06 68 7372635f706f7274 190100 68 6473745f706f7274 00 \
          6b 6576656e745f7374617274 fb 3ff8000000000000 ff
          """))
  }

  @Test func printsLikeTheLine() throws {
    var flow = Flow()
    (flow.source, flow.destination, flow.isIPv6) = (1, 2, true)
    let head = hex("bf61619f01f5ffff")
    let record = try written(head: head, tail: [], flow: flow)
    var whole = JSONRenderer()
    try whole.object(record.span)
    var line = JSONRenderer()
    let none: [UInt8] = []
    _ = try line.record(
      head: head.span, analysis: none.span, tail: none.span, flow: flow, time: 1_500_000_999)
    #expect(whole.buffer.bytes.text + "\n" == line.buffer.bytes.text)
  }

  @Test(arguments: ["bf6161ff", "ff", "61", "bf616101ffff", "01", "616181"])
  func refusesSectionsThatAreNoMaps(_ digits: String) {
    let failed = throwsMalformed { () throws(Malformed) in
      _ = try written(head: hex(digits), tail: [], flow: nil)
    }
    #expect(failed)
  }
}
