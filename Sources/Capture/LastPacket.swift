import CPcap
import Glibc

/// The packet that was read last; its bytes are the reader's, and hold until it is asked for another.
@safe struct LastPacket: ~Copyable {
  /// How many packets there have been.
  private(set) var count: UInt64 = 0
  /// Nanoseconds since 1970.
  private(set) var time: UInt64 = 0
  private(set) var originalLength: UInt32 = 0
  private var packet: UnsafePointer<UInt8>?
  private var capturedLength = 0

  /// Takes a packet of these bytes.
  mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, time: UInt64, originalLength: UInt32) {
    count += 1
    self.time = time
    self.originalLength = originalLength
    unsafe packet = bytes.baseAddress
    capturedLength = bytes.count
  }

  /// Asks libpcap for the next packet, whose time's second part counts `fraction` nanoseconds each.
  ///
  /// Answers what libpcap does: 1 with a packet, 0 if none shows, else an error.
  mutating func read(from capture: OpaquePointer, fraction: UInt64) -> CInt {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var bytes: UnsafePointer<UInt8>?
    unsafe packet = nil
    capturedLength = 0
    let answer = unsafe pcap_next_ex(capture, &header, &bytes)
    guard answer == 1 else { return answer }
    guard let header = unsafe header?.pointee else { return 0 }
    let length = unsafe bytes == nil ? 0 : Int(header.caplen)
    unsafe take(
      UnsafeBufferPointer(start: bytes, count: length),
      time: Self.nanoseconds(header.ts, fraction: fraction), originalLength: header.len)
    return 1
  }

  /// libpcap reads the seconds of pcap, which are unsigned, as signed; and nothing checks either part.
  private static func nanoseconds(_ time: timeval, fraction: UInt64) -> UInt64 {
    let seconds =
      time.tv_sec < 0 ? UInt64(UInt32(truncatingIfNeeded: time.tv_sec)) : UInt64(time.tv_sec)
    return seconds &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_usec)) &* fraction
  }

  /// The captured bytes of the packet.
  var bytes: Span<UInt8> {
    @_lifetime(borrow self) get {
      // The reader keeps `capturedLength` bytes there until it reads on, which ends the borrow.
      let bytes = unsafe Span<UInt8>(
        _unsafeElements: UnsafeBufferPointer(start: packet, count: capturedLength))
      return unsafe _overrideLifetime(bytes, borrowing: self)
    }
  }
}

/// A capture's link type for people: `Ethernet`.
func linkTypeName(ofDLT dlt: CInt) -> String {
  unsafe String(cString: pcap_datalink_val_to_description_or_dlt(dlt))
}
