/// The times that a file was read to its end, one after the other.
struct Passes {
  /// In those that are over.
  private(set) var packets: UInt64 = 0
  private(set) var bytes: UInt64 = 0
  private let start = ContinuousClock.now

  var isFirst: Bool { bytes == 0 }

  mutating func end(packets: UInt64, bytes: UInt64) {
    self.packets += packets
    self.bytes += bytes
  }

  /// How fast all that was.
  var speed: String {
    let time = (ContinuousClock.now - start).components
    let seconds = max(1e-6, Double(time.seconds) + Double(time.attoseconds) * 1e-18)
    let tenths = Int(Double(bytes) / seconds / 1e5)
    return "\(packets) packets, \(bytes) bytes in \(Int(seconds * 1000)) ms: "
      + "\(Int(Double(packets) / seconds)) packets/s, \(tenths / 10).\(tenths % 10) MB/s"
  }
}
