import CPcap
import Glibc
import Packets

/// The packets that an interface sees, from now on, through libpcap's memory-mapped ring.
///
/// `next` waits for the next packet and the properties describe it. The kernel fills the ring while
/// the caller is busy; when it is full, packets are dropped there, and counted. Several of these may
/// share an interface.
@safe package struct LiveSource: ~Copyable {
  package let name: String
  /// How many packets `next` has given.
  package var count: UInt64 { last.count }
  /// Nanoseconds since 1970.
  package var time: UInt64 { last.time }
  package var originalLength: UInt32 { last.originalLength }
  package let linkType: LinkType

  private let capture: OpaquePointer
  private let socket: LiveSocket
  private let snapshotLength: CInt
  /// Whether times are finer than microseconds.
  package let hasNanoseconds: Bool
  private let idle: (Status) -> Wish
  private var last = LastPacket()

  private var state = State.closed
  private var status = Status()
  /// What was lost before the ring was opened.
  private let earlier: Losses
  /// Packets given since the clock was last looked at, which costs as much as a packet.
  private var unattended = 0
  private var attended = ContinuousClock.now
  private var counts = ContinuousClock.now

  /// How an interface is to be watched.
  package struct Options: Sendable {
    /// How much of each packet is kept.
    package var snapshotLength: CInt = 65535
    /// Whether packets for others are seen too.
    package var isPromiscuous = true
    /// The ring's size in bytes.
    package var ringSize = 64 << 20
    /// The group of captures that share the interface's packets, one packet for one of them.
    package var group: UInt16?

    package init() {}
  }

  /// What was lost before it could be read, since the capture began.
  package struct Losses: Equatable, Sendable {
    /// The ring was full.
    package var ring: UInt64
    /// The interface had no room.
    package var interface: UInt64

    package init(ring: UInt64 = 0, interface: UInt64 = 0) {
      self.ring = ring
      self.interface = interface
    }
  }

  /// What is told of the capture, now and then.
  package struct Status: Sendable {
    package var losses = Losses()
    /// Whether packets come into the ring.
    package var isOpen = false
    /// Whether the interface is up.
    package var isUp = true
    /// No packet that is given later is older than this: nanoseconds since 1970.
    package var time: UInt64 = 0

    package init() {}
  }

  /// What is wanted next.
  package enum Wish: Sendable {
    /// That no packet comes in yet.
    case silence
    case packets
    /// That no more packets come in; those in the ring are still given.
    case end
  }

  private enum State {
    case closed, open
    /// Closed again: by then, all there is has shown.
    case ending(ContinuousClock.Instant)
  }

  /// After how many milliseconds the kernel shows packets that do not fill a block of the ring.
  private static let blockTime: CInt = 5
  /// How long nothing may come before it is certain that nothing is there.
  private static var settling: Duration { .milliseconds(4 * Int(blockTime)) }

  /// Opens an interface; `any` is all of them.
  ///
  /// `idle` is called every few milliseconds, whether packets come or not, and says what is wanted:
  /// packets come into the ring from the moment that it asks for them.
  ///
  /// - Throws: `CaptureFailure` if the interface cannot be opened or shared, or the kernel refuses the ring.
  package init(
    interface: String, options: Options, idle: @escaping (Status) -> Wish
  ) throws(CaptureFailure) {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let capture = unsafe pcap_create(interface, &message) else {
      throw CaptureFailure(name: interface, problem: "cannot be opened")
    }
    unsafe pcap_set_snaplen(capture, options.snapshotLength)
    unsafe pcap_set_promisc(capture, options.isPromiscuous ? 1 : 0)
    unsafe pcap_set_timeout(capture, Self.blockTime)
    unsafe pcap_set_buffer_size(capture, CInt(clamping: options.ringSize))
    let hasNanoseconds =
      unsafe pcap_set_tstamp_precision(capture, CInt(PCAP_TSTAMP_PRECISION_NANO)) == 0
    let status = unsafe pcap_activate(capture)
    let socket = LiveSocket(descriptor: unsafe pcap_get_selectable_fd(capture))
    let problem: String? =
      if status < 0 {
        Self.problem(status, unsafe String(cString: pcap_geterr(capture)), interface)
      } else if unsafe pcap_setnonblock(capture, 1, &message) != 0 || !socket.close() {
        "the kernel refuses what merc needs: \(unsafe String(cString: strerror(errno)))"
      } else if let group = options.group, !socket.join(group: group) {
        "cannot be shared as group \(group): \(unsafe String(cString: strerror(errno))); "
          + "another program may have taken that number"
      } else {
        nil
      }
    if let problem {
      unsafe pcap_close(capture)
      throw CaptureFailure(name: interface, problem: problem, isCommon: status < 0)
    }
    name = interface
    snapshotLength = options.snapshotLength
    self.hasNanoseconds = hasNanoseconds
    self.idle = idle
    unsafe self.capture = capture
    self.socket = socket
    linkType = PacketSource.linkType(ofDLT: unsafe pcap_datalink(capture))
    // What came before the ring was closed others may have had too.
    let end = ContinuousClock.now + Self.settling
    while ContinuousClock.now < end {
      var others = LastPacket()
      if unsafe others.read(from: capture, fraction: 0) != 1 {
        _ = socket.wait(milliseconds: Self.blockTime)
      }
    }
    earlier = unsafe Self.losses(of: capture)
  }

  deinit { unsafe pcap_close(capture) }

  /// Waits for the next packet; `false` when the capture has been ended and the ring is empty.
  ///
  /// - Throws: `CaptureFailure` if reading fails, as when the interface has gone, or the kernel refuses the
  ///   filter.
  package mutating func next() throws(CaptureFailure) -> Bool {
    while true {
      if unattended >= 64 { try attend(isEmpty: false) }
      if try take() {
        unattended += 1
        return true
      }
      try attend(isEmpty: true)
      if case .ending(let end) = state, ContinuousClock.now >= end { return false }
      let isWell = socket.wait(milliseconds: 2 * Self.blockTime)
      if !isWell { status.isUp = Self.isUp(name) }
    }
  }

  /// Takes the next packet from the ring, if one shows.
  private mutating func take() throws(CaptureFailure) -> Bool {
    switch unsafe last.read(from: capture, fraction: hasNanoseconds ? 1 : 1000) {
    case 1: return true
    case 0, PCAP_ERROR_BREAK: return false
    default:
      let text = unsafe String(cString: pcap_geterr(capture))
      throw CaptureFailure(
        name: name, problem: "the capture has ended, its records are complete: \(text)",
        isCommon: !Self.isUp(name))
    }
  }

  /// Tells `idle` how things are, if that is due, and does what it wants.
  private mutating func attend(isEmpty: Bool) throws(CaptureFailure) {
    unattended = 0
    let now = ContinuousClock.now
    guard now - attended >= .milliseconds(Int(Self.blockTime)) else { return }
    attended = now
    let given = isEmpty ? Self.clock - 2_000_000 * UInt64(Self.blockTime) : time
    status.time = max(status.time, given)
    if now - counts >= .milliseconds(100) {
      counts = now
      status.losses = losses
      if !status.isUp { status.isUp = Self.isUp(name) }
    }
    switch (idle(status), state) {
    case (.packets, .closed):
      guard socket.open(keeping: snapshotLength) else {
        throw CaptureFailure(name: name, problem: "the kernel refuses the filter that merc needs")
      }
      state = .open
      status.isOpen = true
    case (.end, .closed), (.end, .open):
      _ = socket.close()
      state = .ending(now + Self.settling)
    default: break
    }
  }

  /// Nanoseconds since 1970, by the clock that packets are timed with.
  private static var clock: UInt64 {
    var now = timespec()
    // Filled in by the call.
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return UInt64(clamping: now.tv_sec) * 1_000_000_000 + UInt64(clamping: now.tv_nsec)
  }

  /// The captured bytes of the packet.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { last.bytes }
  }

  /// What has been lost since the ring was opened.
  package var losses: Losses {
    let all = unsafe Self.losses(of: capture)
    return Losses(ring: all.ring - earlier.ring, interface: all.interface - earlier.interface)
  }

  private static func losses(of capture: OpaquePointer) -> Losses {
    var stats = pcap_stat()
    // Filled in by the call.
    guard unsafe pcap_stats(capture, &stats) == 0 else { return Losses() }
    return Losses(ring: UInt64(stats.ps_drop), interface: UInt64(stats.ps_ifdrop))
  }

  /// The link type for people: `Ethernet`.
  package var linkTypeName: String { unsafe Capture.linkTypeName(ofDLT: pcap_datalink(capture)) }
}
