import Capture
import Packets

/// The first packets of a capture, held in memory.
struct Traffic {
  let linkType: LinkType
  /// All packets, one behind the other, and where each ends.
  private(set) var bytes: [UInt8] = []
  private(set) var ends: [Int] = []
  /// How many packets the whole capture has.
  private(set) var whole = 0

  init(_ path: String, limit: Int) throws {
    var source = try PacketSource(path: path) { true }
    linkType = source.linkType
    while try source.next() {
      whole += 1
      guard ends.count < limit else { continue }
      let packet = source.bytes
      for i in packet.indices { bytes.append(packet[i]) }
      ends.append(bytes.count)
    }
  }

  var count: Int { ends.count }

  /// Calls `body` with each packet and its number.
  func forEach(_ body: (_ number: Int, _ packet: Span<UInt8>) -> Void) {
    var start = 0
    for i in ends.indices {
      body(i + 1, bytes.span.extracting(start..<ends[i]))
      start = ends[i]
    }
  }

  /// How long reading the whole capture takes.
  static func timeReading(_ path: String) throws -> Duration {
    let start = ContinuousClock.now
    var source = try PacketSource(path: path) { true }
    while try source.next() {}
    return ContinuousClock.now - start
  }
}
