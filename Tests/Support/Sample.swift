import Bytes
import Foundation

/// The capture that ships with the project, and larger ones made of it.
package enum Sample {
  package static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("samples/web.pcap").path

  /// The packets of the sample, a little-endian pcap with microseconds.
  package static let packets: [CapturedPacket] = {
    let file = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
    var packets: [CapturedPacket] = []
    var at = 24
    while at + 16 <= file.count {
      func word(_ place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(file[at + place + $1]) << UInt32(8 * $1) }
      }
      let length = Int(word(8))
      guard at + 16 + length <= file.count else { break }
      packets.append(
        CapturedPacket(
          time: UInt64(word(0)) * 1_000_000_000 + UInt64(word(4)) * 1000,
          Array(file[at + 16..<at + 16 + length]), originalLength: word(12)))
      at += 16 + length
    }
    return packets
  }()

  /// The sample's packets this many times, each time between other hosts.
  package static func repeated(_ copies: Int, more: [CapturedPacket] = []) throws -> ScratchFile {
    var file = CaptureFile.pcap([])
    for copy in 0..<copies {
      var packets = packets
      for i in packets.indices { packets[i].moveHosts(by: copy) }
      if copy == copies / 2 { packets += more }
      file += CaptureFile.pcap(packets).dropFirst(24)
    }
    return try ScratchFile(file, named: "large.pcap")
  }
}

extension CapturedPacket {
  /// Changes the low bits of both addresses, IPv4 or IPv6 over Ethernet.
  fileprivate mutating func moveHosts(by number: Int) {
    guard bytes.count >= 54 else { return }
    let places: [Int]
    switch (bytes[12], bytes[13]) {
    case (0x08, 0x00): places = [27, 31]
    case (0x86, 0xdd): places = [35, 51]
    default: return
    }
    for place in places {
      bytes[place] ^= UInt8(truncatingIfNeeded: number)
      bytes[place - 1] ^= UInt8(truncatingIfNeeded: number >> 8)
    }
  }
}
