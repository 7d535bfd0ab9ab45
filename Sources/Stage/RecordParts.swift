import Bytes
import Wire

/// The analyzer's step while there is no classifier: records pass through as they are.
package struct RecordParts: Step, ~Copyable {
  package init() {}

  package mutating func process(_ part: Span<UInt8>, into result: inout PartBuilder)
    throws(MessageHeader.Refusal)
  {
    var input = Reader(part, isBody: true)
    var header = try PartHeader(&input)
    guard header.message.kind == .records else { throw .malformed }
    header.message.kind = .analyzed
    result.begin(header)
    result.buffer.append(input.rest)
    result.finish(name: header.name)
  }
}
