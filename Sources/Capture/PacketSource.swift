import CPcap
import Glibc
import Packets
import Wire

/// The packets of one capture, in the order they were written: pcap of either byte order with micro-
/// or nanoseconds, or pcapng.
///
/// `next` goes to the next packet and the properties describe it. `bytes` are the reader's and hold
/// until then, which the compiler sees to. A capture that was cut off gives every packet before the
/// cut and then throws.
///
/// Plain pcap is read where it stands, everything else by libpcap.
@safe package struct PacketSource: ~Copyable {
  /// How the user knows the capture.
  package let name: String
  /// How many packets `next` has given.
  package var count: UInt64 { last.count }
  /// Nanoseconds since 1970.
  package var time: UInt64 { last.time }
  /// The packet's length on the wire, of which `bytes` may be only the beginning.
  package var originalLength: UInt32 { last.originalLength }
  /// What the packets start with.
  package let linkType: LinkType

  private let stream: CaptureStream
  /// One of the two reads the capture.
  private let plain: PlainPcap?
  private let capture: OpaquePointer?
  private var last = LastPacket()

  /// Opens the capture at `path`, or standard input for `-`.
  ///
  /// While a pipe or terminal has nothing to read, here too, `idle` is called every 20 ms; returning
  /// `false` ends the capture.
  ///
  /// - Throws: `CaptureFailure` if the file cannot be read, or is neither pcap nor pcapng.
  ///
  /// `usesLibpcap` leaves plain pcap to libpcap, too.
  package init(path: String, usesLibpcap: Bool = false, idle: @escaping () -> Bool)
    throws(CaptureFailure)
  {
    if path == "-" {
      try self.init(
        descriptor: STDIN_FILENO, name: "standard input", ownsDescriptor: false,
        usesLibpcap: usesLibpcap, idle: idle)
      return
    }
    // A named pipe without a writer would block in open(2).
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CaptureFailure(name: path, problem: Self.text(ofError: errno))
    }
    try self.init(
      descriptor: descriptor, name: path, ownsDescriptor: true, usesLibpcap: usesLibpcap, idle: idle
    )
  }

  init(
    descriptor: CInt, name: String, ownsDescriptor: Bool, usesLibpcap: Bool = false,
    idle: @escaping () -> Bool
  ) throws(CaptureFailure) {
    var status = stat()
    let problem: String? =
      if unsafe fstat(descriptor, &status) != 0 {
        Self.text(ofError: errno)
      } else if status.st_mode & S_IFMT == S_IFDIR {
        "a directory, not a capture file"
      } else if status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 {
        "empty, not a capture file"
      } else {
        nil
      }
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    let stream = CaptureStream(
      descriptor: descriptor, ownsDescriptor: ownsDescriptor,
      totalBytes: isRegular ? UInt64(status.st_size) : nil, idle: idle)
    if let problem {
      _ = stream.close()
      throw CaptureFailure(name: name, problem: problem)
    }
    if !usesLibpcap, let plain = Self.plain(stream) {
      self.name = name
      self.stream = stream
      self.plain = plain
      unsafe capture = nil
      linkType = plain.linkType
      return
    }
    guard let file = unsafe stream.open() else {
      _ = stream.close()
      throw CaptureFailure(name: name, problem: Self.text(ofError: errno))
    }
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    let capture = unsafe pcap_fopen_offline_with_tstamp_precision(
      file, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
    guard let capture = unsafe capture else {
      unsafe fclose(file)
      let text = String(
        decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw CaptureFailure(name: name, problem: Self.openingProblem(text, stream))
    }
    self.name = name
    self.stream = stream
    plain = nil
    unsafe self.capture = capture
    linkType = Self.linkType(ofDLT: unsafe pcap_datalink(capture))
  }

  // Closes the stream's `FILE` too.
  deinit {
    if let capture = unsafe capture { unsafe pcap_close(capture) } else { _ = stream.close() }
  }

  /// What the head of the stream says, where that is plain pcap; it is passed over then.
  private static func plain(_ stream: CaptureStream) -> PlainPcap? {
    guard stream.fill(PcapFormat.headerSize) == PcapFormat.headerSize else { return nil }
    // Used within this call, in which the stream is not read on.
    let header = unsafe Span(_unsafeElements: stream.front)
    guard let plain = PlainPcap(header) else { return nil }
    stream.skip(PcapFormat.headerSize)
    return plain
  }

  /// Goes to the next packet; `false` at the end.
  ///
  /// - Throws: `CaptureFailure` if the file is damaged or ends in the middle of a packet.
  package mutating func next() throws(CaptureFailure) -> Bool {
    if let plain { return try next(of: plain) }
    guard let capture = unsafe capture else { return false }
    switch unsafe last.read(from: capture, fraction: 1) {
    case 1: return true
    case 0, PCAP_ERROR_BREAK: return false
    default:
      if stream.isStopped { return false }
      throw CaptureFailure(
        name: name, problem: readingProblem(unsafe String(cString: pcap_geterr(capture))))
    }
  }

  private mutating func next(of plain: PlainPcap) throws(CaptureFailure) -> Bool {
    let head = PcapFormat.packetHeaderSize
    let there = stream.fill(head)
    if there == 0 || stream.isStopped { return false }
    guard there == head else { throw failure(there) }
    // Both are used before the stream is read on: here, and by `bytes`, which ends with the next call.
    let (time, captured, original) = plain.packet(unsafe Span(_unsafeElements: stream.front))
    guard captured <= PcapFormat.maxPacketLength else {
      throw CaptureFailure(
        name: name,
        problem: unreadable(
          "invalid packet capture length \(captured), bigger than maximum of \(PcapFormat.maxPacketLength)"
        ))
    }
    let size = head + Int(captured)
    let whole = stream.fill(size)
    if stream.isStopped { return false }
    guard whole == size else { throw failure(whole) }
    unsafe last.take(
      UnsafeBufferPointer(rebasing: stream.front[head..<size]), time: time,
      originalLength: original)
    stream.skip(size)
    return true
  }

  /// The stream ended in the middle of a packet, or could not be read.
  private func failure(_ there: Int) -> CaptureFailure {
    CaptureFailure(
      name: name,
      problem: there < 0
        ? unreadable("error reading dump file: \(Self.text(ofError: errno))") : cutOff)
  }

  /// The captured bytes of the packet.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { last.bytes }
  }

  /// How much has been read, up to a buffer ahead of the packet.
  package var bytesRead: UInt64 { stream.bytesRead }
  /// How much there is to read, where that is known.
  package var totalBytes: UInt64? { stream.totalBytes }

  /// Whether the capture's times may be finer than microseconds.
  package var hasNanoseconds: Bool { stream.hasNanoseconds }

  /// Whether `idle` ended the capture.
  package var isStopped: Bool { stream.isStopped }

  /// The link type for people: `Ethernet`.
  package var linkTypeName: String {
    unsafe Capture.linkTypeName(
      ofDLT: capture.map { unsafe pcap_datalink($0) } ?? Self.dlt(of: linkType))
  }
}

