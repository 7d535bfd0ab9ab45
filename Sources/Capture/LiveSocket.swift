import CPcap
import Glibc

/// What is said to the kernel about an interface's packet socket, beside libpcap.
struct LiveSocket {
  let descriptor: CInt

  /// Shares the interface's packets with all sockets of the same group, by flow: both directions of
  /// one meet at the same socket.
  func join(group: UInt16) -> Bool {
    var argument = UInt32(group) | UInt32(PACKET_FANOUT_HASH) << 16
    let size = socklen_t(MemoryLayout<UInt32>.size)
    // The kernel reads the number within the call.
    return unsafe setsockopt(descriptor, SOL_PACKET, PACKET_FANOUT, &argument, size) == 0
  }

  /// From now on no packet comes into the ring.
  func close() -> Bool { filter([Self.give(0)]) }

  /// From now on packets come into the ring, this much of each.
  ///
  /// On the loopback interface every packet passes twice; the first time, outgoing, is not wanted.
  func open(keeping length: CInt) -> Bool {
    // The C string lives for the call.
    let loopback = unsafe if_nametoindex("lo")
    return filter([
      Self.load(SKF_AD_PKTTYPE), Self.skip(2, unless: UInt32(PACKET_OUTGOING)),
      Self.load(SKF_AD_IFINDEX), Self.skip(1, if: loopback),
      Self.give(UInt32(length)), Self.give(0),
    ])
  }

  /// Waits until the ring has something to show, or the time is up; false when something is wrong
  /// with the interface.
  func wait(milliseconds: CInt) -> Bool {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // One element, which outlives the call.
    return unsafe poll(&watched, 1, milliseconds) <= 0 || watched.revents & Int16(POLLERR) == 0
  }

  private func filter(_ instructions: [sock_filter]) -> Bool {
    var instructions = instructions
    // The kernel copies the program within the call.
    return unsafe instructions.withUnsafeMutableBufferPointer {
      var program = unsafe sock_fprog(len: UInt16($0.count), filter: $0.baseAddress)
      let size = unsafe socklen_t(MemoryLayout<sock_fprog>.size)
      return unsafe setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, size) == 0
    }
  }

  // MARK: Instructions of the classic BPF

  private static func load(_ place: CInt) -> sock_filter {
    let code = UInt16(BPF_LD | BPF_W | BPF_ABS)
    return sock_filter(code: code, jt: 0, jf: 0, k: UInt32(bitPattern: SKF_AD_OFF + place))
  }

  private static func skip(_ count: UInt8, unless value: UInt32) -> sock_filter {
    sock_filter(code: UInt16(BPF_JMP | BPF_JEQ | BPF_K), jt: 0, jf: count, k: value)
  }

  private static func skip(_ count: UInt8, if value: UInt32) -> sock_filter {
    sock_filter(code: UInt16(BPF_JMP | BPF_JEQ | BPF_K), jt: count, jf: 0, k: value)
  }

  private static func give(_ length: UInt32) -> sock_filter {
    sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: length)
  }
}
