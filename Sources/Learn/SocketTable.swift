import Bytes
import Glibc

/// The sockets that this machine has now, as the kernel lists them.
///
/// Only one thread uses it.
@safe final class SocketTable: @unchecked Sendable {
  private let descriptor: CInt
  private var answer = [UInt8](repeating: 0, count: 64 << 10)

  /// NETLINK_SOCK_DIAG of linux/netlink.h.
  private static let diagnostics: CInt = 4

  init() throws(LearnFailure) {
    descriptor = socket(
      AF_NETLINK, CInt(SOCK_RAW.rawValue) | CInt(SOCK_CLOEXEC.rawValue), Self.diagnostics)
    guard descriptor >= 0 else {
      throw LearnFailure("the kernel does not tell of its sockets (sock_diag)")
    }
  }

  deinit { close(descriptor) }

  /// Calls `found` with every TCP and UDP socket and its inode.
  func list(_ found: (_ socket: LocalSocket, _ inode: UInt32) -> Void) {
    for family in [SocketDiagnostics.ipv4, SocketDiagnostics.ipv6] {
      for ipProtocol in [UInt8(IPPROTO_TCP), UInt8(IPPROTO_UDP)] {
        let request = SocketDiagnostics.request(for: family, ipProtocol)
        // As many bytes as the array has.
        guard unsafe send(descriptor, request, request.count, 0) > 0 else { continue }
        var isLast = false
        while !isLast {
          // As many bytes as the array has.
          let count = unsafe recv(descriptor, &answer, answer.count, 0)
          if count < 0, errno == EINTR { continue }
          guard count > 0 else { break }
          isLast = SocketDiagnostics.read(
            answer.span.extracting(first: count), ipProtocol: ipProtocol, found)
        }
      }
    }
  }
}

/// Why learning cannot go on: one sentence.
package struct LearnFailure: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
