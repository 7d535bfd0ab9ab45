import Bytes

/// A socket of this machine: what it is bound to and connected with.
package struct LocalSocket: Hashable, Sendable {
  package var ipProtocol: UInt8
  package var address: UInt128
  package var port: UInt16
  package var peerAddress: UInt128
  package var peerPort: UInt16
  package var isIPv6: Bool

  package init(
    ipProtocol: UInt8, address: UInt128, port: UInt16, peerAddress: UInt128 = 0,
    peerPort: UInt16 = 0, isIPv6: Bool = false
  ) {
    self.ipProtocol = ipProtocol
    self.address = address
    self.port = port
    self.peerAddress = peerAddress
    self.peerPort = peerPort
    self.isIPv6 = isIPv6
  }

  /// A datagram socket that is bound to a port and sends from any address.
  var anyAddress: LocalSocket {
    LocalSocket(ipProtocol: ipProtocol, address: 0, port: port, isIPv6: isIPv6)
  }
}

/// Requests and answers of the kernel's socket diagnostics, byte by byte (sock_diag(7)).
///
///     0        4      6       8     12    16       17         18       20
///     | length | type | flags | seq | pid | family | protocol | ext, 0 | states | socket id (48)
enum SocketDiagnostics {
  private static let byFamily: UInt16 = 20
  private static let done: UInt16 = 3
  private static let failed: UInt16 = 2

  /// All states but TIME_WAIT, in which a connection has no owner any more.
  private static let openStates = UInt32.max & ~(1 << 6)

  static let ipv4: UInt8 = 2
  static let ipv6: UInt8 = 10

  /// Asks for all sockets of a family and protocol.
  static func request(for family: UInt8, _ ipProtocol: UInt8) -> [UInt8] {
    var buffer = Buffer(capacity: 72)
    buffer.append(littleEndian: UInt32(72))
    buffer.append(littleEndian: byFamily)
    // NLM_F_REQUEST, NLM_F_DUMP.
    buffer.append(littleEndian: UInt16(0x301))
    buffer.append(littleEndian: UInt64(0))
    buffer.append(family)
    buffer.append(ipProtocol)
    buffer.append(littleEndian: UInt16(0))
    buffer.append(littleEndian: openStates)
    for _ in 0..<6 { buffer.append(littleEndian: UInt64(0)) }
    return [UInt8](copying: buffer.bytes)
  }

  /// Reads one datagram of an answer; whether it was the last.
  ///
  /// A message, behind its head of 16 bytes: family, state, timer, retransmissions; the ports (big-endian);
  /// both addresses of 16 bytes; interface (4), cookie (8), expiry, queues (12), user (4), inode (4).
  static func read(
    _ datagram: Span<UInt8>, ipProtocol: UInt8,
    _ found: (_ socket: LocalSocket, _ inode: UInt32) -> Void
  ) -> Bool {
    var input = Reader(datagram, isBody: true)
    while !input.isAtEnd {
      guard let head = try? input.take(16) else { return true }
      let length = Int(head.u32(at: 0).byteSwapped)
      let type = head.u16(at: 4).byteSwapped
      if type == done || type == failed { return true }
      guard length >= 16, let body = try? input.take(length - 16) else { return true }
      _ = try? input.skip(min((4 - length % 4) % 4, input.count))
      guard type == byFamily, body.count >= 72 else { continue }
      let inode = body.u32(at: 68).byteSwapped
      guard inode != 0 else { continue }
      let isIPv6 = body[0] == ipv6
      func address(_ at: Int) -> UInt128 {
        isIPv6 ? body.u128(at: at) : UInt128(body.u32(at: at))
      }
      var socket = LocalSocket(
        ipProtocol: ipProtocol, address: address(8), port: body.u16(at: 4),
        peerAddress: address(24), peerPort: body.u16(at: 6), isIPv6: isIPv6)
      socket.unmap()
      found(socket, inode)
    }
    return false
  }
}

extension LocalSocket {
  /// Sockets of IPv6 that speak IPv4 are found as what they speak (RFC 4291 §2.5.5.2).
  fileprivate mutating func unmap() {
    guard isIPv6, peerAddress >> 32 == 0xffff else { return }
    address &= 0xffff_ffff
    peerAddress &= 0xffff_ffff
    isIPv6 = false
  }
}
