import Bytes
import Wire

/// An IP header of either version; if one exists, its payload is what its length fields say.
struct IPHeader: ~Escapable {
  let network: Network
  let source: UInt128
  let destination: UInt128
  /// The protocol behind the header and, in IPv6, its extension headers.
  let payloadProtocol: UInt8
  /// IPv6 extension headers, as they stand in the packet.
  let extensions: Span<UInt8>
  let payload: Span<UInt8>

  /// Why there is no header: `init` cannot fail with a text and stay free of allocation.
  enum Failure: Error { case unread(Unread) }

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>) throws(Failure) {
    guard !bytes.isEmpty else { throw .unread(.ipHeader) }
    switch bytes[0] >> 4 {
    case 4: self = try IPHeader(version4: bytes)
    case 6: self = try IPHeader(version6: bytes)
    default: throw .unread(.ipVersion)
    }
  }

  /// IPv4 (RFC 791 §3.1).
  ///
  /// A header length under five words is read as five; a fragment is read
  /// as if it were whole.
  ///
  ///     | 4 | IHL | TOS | total length | id | flags, offset | TTL | protocol | checksum | from | to |
  @_lifetime(copy bytes)
  private init(version4 bytes: Span<UInt8>) throws(Failure) {
    let length = max(20, Int(bytes[0] & 0x0f) * 4)
    guard bytes.count >= length else { throw .unread(.ipHeader) }
    let total = Int(bytes.u16(at: 2))
    guard total >= length else { throw .unread(.ipLength) }
    var network = Network()
    network.version = 4
    network.timeToLive = bytes[8]
    network.identification = UInt32(bytes.u16(at: 4))
    self.network = network
    source = UInt128(bytes.u32(at: 12))
    destination = UInt128(bytes.u32(at: 16))
    payloadProtocol = bytes[9]
    extensions = bytes.extracting(first: 0)
    payload = bytes.extracting(length..<min(total, bytes.count))
  }

  /// IPv6 (RFC 8200 §3).
  ///
  /// The walk over extension headers ends at the first one it cannot pass.
  ///
  ///     | 6, class, flow label (4) | payload length | next header | hop limit | from | to |
  @_lifetime(copy bytes)
  private init(version6 bytes: Span<UInt8>) throws(Failure) {
    guard bytes.count >= 40 else { throw .unread(.ipHeader) }
    var network = Network()
    network.version = 6
    network.timeToLive = bytes[7]
    network.identification = bytes.u32(at: 0) & 0xff_ffff
    self.network = network
    source = bytes.u128(at: 8)
    destination = bytes.u128(at: 24)
    let body = bytes.extracting(40..<min(40 + Int(bytes.u16(at: 4)), bytes.count))
    var (next, offset) = (bytes[6], 0)
    while offset < body.count, IPHeader.isExtension(next) {
      guard offset + 2 <= body.count else { throw .unread(.extensionHeader) }
      let length = Int(body[offset + 1])
      let size =
        switch next {
        case 44: 8
        case 51: 8 + 4 * length
        default: 8 + 8 * length
        }
      guard offset + size <= body.count else { throw .unread(.extensionHeader) }
      next = body[offset]
      offset += size
    }
    payloadProtocol = next
    extensions = body.extracting(first: offset)
    payload = body.extracting(droppingFirst: offset)
  }

  /// Hop-by-hop, routing, fragment, authentication, destination, mobility, HIP, Shim6.
  private static func isExtension(_ number: UInt8) -> Bool {
    switch number {
    case 0, 43, 44, 51, 60, 135, 139, 140: true
    default: false
    }
  }
}
