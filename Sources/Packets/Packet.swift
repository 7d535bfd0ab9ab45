import Bytes
import Wire

/// A captured packet with everything below its message taken off.
///
/// Any bytes give a packet; where they end too early or mean nothing, `content` says why.
package struct Packet: ~Escapable {
  package enum Content: Equatable, Sendable {
    /// A link-layer protocol: its EtherType, or 0x2000 for CDP.
    case link(UInt16)
    /// A TCP segment that answers a connection attempt, or makes one.
    case synAck, syn
    /// A TCP segment or UDP datagram with a payload.
    case tcp, udp
    /// Any other IP protocol; `flow` has its number.
    case ip
    case nothing(Unread)
  }

  package private(set) var content = Content.nothing(.linkType)
  /// Innermost addresses, and the ports read last: those of a UDP tunnel stay where the packet
  /// inside has none.
  package private(set) var flow = Flow()
  /// What the message's reader reads: what follows the transport, IP or link header, but the whole
  /// TCP header with its options for `syn` and `synAck`.
  package private(set) var payload: Span<UInt8>
  /// The TCP header with its options, empty for everything else.
  package private(set) var tcpHeader: Span<UInt8>
  /// What the innermost IP header says.
  package private(set) var network = Network()
  package private(set) var extensionHeaders: Span<UInt8>
  package private(set) var encapsulations: Encapsulations
  /// From the innermost IP header on.
  private var ipPacket: Span<UInt8>
  /// Equal for all packets of a conversation, both ways, in whatever tunnels they are.
  ///
  /// Computed from `flow`, by which memories of packets find them again. 0 for link-layer
  /// protocols.
  package private(set) var slotHash: UInt32 = 0

  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>, linkType: LinkType, tunnels: borrowing TunnelRules) {
    payload = bytes
    tcpHeader = bytes.extracting(first: 0)
    extensionHeaders = tcpHeader
    ipPacket = tcpHeader
    encapsulations = Encapsulations(in: bytes)
    var input = Reader(bytes)
    let next = linkType.open(&input)
    payload = input.rest
    switch next {
    case .ip: content = readIP(tunnels)
    case .message(let etherType): content = .link(etherType)
    case .unread(let reason): content = .nothing(reason)
    }
  }

  /// The same packet with another payload: a message put together from several.
  @_lifetime(copy self, copy payload)
  package func carrying(_ payload: Span<UInt8>) -> Packet {
    var packet = self
    packet.payload = payload
    return packet
  }

  private var hasTCPHeader: Bool { tcpHeader.count >= 20 }

  /// The TCP sequence number, 0 for everything else.
  package var sequenceNumber: UInt32 { hasTCPHeader ? tcpHeader.u32(at: 4) : 0 }

  /// Whether it is a TCP segment that opens or ends a connection, or has data.
  package var isOfConnection: Bool {
    content == .tcp || content == .syn || content == .synAck || endsConnection
  }

  /// Whether the TCP segment ends or resets its connection.
  package var endsConnection: Bool { hasTCPHeader && tcpHeader[13] & 0x05 != 0 }

  /// Everything from the outermost IP header on.
  @_lifetime(self: copy self)
  private mutating func readIP(_ tunnels: borrowing TunnelRules) -> Content {
    do throws(IPHeader.Failure) {
      try openIP()
      while encapsulations.count < Encapsulations.capacity {
        guard try descend(tunnels) else { break }
      }
    } catch {
      switch error {
      case .unread(let reason): return .nothing(reason)
      }
    }
    let content = readTransport()
    slotHash = FlowHash(flow: flow).value
    return content
  }

  /// Takes an IP header off `payload`.
  @_lifetime(self: copy self)
  private mutating func openIP() throws(IPHeader.Failure) {
    let header = try IPHeader(payload)
    ipPacket = payload
    flow.source = header.source
    flow.destination = header.destination
    flow.isIPv6 = header.network.version == 6
    flow.ipProtocol = header.payloadProtocol
    network = header.network
    extensionHeaders = header.extensions
    payload = header.payload
  }

  // MARK: Tunnels

  /// Enters the tunnel that the IP packet at hand is, if it is one; whether it was.
  ///
  /// A UDP tunnel that carries something else than IP leaves `payload` behind what was read of it,
  /// and that is then read as UDP: what mercury makes of it.
  @_lifetime(self: copy self)
  private mutating func descend(
    _ tunnels: borrowing TunnelRules
  ) throws(IPHeader.Failure) -> Bool {
    var header = Encapsulations.Header()
    var input = Reader(payload)
    let carriesIP: Bool
    switch flow.ipProtocol {
    case 4, 41: carriesIP = true
    case 47 where tunnels.gre: carriesIP = input.openGRE(&header)
    case 17:
      guard payload.count >= 8,
        let kind = tunnels.kind(source: payload.u16(at: 0), destination: payload.u16(at: 2))
      else { return false }
      flow.sourcePort = payload.u16(at: 0)
      flow.destinationPort = payload.u16(at: 2)
      input = Reader(payload.extracting(droppingFirst: 8))
      carriesIP =
        switch kind {
        case .gre: input.openGRE(&header)
        case .vxlan: input.openVXLAN(&header)
        case .geneve: input.openGeneve(&header)
        }
    default: return false
    }
    if carriesIP || flow.ipProtocol == 17 { payload = input.rest }
    guard carriesIP else { return false }
    encapsulations.append(header, carrier: ipPacket)
    try openIP()
    return true
  }

  // MARK: Transport

  @_lifetime(self: copy self)
  private mutating func readTransport() -> Content {
    switch flow.ipProtocol {
    case 6: return readTCP()
    case 17:
      if payload.count >= 8 {
        flow.sourcePort = payload.u16(at: 0)
        flow.destinationPort = payload.u16(at: 2)
        // The length field is not looked at: the IP header's decides.
        payload = payload.extracting(droppingFirst: 8)
      }
      return payload.isEmpty ? .nothing(.noPayload) : .udp
    default: return .ip
    }
  }

  /// TCP (RFC 9293 §3.1).
  ///
  /// Where the data offset is impossible there are neither options nor data.
  @_lifetime(self: copy self)
  private mutating func readTCP() -> Content {
    guard payload.count >= 20 else { return .nothing(.tcpHeader) }
    flow.sourcePort = payload.u16(at: 0)
    flow.destinationPort = payload.u16(at: 2)
    let length = Int(payload[12] >> 4) * 4
    let flags = payload[13]
    if length >= 20 && length <= payload.count {
      tcpHeader = payload.extracting(first: length)
      payload = payload.extracting(droppingFirst: length)
    } else {
      tcpHeader = payload.extracting(first: 20)
      payload = payload.extracting(first: 0)
    }
    if flags & 0x02 != 0 {
      payload = tcpHeader
      return flags & 0x10 != 0 ? .synAck : .syn
    }
    return payload.isEmpty ? .nothing(.noPayload) : .tcp
  }
}

