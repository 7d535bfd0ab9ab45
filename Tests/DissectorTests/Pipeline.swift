import Bytes
import Dissectors
import Packets
import Parse
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
    return try step.head.json() + step.tail.json()
  }
}
