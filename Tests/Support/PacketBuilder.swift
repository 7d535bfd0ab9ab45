/// Builds packets from the inside out.
///
///     Frame.tcp(hello, from: 40000, to: 443).ipv4().ethernet()
///
/// Lengths are right; checksums are zero, for nothing looks at them.
package struct Frame: Sendable {
  package var bytes: [UInt8]
  /// What the header around has to say of these bytes: an IP protocol, or an EtherType.
  private var ipProtocol: UInt8 = 0
  private var etherType: UInt16 = 0

  package init(_ bytes: [UInt8] = []) { self.bytes = bytes }

  private init(_ bytes: [UInt8], ipProtocol: UInt8 = 0, etherType: UInt16 = 0) {
    self.bytes = bytes
    self.ipProtocol = ipProtocol
    self.etherType = etherType
  }

  // MARK: Transport

  package enum Flags {
    package static let fin: UInt8 = 1, syn: UInt8 = 2, rst: UInt8 = 4, ack: UInt8 = 16
  }

  package static func tcp(
    _ payload: [UInt8], from source: UInt16 = 40000, to destination: UInt16 = 443,
    flags: UInt8 = Flags.ack, sequence: UInt32 = 1, options: [UInt8] = []
  ) -> Frame {
    let offset = UInt8((20 + options.count) / 4) << 4
    return Frame(
      source.bigEndianBytes + destination.bigEndianBytes + sequence.bigEndianBytes
        + [0, 0, 0, 0, offset, flags, 0x20, 0, 0, 0, 0, 0] + options + payload, ipProtocol: 6)
  }

  package static func udp(
    _ payload: [UInt8], from source: UInt16 = 40000, to destination: UInt16 = 443
  ) -> Frame {
    Frame(
      source.bigEndianBytes + destination.bigEndianBytes
        + UInt16(8 + payload.count).bigEndianBytes + [0, 0] + payload, ipProtocol: 17)
  }

  /// Any IP protocol's bytes.
  package static func ip(_ payload: [UInt8], protocol number: UInt8) -> Frame {
    Frame(payload, ipProtocol: number)
  }

  // MARK: IP

  package func ipv4(
    from source: UInt32 = 0x0a00_0001, to destination: UInt32 = 0x0a00_0002,
    options: [UInt8] = [], fragment: UInt16 = 0, id: UInt16 = 0x1234
  ) -> Frame {
    let length = 20 + options.count
    return Frame(
      [0x40 | UInt8(length / 4), 0] + UInt16(length + bytes.count).bigEndianBytes
        + id.bigEndianBytes + fragment.bigEndianBytes + [64, ipProtocol, 0, 0]
        + source.bigEndianBytes + destination.bigEndianBytes + options + bytes,
      ipProtocol: 4, etherType: 0x0800)
  }

  /// `extensions` are whole headers whose next-header bytes are filled in here.
  package func ipv6(
    from source: UInt128 = 0x2001_0db8 << 96 | 1, to destination: UInt128 = 0x2001_0db8 << 96 | 2,
    extensions: [(type: UInt8, bytes: [UInt8])] = [], label: UInt32 = 0x12345
  ) -> Frame {
    var headers: [UInt8] = []
    for (i, header) in extensions.enumerated() {
      let next = i + 1 < extensions.count ? extensions[i + 1].type : ipProtocol
      headers += [next] + header.bytes.dropFirst()
    }
    return Frame(
      (0x6000_0000 | label).bigEndianBytes + UInt16(headers.count + bytes.count).bigEndianBytes
        + [extensions.first?.type ?? ipProtocol, 64] + source.bigEndianBytes
        + destination.bigEndianBytes + headers + bytes, ipProtocol: 41, etherType: 0x86dd)
  }

  // MARK: Link

  /// An Ethernet frame; its inner type is `type`, or what the content is.
  package func ethernet(type: UInt16? = nil, vlans: [UInt16] = []) -> Frame {
    let tags: [UInt8] = vlans.flatMap { [0x81, 0x00] + $0.bigEndianBytes }
    return Frame(
      [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1] + tags + (type ?? etherType).bigEndianBytes + bytes,
      etherType: 0x6558)
  }

  /// MPLS labels in front of IP, for `ethernet()`.
  package func mpls(labels: [UInt32]) -> Frame {
    var stack: [UInt8] = []
    for (i, label) in labels.enumerated() {
      let bottom: UInt32 = i == labels.count - 1 ? 0x100 : 0
      stack += (label << 12 | bottom | 64).bigEndianBytes
    }
    return Frame(stack + bytes, etherType: 0x8847)
  }

  /// A PPPoE session's header in front of IP, for `ethernet()`.
  package func pppoe() -> Frame {
    Frame(
      [0x11, 0, 0, 1] + UInt16(bytes.count + 2).bigEndianBytes
        + [0, etherType == 0x0800 ? 0x21 : 0x57] + bytes, etherType: 0x8864)
  }

  // MARK: Tunnels

  /// A GRE packet that carries these bytes.
  package func gre(checksum: Bool = false) -> Frame {
    Frame(greBytes(checksum: checksum), ipProtocol: 47)
  }

  package func greInUDP() -> Frame {
    Frame.udp(greBytes(checksum: false), from: 50000, to: 4754)
  }

  private func greBytes(checksum: Bool) -> [UInt8] {
    [checksum ? 0x80 : 0, 0] + etherType.bigEndianBytes + (checksum ? [0, 0, 0, 0] : []) + bytes
  }

  /// A VXLAN datagram that carries this Ethernet frame.
  package func vxlan(from source: UInt16 = 50000, network: UInt32 = 7) -> Frame {
    Frame.udp([8, 0, 0, 0] + (network << 8).bigEndianBytes + bytes, from: source, to: 4789)
  }

  /// A Geneve datagram that carries this packet or frame.
  package func geneve(options: [UInt8] = []) -> Frame {
    Frame.udp(
      [UInt8(options.count / 4), 0] + etherType.bigEndianBytes + [0, 0, 1, 0] + options + bytes,
      from: 50000, to: 6081)
  }
}

extension FixedWidthInteger {
  package var bigEndianBytes: [UInt8] {
    stride(from: Self.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: self >> Self($0))
    }
  }
}