extension Reader {
  /// GRE (RFC 2784 §2.1).
  ///
  /// Key and sequence number (RFC 2890) are not passed over, as mercury does not: packets in such
  /// tunnels are not read.
  ///
  ///     | flags, version (2) | protocol (2) | checksum, reserved (4), if bit 0 |
  fileprivate mutating func openGRE(_ tunnel: inout Encapsulations.Header) -> Bool {
    tunnel.kind = .gre
    guard let flags = try? u16(), let type = try? u16() else { return false }
    if flags & 0x8000 != 0, (try? skip(4)) == nil { return false }
    tunnel.protocolType = type
    return type == EtherType.ipv4 || type == EtherType.ipv6
  }

  /// VXLAN (RFC 7348 §5): flags, 24 bits, network identifier, 8 bits, then an Ethernet frame.
  fileprivate mutating func openVXLAN(_ tunnel: inout Encapsulations.Header) -> Bool {
    tunnel.kind = .vxlan
    guard let flags = try? u64() else { return false }
    return flags >> 56 & 0x08 != 0 && openEthernet() == .ip
  }

  /// Geneve (RFC 8926 §3.4).
  ///
  ///     | version 2 bits, option words 6 bits | flags | protocol (2) | identifier (3) | – | options |
  fileprivate mutating func openGeneve(_ tunnel: inout Encapsulations.Header) -> Bool {
    tunnel.kind = .geneve
    guard let header = try? take(8), (try? skip(Int(header[0] & 0x3f) * 4)) != nil
    else { return false }
    tunnel.protocolType = header.u16(at: 2)
    switch tunnel.protocolType {
    case EtherType.transparentEthernet: return openEthernet() == .ip
    case EtherType.ipv4, EtherType.ipv6: return true
    case 0: return openLoopback() == .ip
    default: return false
    }
  }
}
