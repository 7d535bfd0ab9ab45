import CPcap
import Glibc
import Packets

/// The packets that an interface sees, from now on, through libpcap's memory-mapped ring.
///
/// `next` waits for the next packet and the properties describe it. The kernel fills the ring while
/// the caller is busy; when it is full, packets are dropped there, and counted.
@safe package struct LiveSource: ~Copyable {
  package let name: String
  /// How many packets `next` has given.
  package private(set) var count: UInt64 = 0
  /// Nanoseconds since 1970.
  package private(set) var time: UInt64 = 0
  package private(set) var originalLength: UInt32 = 0
  package let linkType: LinkType

  private let capture: OpaquePointer
  private let descriptor: CInt
  /// Whether times are finer than microseconds.
  package let hasNanoseconds: Bool
  private let idle: () -> Bool
  private var packet: UnsafePointer<UInt8>?
  private var capturedLength = 0
  private var lastIdle = ContinuousClock.now
  /// Nothing more is wanted: what the ring holds is still given out.
  private var isEnding = false

  /// How an interface is to be watched.
  package struct Options: Sendable {
    /// How much of each packet is kept.
    package var snapshotLength: CInt = 65535
    /// Whether packets for others are seen too.
    package var isPromiscuous = true
    /// The ring's size in bytes.
    package var ringSize = 64 << 20

    package init() {}
  }

  /// How long the caller is left alone with nothing to read, or with much.
  private static let patience: CInt = 20

  /// Opens an interface; `any` is all of them.
  ///
  /// While no packet comes, and every 20 ms while many do, `idle` is called; returning `false` ends
  /// the capture.
  package init(
    interface: String, options: Options, idle: @escaping () -> Bool
  ) throws(CaptureFailure) {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let capture = unsafe pcap_create(interface, &message) else {
      throw CaptureFailure(name: interface, problem: "cannot be opened")
    }
    unsafe pcap_set_snaplen(capture, options.snapshotLength)
    unsafe pcap_set_promisc(capture, options.isPromiscuous ? 1 : 0)
    unsafe pcap_set_timeout(capture, Self.patience)
    unsafe pcap_set_buffer_size(capture, CInt(clamping: options.ringSize))
    let hasNanoseconds =
      unsafe pcap_set_tstamp_precision(capture, CInt(PCAP_TSTAMP_PRECISION_NANO)) == 0
    let status = unsafe pcap_activate(capture)
    guard status >= 0, unsafe pcap_setnonblock(capture, 1, &message) == 0 else {
      let problem = Self.problem(status, unsafe String(cString: pcap_geterr(capture)), interface)
      unsafe pcap_close(capture)
      throw CaptureFailure(name: interface, problem: problem)
    }
    name = interface
    self.hasNanoseconds = hasNanoseconds
    self.idle = idle
    unsafe self.capture = capture
    descriptor = unsafe pcap_get_selectable_fd(capture)
    linkType = PacketSource.linkType(ofDLT: unsafe pcap_datalink(capture))
  }

  deinit { unsafe pcap_close(capture) }

  /// Waits for the next packet; `false` when `idle` has ended the capture and the ring is empty.
  package mutating func next() throws(CaptureFailure) -> Bool {
    while true {
      if !isEnding, ContinuousClock.now - lastIdle > .milliseconds(Int(Self.patience)) { rest() }
      var header: UnsafeMutablePointer<pcap_pkthdr>?
      unsafe packet = nil
      capturedLength = 0
      switch unsafe pcap_next_ex(capture, &header, &packet) {
      case 1:
        guard let header = unsafe header?.pointee else { return false }
        count += 1
        capturedLength = unsafe packet == nil ? 0 : Int(header.caplen)
        originalLength = header.len
        let fraction = UInt64(clamping: header.ts.tv_usec) * (hasNanoseconds ? 1 : 1000)
        time = UInt64(clamping: header.ts.tv_sec) * 1_000_000_000 + fraction
        return true
      case 0:
        if isEnding { return false }
        wait()
      case PCAP_ERROR_BREAK: return false
      default:
        let text = unsafe String(cString: pcap_geterr(capture))
        throw CaptureFailure(name: name, problem: "the capture has ended: \(text)")
      }
    }
  }

  private mutating func rest() {
    if !idle() { isEnding = true }
    lastIdle = .now
  }

  private mutating func wait() {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // One element, which outlives the call.
    if unsafe poll(&watched, 1, Self.patience) <= 0 { rest() }
  }

  /// The captured bytes of the packet.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self) get {
      // libpcap keeps `capturedLength` bytes there until `next` is called, which ends the borrow.
      let bytes = unsafe Span<UInt8>(
        _unsafeElements: UnsafeBufferPointer(start: packet, count: capturedLength))
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
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

  package var losses: Losses {
    var stats = pcap_stat()
    // Filled in by the call.
    guard unsafe pcap_stats(capture, &stats) == 0 else { return Losses() }
    return Losses(ring: UInt64(stats.ps_drop), interface: UInt64(stats.ps_ifdrop))
  }

  /// The link type for people: `Ethernet`.
  package var linkTypeName: String {
    let dlt = unsafe pcap_datalink(capture)
    return unsafe String(cString: pcap_datalink_val_to_description_or_dlt(dlt))
  }
}

extension LiveSource {
  private static func problem(_ status: CInt, _ message: String, _ interface: String) -> String {
    switch status {
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      "no permission to capture: run merc as root (sudo), or give merc-capture the right to: "
        + "setcap cap_net_raw,cap_net_admin=ep merc-capture"
    case PCAP_ERROR_NO_SUCH_DEVICE:
      "no such interface; there are: \(interfaces.joined(separator: ", "))"
    case PCAP_ERROR_IFACE_NOT_UP:
      "the interface is down; bring it up: ip link set \(interface) up"
    default: "cannot be captured from: \(message)"
    }
  }

  /// The names of all interfaces that can be captured from.
  package static var interfaces: [String] {
    var first: UnsafeMutablePointer<pcap_if_t>?
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard unsafe pcap_findalldevs(&first, &message) == 0 else { return [] }
    defer { unsafe pcap_freealldevs(first) }
    var names: [String] = []
    var next = unsafe first
    // The list and its names live until they are freed above.
    while let device = unsafe next {
      let name = unsafe String(cString: device.pointee.name)
      if unsafe device.pointee.flags & bpf_u_int32(PCAP_IF_UP) != 0 || name == "any" {
        names.append(name)
      }
      unsafe next = device.pointee.next
    }
    return names
  }
}
