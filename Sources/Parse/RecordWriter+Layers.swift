import Bytes
import Packets
import Wire

extension RecordWriter {
  /// What the innermost IP header says, where the user asked for metadata.
  mutating func report(_ network: Network, extensions: Span<UInt8>) {
    guard wants(.metadata), network.version != 0 else { return }
    object("ip") { ip in
      ip.number("version", network.version)
      ip.number("ttl", network.timeToLive)
      if network.version == 4 {
        ip.hex("id", UInt16(truncatingIfNeeded: network.identification))
      } else {
        let label = FlowLabelDigits(network.identification)
        ip.text("id", label.digits.span)
        if !extensions.isEmpty { ip.hex("extensions", extensions) }
      }
    }
  }

  /// The tunnels around the packet, outermost first.
  mutating func report(_ encapsulations: borrowing Encapsulations) {
    guard !encapsulations.isEmpty else { return }
    array("encapsulations") { list in
      for i in 0..<encapsulations.count {
        let layer = encapsulations[i]
        list.object { $0.report(layer) }
      }
    }
  }

  private mutating func report(_ layer: Encapsulations.Layer) {
    literal("type", layer.kind.name)
    if layer.isIPv6 {
      ipv6("src_ip", layer.source)
      ipv6("dst_ip", layer.destination)
    } else {
      ipv4("src_ip", UInt32(truncatingIfNeeded: layer.source))
      ipv4("dst_ip", UInt32(truncatingIfNeeded: layer.destination))
    }
    switch layer.kind {
    case .gre, .geneve: number("protocol_type", layer.protocolType)
    case .ipInIP, .vxlan: break
    }
  }
}

/// An IPv6 flow label as five hexadecimal digits: twenty bits are no whole number of bytes.
private struct FlowLabelDigits {
  private(set) var digits = InlineArray<5, UInt8>(repeating: 0)

  init(_ label: UInt32) {
    for i in 0..<5 {
      digits[i] = (UInt8(truncatingIfNeeded: label >> UInt32(16 - 4 * i)) & 15).hexDigit
    }
  }
}

extension Encapsulations.Kind {
  fileprivate var name: StaticString {
    switch self {
    case .gre: "gre"
    case .ipInIP: "ip encapsulation"
    case .vxlan: "vxlan"
    case .geneve: "geneve"
    }
  }
}
