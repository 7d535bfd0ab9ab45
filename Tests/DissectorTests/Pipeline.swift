import Bytes
import Dissectors
import Packets
import Parse
import Render
import Support
import Testing
import Wire

/// Packets to JSON, through layers and identification.
struct Pipeline {
  var options: RecordOptions = []
  var selection = Selection.all

  init(_ options: RecordOptions = []) { self.options = options }

  init(selecting names: String) throws { selection = try Selection(parsing: names) }

  /// The head and the tail of the packet's record, one after the other; `nil` without a record.
  func json(_ frame: Frame) throws -> String? {
    var step = PacketParser(selection, options: options)
    guard case .record = step.parse(packet: frame.bytes.span, linkType: .ethernet) else {
      return nil
    }
    var renderer = JSONRenderer()
    try renderer.object(members(step.head.buffer.bytes))
    try renderer.object(members(step.tail.buffer.bytes))
    let text = renderer.buffer.bytes
    return String(decoding: text.indices.map { text[$0] }, as: UTF8.self)
  }

  /// A section's members: what is between the brackets of a map, where it is one.
  @_lifetime(copy section)
  private func members(_ section: Span<UInt8>) -> Span<UInt8> {
    guard section.count >= 2, section[0] == CBOR.mapStart else { return section }
    return section.extracting(1..<section.count - 1)
  }
}
