import Dissectors
import Parse
import Wire

/// What reading each message takes, from the link layer to the record, one kind after the other.
struct Protocols: ~Copyable {
  private let traffic: Traffic
  /// The packets that give a record of the message with this registry index, at most `most`.
  private var packets: [[Range<Int>]]
  private static let most = 1000

  init(_ traffic: Traffic) {
    self.traffic = traffic
    packets = registry.map { _ in [] }
    var step = PacketParser(.all)
    var start = 0
    traffic.forEach { _, packet in
      let range = start..<start + packet.count
      start = range.upperBound
      guard case .record(let message) = step.parse(packet: packet, linkType: traffic.linkType),
        packets[message].count < Self.most
      else { return }
      packets[message].append(range)
    }
  }

  /// Notes each message by its name; those that the traffic does not have are left out.
  func measure(_ options: RecordOptions, _ table: inout Table) {
    var step = PacketParser(.all, options: options)
    for message in packets.indices where !packets[message].isEmpty {
      let ranges = packets[message]
      let rounds = Self.most / ranges.count + 1
      let start = ContinuousClock.now
      for _ in 0..<rounds {
        for range in ranges {
          _ = step.parse(
            packet: traffic.bytes.span.extracting(range), linkType: traffic.linkType)
        }
      }
      table.note(
        registry[message].profile.name, ContinuousClock.now - start, per: rounds * ranges.count,
        of: .records)
    }
  }
}
