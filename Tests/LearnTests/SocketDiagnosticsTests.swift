import Bytes
import Support
import Testing

@testable import Learn

/// Messages of the kernel's socket diagnostics, as sock_diag(7) and linux/inet_diag.h have them.
@Suite(.tags(.unit)) struct SocketDiagnosticsTests {
  private static let tcp: UInt8 = 6

  @Test func theRequestAsksForAllSocketsOfAProtocol() {
    let request = SocketDiagnostics.request(for: SocketDiagnostics.ipv6, Self.tcp)
    #expect(request.count == 72)
    // Length 72, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST and NLM_F_DUMP.
    #expect(request[0..<8] == [72, 0, 0, 0, 20, 0, 0x01, 0x03])
    // AF_INET6, TCP; all states but TIME_WAIT (6).
    #expect(request[16..<24] == [10, 6, 0, 0, 0xbf, 0xff, 0xff, 0xff])
  }

  @Test func socketsOfIPv4AreFound() {
    let message = Message(
      family: 2, ports: (40000, 443), from: [192, 0, 2, 1], to: [198, 51, 100, 7], inode: 4711)
    let found = read(message.bytes + Message.done)
    #expect(found.isLast)
    #expect(
      found.sockets == [
        LocalSocket(
          ipProtocol: 6, address: 0xc000_0201, port: 40000, peerAddress: 0xc633_6407,
          peerPort: 443)
      ])
    #expect(found.inodes == [4711])
  }

  @Test func socketsOfIPv6AreFound() {
    let message = Message(
      family: 10, ports: (40000, 443), from: [0x20, 1, 0x0d, 0xb8] + zeros(11) + [1],
      to: [0x20, 1, 0x0d, 0xb8] + zeros(11) + [2], inode: 1)
    let base: UInt128 = 0x2001_0db8 << 96
    #expect(
      read(message.bytes).sockets == [
        LocalSocket(
          ipProtocol: 6, address: base + 1, port: 40000, peerAddress: base + 2, peerPort: 443,
          isIPv6: true)
      ])
  }

  @Test func socketsOfIPv6ThatSpeakIPv4AreFoundAsThat() {
    let mapped = zeros(10) + [0xff, 0xff]
    let message = Message(
      family: 10, ports: (40000, 443), from: mapped + [192, 0, 2, 1], to: mapped + [192, 0, 2, 2],
      inode: 1)
    #expect(
      read(message.bytes).sockets == [
        LocalSocket(
          ipProtocol: 6, address: 0xc000_0201, port: 40000, peerAddress: 0xc000_0202,
          peerPort: 443)
      ])
  }

  @Test func socketsThatNobodyHasAreLeftOut() {
    let message = Message(family: 2, ports: (1, 2), from: zeros(4), to: zeros(4), inode: 0)
    #expect(read(message.bytes).sockets.isEmpty)
  }

  @Test func anErrorEndsTheAnswer() {
    #expect(read(Message.header(20, type: 2) + zeros(4)).isLast)
  }

  @Test func moreFollowsUntilTheEndIsSaid() {
    let message = Message(family: 2, ports: (1, 2), from: zeros(4), to: zeros(4), inode: 9)
    #expect(!read(message.bytes + message.bytes).isLast)
    #expect(read(message.bytes + message.bytes).sockets.count == 2)
  }

  @Test func neverTraps() {
    let bytes =
      Message(family: 10, ports: (1, 2), from: zeros(16), to: zeros(16), inode: 7).bytes
      + Message.done
    bytes.forEachDamage { bytes, damage in
      let found = read(bytes)
      if damage == .cut { #expect(found.sockets.count == (bytes.count >= 88 ? 1 : 0)) }
    }
  }

  // MARK: Messages

  private struct Found {
    var sockets: [LocalSocket] = []
    var inodes: [UInt32] = []
    var isLast = false
  }

  private func read(_ bytes: [UInt8]) -> Found {
    var found = Found()
    found.isLast = SocketDiagnostics.read(bytes.span, ipProtocol: Self.tcp) { socket, inode in
      found.sockets.append(socket)
      found.inodes.append(inode)
    }
    return found
  }

  private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  private struct Message {
    var family: UInt8
    var ports: (UInt16, UInt16)
    var from: [UInt8]
    var to: [UInt8]
    var inode: UInt32

    static let done = header(20, type: 3) + [0, 0, 0, 0]

    static func header(_ length: UInt32, type: UInt16) -> [UInt8] {
      var buffer = Buffer(capacity: 16)
      buffer.append(littleEndian: length)
      buffer.append(littleEndian: type)
      buffer.append(littleEndian: UInt16(2))
      buffer.append(littleEndian: UInt64(0))
      return [UInt8](copying: buffer.bytes)
    }

    var bytes: [UInt8] {
      var buffer = Buffer(capacity: 88)
      for byte in Self.header(88, type: 20) + [family, 1, 0, 0] { buffer.append(byte) }
      buffer.append(bigEndian: ports.0)
      buffer.append(bigEndian: ports.1)
      for address in [from, to] {
        for i in 0..<16 { buffer.append(i < address.count ? address[i] : 0) }
      }
      // Interface and cookie; then expiry, queues and user.
      for _ in 0..<7 { buffer.append(littleEndian: UInt32(0)) }
      buffer.append(littleEndian: inode)
      return [UInt8](copying: buffer.bytes)
    }
  }
}