extension PacketSource {
  /// libpcap numbers link types by a host's DLT constants, of which one that merc reads differs.
  static func linkType(ofDLT dlt: CInt) -> LinkType {
    dlt == DLT_RAW ? .raw : LinkType(rawValue: UInt32(bitPattern: dlt))
  }

  private static func dlt(of linkType: LinkType) -> CInt {
    linkType == .raw ? DLT_RAW : CInt(bitPattern: linkType.rawValue)
  }

  private static func text(ofError error: CInt) -> String {
    switch error {
    case ENOENT: "no such file"
    case EACCES, EPERM: "no permission to read it"
    default: unsafe String(cString: strerror(error))
    }
  }

  private static func openingProblem(_ message: String, _ stream: CaptureStream) -> String {
    if stream.isStopped { return "stopped before it began" }
    if stream.bytesRead < 4 || message == "unknown file format" {
      return "not a capture file (pcap or pcapng)"
    }
    return message.hasPrefix("truncated") ? "the capture ends in the middle of its header" : message
  }

  private func readingProblem(_ message: String) -> String {
    message.hasPrefix("truncated") ? cutOff : unreadable(message)
  }

  private var cutOff: String {
    "the capture ends in the middle of packet \(count + 1); the records before it are complete"
  }

  private func unreadable(_ reason: String) -> String {
    "packet \(count + 1) cannot be read: \(reason)"
  }
}
