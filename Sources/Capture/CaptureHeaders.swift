import Wire

/// Looks at a capture's headers, piece by piece as the capture is read: clears the snapshot lengths in
/// them, and finds out the unit of its times, neither of which libpcap can be told or asked.
///
/// The snapshot length is what the writer meant never to exceed. Writers get it wrong, and files
/// merged from several captures have several; libpcap cuts the packets of the former and refuses
/// the latter. 0 makes libpcap go by its own limits, and what a packet says of its own length
/// stands. In pcap the field is in the file's header, in pcapng in every interface description:
///
///     pcap    | magic (4) | version (4) | 0 (8) | snapshot length (4) | link type (4) |
///     pcapng  | type (4) | block length (4) | link type (2) | 0 (2) | snapshot length (4) | …
///
/// pcap says the unit with its magic; in pcapng it is an option at the end of the interface
/// description, `if_tsresol`: a power of ten, or of two with the top bit set.
///
///     | code (2) | length (2) | value, padded to four bytes |   repeated
///
/// Files that are neither are left alone.
struct CaptureHeaders {
  private static let headerSize = 12
  /// Whether any of the times may be finer than microseconds.
  private(set) var hasNanoseconds = false

  /// Where the piece to come stands in the file.
  private var position: UInt64 = 0
  /// Where the next block starts.
  private var nextBlock: UInt64 = 0
  /// Where bytes are to be cleared, once they come.
  private var field: Range<UInt64> = 0..<0
  /// The block header read so far, and how much of it that is.
  private var header: (bytes: UInt128, count: Int) = (0, 0)
  private var isBigEndian = false
  /// Where the options of an interface stand, and those read so far.
  private var optionsField: Range<UInt64> = 0..<0
  private var options: [UInt8] = []
  /// More than this is not looked at: the option that counts is among the first.
  private static let mostOptions: UInt64 = 1 << 12

  /// Takes the next piece of the file, and clears the snapshot lengths in it.
  mutating func look(at piece: inout MutableSpan<UInt8>) {
    // A pcap header is all there is in pcap; later pieces need no look.
    guard nextBlock != .max || field.upperBound > position else {
      position += UInt64(piece.count)
      return
    }
    var i = 0
    while i < piece.count {
      let place = position + UInt64(i)
      if field.contains(place) {
        piece[i] = 0
        i += 1
      } else if optionsField.contains(place) {
        options.append(piece[i])
        i += 1
        if place + 1 == optionsField.upperBound { lookAtOptions() }
      } else if place < nextBlock {
        let target = [field.lowerBound, optionsField.lowerBound].filter { $0 > place }.min()
        i += Int(min(min(target ?? .max, nextBlock) - place, UInt64(piece.count - i)))
      } else {
        header.bytes = header.bytes << 8 | UInt128(piece[i])
        header.count += 1
        i += 1
        if header.count == Self.headerSize { begin(at: place + 1 - UInt64(Self.headerSize)) }
      }
    }
    position += UInt64(piece.count)
  }

  /// Looks at the block header that has been read.
  private mutating func begin(at start: UInt64) {
    let first = UInt32(truncatingIfNeeded: header.bytes >> 64)
    let second = UInt32(truncatingIfNeeded: header.bytes >> 32)
    let third = UInt32(truncatingIfNeeded: header.bytes)
    header = (0, 0)
    nextBlock = .max
    if start == 0 {
      let magic = PcapFormat.Magic(bigEndian: first)
      if magic != nil { field = 16..<20 }
      hasNanoseconds = magic?.hasNanoseconds == true
      guard first == 0x0a0d_0d0a else { return }
    }
    // Every section says its byte order; the type of its header is the same in both.
    if first == 0x0a0d_0d0a { isBigEndian = third == 0x1a2b_3c4d }
    let type = isBigEndian ? first : first.byteSwapped
    let length = isBigEndian ? second : second.byteSwapped
    guard length >= Self.headerSize else { return }
    nextBlock = start + UInt64(length)
    guard type == 1, length >= 20 else { return }
    field = start + 12..<start + 16
    options.removeAll()
    optionsField = start + 16..<start + 16 + min(UInt64(length) - 20, Self.mostOptions)
  }

  /// Looks for the unit of an interface's times.
  private mutating func lookAtOptions() {
    func u16(_ place: Int) -> Int {
      let (first, second) = (Int(options[place]), Int(options[place + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    var place = 0
    while place + 4 < options.count {
      let (code, length) = (u16(place), u16(place + 2))
      if code == 9, length == 1 {
        let exponent = options[place + 4] & 0x7f
        // 2⁻²⁰ of a second is less than a microsecond, 2⁻¹⁹ more.
        if exponent > (options[place + 4] & 0x80 == 0 ? 6 : 19) { hasNanoseconds = true }
      }
      place += 4 + (length + 3) / 4 * 4
    }
  }
}
