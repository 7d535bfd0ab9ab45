import Bytes
import Foundation
import Support
import Testing
import Wire

@testable import Render

/// Whatever the bytes, rendering ends, and what it gives is JSON.
@Suite(.tags(.unit)) struct HostileTests {
  /// The object that the bytes print as, if they do.
  private func render(_ section: [UInt8]) -> [UInt8]? {
    (try? section.span.json()).map { Array($0.utf8) }
  }

  private func record() -> [UInt8] {
    var record = RecordWriter()
    let text: [UInt8] = [0x61, 0xc3, 0xa9, 0x22]
    let dubious: [UInt8] = [0x61, 0xc3, 0x22]
    record.object("tls") { r in
      r.text("a", text.span)
      r.text("b", dubious.span)
      r.array("c") { r in
        r.number(1000 as UInt32)
        r.object { r in r.hex("d", dubious.span) }
        r.base64("e", text.span)
      }
      r.double("f", 0.75)
      r.signed("g", -70000)
      r.ipv6("h", 1)
      r.ipv4("i", 1)
      r.flag("j", true)
    }
    return [UInt8](copying: record.buffer.bytes)
  }

  private func expectJSON(_ section: [UInt8]) {
    guard let printed = render(section) else { return }
    let isJSON = (try? JSONSerialization.jsonObject(with: Data(printed))) != nil
    #expect(isJSON, "\(section) printed \(String(decoding: printed, as: UTF8.self))")
    #expect(printed.allSatisfy { (0x20...0x7e).contains($0) })
  }

  @Test func damageGivesJSONOrNothing() throws {
    let record = record()
    #expect(render(record) != nil)
    record.forEachDamage(Thoroughness.isExhaustive ? .every : .usual) { section, damage in
      if damage == .cut, !section.isEmpty {
        #expect(render(section) == nil)
      } else {
        expectJSON(section)
      }
    }
  }

  @Test func randomBytesGiveJSONOrNothing() {
    var random = SeededRandom(seed: 4)
    let likely: [UInt8] = [0x61, 0x61, 0x61, 0x60, 0x01, 0x9f, 0xbf, 0xff, 0xff, 0xd7, 0x41, 0xf5]
    for _ in 0..<Thoroughness.rounds(50_000) {
      let section = (0..<Int.random(in: 0...14, using: &random)).map { _ in
        Bool.random(using: &random)
          ? likely.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
      }
      expectJSON(section)
    }
  }

  @Test func aSectionMayBeAMapItsMembersOrNothing() {
    let members: [UInt8] = [0x61, 0x61, 0x01]
    #expect(render([]).map { String(decoding: $0, as: UTF8.self) } == "{}")
    #expect(render([0xbf, 0xff]).map { String(decoding: $0, as: UTF8.self) } == "{}")
    #expect(render(members) == render([0xbf] + members + [0xff]))
    #expect(render([0xbf] + members) == nil)
    #expect(render([0xbf] + members + [0xff, 0xff]) == nil)
    #expect(render([0xbf, 0xff] + members) == nil)
    #expect(render([0xbf, 0xbf, 0xff, 0xff]) == nil)
  }
}
