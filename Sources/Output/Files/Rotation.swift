/// When an output file is full and another one is begun.
package struct Rotation: Equatable, Sendable {
  /// After this many records.
  package var records: UInt64?
  /// When it has been open for so long.
  package var time: Duration?

  package init(records: UInt64? = nil, time: Duration? = nil) {
    self.records = records
    self.time = time
  }

  package var isWanted: Bool { records != nil || time != nil }
}
