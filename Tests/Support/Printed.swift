import Bytes
import Dissectors
import Packets
import Parse
import Render
import Wire

extension Span<UInt8> {
  /// The bytes as text.
  package var text: String { String(decoding: [UInt8](copying: self), as: UTF8.self) }

  /// The object that a section of a record prints as.
  ///
  /// Throws where the section is malformed.
  package func json() throws(Malformed) -> String {
    var renderer = JSONRenderer(capacity: 1 << 12)
    try renderer.object(self)
    return renderer.buffer.bytes.text
  }
}

extension RecordWriter {
  /// The object that is printed for what has been written.
  package func json() throws(Malformed) -> String { try buffer.bytes.json() }
}

extension PacketParser {
  /// The line of the record just parsed, at a time with all digits; `nil` where it is too long.
  package func line() throws(Malformed) -> [UInt8]? {
    var renderer = JSONRenderer(capacity: 1 << 12)
    let outcome = try renderer.record(
      head: head.buffer.bytes, analysis: analysis.buffer.bytes, tail: tail.buffer.bytes,
      flow: context.network.version != 0 ? flow : nil, time: 1_700_000_000_123_456_789)
    return outcome == .printed ? [UInt8](copying: renderer.buffer.bytes) : nil
  }
}
