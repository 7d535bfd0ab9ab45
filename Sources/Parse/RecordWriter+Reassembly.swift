import Dissectors
import Streams
import Wire

extension RecordWriter {
  /// Says how the message came to be whole, where that is worth saying (reassembly.md §6).
  mutating func report(_ wholeness: PacketParser.Wholeness) {
    switch wholeness {
    case .alone(missing: .nothing): break
    case .alone: object("reassembly_properties") { $0.flag("truncated", true) }
    case .reassembled(let notes):
      object("reassembly_properties") { properties in
        properties.flag("reassembled", true)
        if notes.contains(.maxSegmentsExceeded) { properties.flag("max_segments_exceed", true) }
        if notes.contains(.overlaps) { properties.flag("segment_overlaps", true) }
        if notes.contains(.truncated) { properties.flag("truncated", true) }
        if notes.contains(.backPartialOverlap) { properties.flag("back_partial_overlap", true) }
        if notes.contains(.backSubsetOverlap) { properties.flag("back_subset_overlap", true) }
        if notes.contains(.frontPartialOverlap) { properties.flag("front_partial_overlap", true) }
        if notes.contains(.frontSupersetOverlap) { properties.flag("front_superset_overlap", true) }
      }
    }
  }
}
