import Bytes
import Wire

/// Secure Shell: what is said in the clear before keys are agreed on.
enum SSH {
  /// The line that opens a connection (RFC 4253 §4.2).
  ///
  /// ```
  /// SSH-protoversion-softwareversion SP comments CR LF
  /// ```
  /// Everything but the LF may be missing, and that too if the packet ended early.
  struct Banner: ~Escapable {
    /// All before the first space, or the line with its CR.
    let version: Span<UInt8>
    /// What follows the space, with the line's CR.
    let comment: Span<UInt8>?

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      let line = input.rest.firstIndex(of: UInt8(ascii: "\n"))
      let text = input.rest.extracting(first: line ?? input.count)
      let space = text.firstIndex(of: UInt8(ascii: " "))
      version = text.extracting(first: space ?? text.count)
      if let space, line != nil || space + 1 < text.count {
        comment = text.extracting(droppingFirst: space + 1)
      } else {
        comment = nil
      }
      guard !version.isEmpty else { throw input.reject() }
      try input.skip(line.map { $0 + 1 } ?? input.count)
    }

    /// The line in hex without its last byte, which is the CR.
    func fingerprint(into text: inout FingerprintWriter) {
      text.group { text in
        guard let comment, !comment.isEmpty else {
          text.hex(version.extracting(droppingLast: 1))
          return
        }
        text.hex(version)
        text.literal("20")
        text.hex(comment.extracting(droppingLast: 1))
      }
    }

    func report(to record: inout RecordWriter) {
      record.object("init") { record in
        record.textOrEmpty("protocol", version)
        record.textOrEmpty("comment", comment)
      }
    }
  }

  /// One packet of the binary protocol, padding included; as much as was captured
  /// (RFC 4253 §6).
  ///
  /// ```
  ///  0        4                5
  /// +--------+----------------+---------+---------+
  /// | length | padding length | payload | padding |
  /// +--------+----------------+---------+---------+
  /// ```
  struct BinaryPacket: ~Escapable {
    let length: UInt32
    let payload: Span<UInt8>
    /// How many bytes of payload and padding were cut off.
    let missing: Int

    /// A longer packet is taken for bytes that only look like one.
    static let maxLength: UInt32 = 16384

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      length = try input.u32()
      guard 1...Self.maxLength ~= length else { throw input.reject() }
      try input.skip(1)
      payload = try input.take(upTo: Int(length) - 1)
      missing = Int(length) - 1 - payload.count
    }
  }
}
