import Bytes

/// What a captured packet starts with: a number of the tcpdump.org link-type registry.
package struct LinkType: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let null = Self(rawValue: 0)
  package static let ethernet = Self(rawValue: 1)
  package static let ppp = Self(rawValue: 9)
  package static let raw = Self(rawValue: 101)
  package static let linuxSLL = Self(rawValue: 113)
  package static let ipv4 = Self(rawValue: 228)
  package static let ipv6 = Self(rawValue: 229)
  package static let linuxSLL2 = Self(rawValue: 276)
  /// What libpcap calls `raw` on Linux, and on OpenBSD.
  package static let dltRaw = Self(rawValue: 12)
  package static let dltRawOpenBSD = Self(rawValue: 14)

  package static let all: [LinkType] = [
    null, ethernet, ppp, raw, linuxSLL, ipv4, ipv6, linuxSLL2, dltRaw, dltRawOpenBSD,
  ]

  /// Takes the link header off `input` and says what comes next.
  func open(_ input: inout Reader) -> LinkPayload {
    switch self {
    case .ethernet: input.openEthernet()
    case .raw, .dltRaw, .dltRawOpenBSD, .ipv4, .ipv6: .ip
    case .null: input.openLoopback()
    case .ppp: input.openPPP()
    case .linuxSLL: input.openLinuxSLL()
    case .linuxSLL2: input.openLinuxSLL2()
    default: .unread(.linkType)
    }
  }
}

/// What a link header announces.
enum LinkPayload: Equatable {
  /// An IP header, of the version its own first bits tell.
  case ip
  /// A link-layer protocol that has records of its own.
  case message(UInt16)
  case unread(Unread)
}

/// The EtherTypes that matter here.
package enum EtherType {
  package static let ipv4: UInt16 = 0x0800
  package static let arp: UInt16 = 0x0806
  package static let vlan: UInt16 = 0x8100
  package static let ipv6: UInt16 = 0x86dd
  package static let mpls: UInt16 = 0x8847
  package static let pppoeSession: UInt16 = 0x8864
  package static let providerBridging: UInt16 = 0x88a8
  package static let lldp: UInt16 = 0x88cc
  package static let ciscoMetadata: UInt16 = 0x8909
  package static let transparentEthernet: UInt16 = 0x6558
  /// CDP has no EtherType: this is its SNAP protocol number.
  package static let cdp: UInt16 = 0x2000
}

extension Reader {
  /// Ethernet II with VLAN tags, MPLS labels or PPPoE, and CDP's 802.3 frames.
  ///
  ///     | destination (6) | source (6) | type (2) | …
  ///
  /// A provider tag counts only in front of VLAN tags; behind MPLS only IP is looked for.
  mutating func openEthernet() -> LinkPayload {
    guard (try? skip(12)) != nil, let outer = try? u16() else { return .unread(.linkHeader) }
    if outer < 0x0600 && isCDP { return .message(EtherType.cdp) }
    guard let type = try? innermostEtherType(outer) else { return .unread(.linkHeader) }
    switch type {
    case EtherType.ipv4, EtherType.ipv6: return .ip
    case EtherType.arp, EtherType.lldp: return .message(type)
    case EtherType.pppoeSession:
      guard (try? skip(6)) != nil else { return .unread(.linkHeader) }
      return openPPPProtocol()
    default: return .unread(.etherType)
    }
  }

  private mutating func innermostEtherType(_ outer: UInt16) throws(Malformed) -> UInt16 {
    var type = outer
    if type == EtherType.providerBridging {
      try skip(2)
      type = try u16()
    }
    while type == EtherType.vlan {
      try skip(2)
      type = try u16()
    }
    if type == EtherType.mpls {
      while try u32() & 0x100 == 0 {}
      type = EtherType.ipv4
    }
    if type == EtherType.ciscoMetadata {
      try skip(6)
      type = try u16()
    }
    return type
  }

  /// LLC `aa aa 03` and SNAP `00 00 0c 20 00`, which stay in front of the payload.
  private var isCDP: Bool { count >= 8 && rest.u64(at: 0) == 0xaaaa_0300_000c_2000 }

  /// BSD loopback: an address family, in the byte order of the capturing machine.
  mutating func openLoopback() -> LinkPayload {
    guard let family = try? u32() else { return .unread(.linkHeader) }
    switch family < 0x100 ? family : family.byteSwapped {
    case 0x02, 0x18, 0x1c, 0x1e: return .ip
    default: return .unread(.etherType)
    }
  }

  /// PPP in HDLC-like framing (RFC 1662): flag, address and control may be there or not.
  mutating func openPPP() -> LinkPayload {
    if !isAtEnd && rest[0] == 0x7e { _ = try? u8() }
    if !isAtEnd && rest[0] == 0xff { _ = try? u16() }
    return openPPPProtocol()
  }

  /// A PPP protocol number: one byte where that is odd, else two (RFC 1661 §6.5).
  private mutating func openPPPProtocol() -> LinkPayload {
    guard let first = try? u8() else { return .unread(.linkHeader) }
    var number = UInt16(first)
    if first & 1 == 0 {
      guard let second = try? u8() else { return .unread(.linkHeader) }
      number = number << 8 | UInt16(second)
    }
    return number == 0x0021 || number == 0x0057 ? .ip : .unread(.etherType)
  }

  /// Linux cooked capture: packet type, ARPHRD, address length, address (8), protocol.
  mutating func openLinuxSLL() -> LinkPayload {
    guard let header = try? take(16) else { return .unread(.linkHeader) }
    return cooked(hardware: header.u16(at: 2), type: header.u16(at: 14))
  }

  /// Its second version: protocol, reserved, interface (4), ARPHRD, packet type, length, address (8).
  mutating func openLinuxSLL2() -> LinkPayload {
    guard let header = try? take(20) else { return .unread(.linkHeader) }
    return cooked(hardware: header.u16(at: 8), type: header.u16(at: 0))
  }

  private func cooked(hardware: UInt16, type: UInt16) -> LinkPayload {
    guard hardware == 1 || hardware == 772 else { return .unread(.linkHeader) }
    return type == EtherType.ipv4 || type == EtherType.ipv6 ? .ip : .unread(.etherType)
  }
}
