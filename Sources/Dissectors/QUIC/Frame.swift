import Bytes
import Wire

extension QUIC {
  /// One frame of those an Initial packet may have (RFC 9000 §12.4); any other is not read.
  ///
  /// ```
  /// 00 padding, 01 ping            nothing else
  /// 02 ack        largest | delay | count | first range | count × (gap | range)
  /// 03 ack, ECN   as 02, then ect0 | ect1 | ce
  /// 06 crypto     offset | length | data
  /// 1c close      error | frame type | length | reason
  /// ```
  /// All numbers are variable-length integers.
  enum Frame: ~Escapable {
    case padding, ping
    case acknowledgement(Acknowledgement)
    case crypto(offset: UInt64, data: Span<UInt8>)
    case connectionClose(ConnectionClose)

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      switch try input.u8() {
      case 0x00: self = .padding
      case 0x01: self = .ping
      case 0x02: self = .acknowledgement(try Acknowledgement(&input, hasCongestion: false))
      case 0x03: self = .acknowledgement(try Acknowledgement(&input, hasCongestion: true))
      case 0x06:
        let offset = try input.variableLengthInteger()
        self = .crypto(offset: offset, data: try input.takeVariableLength())
      case 0x1c: self = .connectionClose(try ConnectionClose(&input))
      default: throw input.reject()
      }
    }
  }

  /// What was received, told to its sender (RFC 9000 §19.3).
  struct Acknowledgement {
    private let largest, delay, rangeCount, firstRange: UInt64
    private let congestion: (ect0: UInt64, ect1: UInt64, ce: UInt64)?

    @_lifetime(input: copy input)
    init(_ input: inout Reader, hasCongestion: Bool) throws(Malformed) {
      largest = try input.variableLengthInteger()
      delay = try input.variableLengthInteger()
      rangeCount = try input.variableLengthInteger()
      firstRange = try input.variableLengthInteger()
      // Each range takes two bytes at least: a count without end ends with the packet.
      var left = rangeCount
      while left > 0 {
        _ = try input.variableLengthInteger()
        _ = try input.variableLengthInteger()
        left -= 1
      }
      congestion =
        hasCongestion
        ? (
          try input.variableLengthInteger(), try input.variableLengthInteger(),
          try input.variableLengthInteger()
        ) : nil
    }

    func report(to record: inout RecordWriter) {
      guard let congestion else { return reportRanges(to: &record) }
      record.object("ack_ecn") { record in
        record.number("ect0", congestion.ect0)
        record.number("ect1", congestion.ect1)
        record.number("ecn_ce", congestion.ce)
        reportRanges(to: &record)
      }
    }

    private func reportRanges(to record: inout RecordWriter) {
      record.object("ack") { ack in
        ack.number("largest_acked", largest)
        ack.number("ack_delay", delay)
        ack.number("ack_range_count", rangeCount)
        ack.number("first_ack_range", firstRange)
      }
    }
  }

  /// The end of the connection, and why (RFC 9000 §19.19).
  struct ConnectionClose: ~Escapable {
    private let error, frameType: UInt64
    private let reason: Span<UInt8>

    @_lifetime(copy input)
    init(_ input: inout Reader) throws(Malformed) {
      error = try input.variableLengthInteger()
      frameType = try input.variableLengthInteger()
      reason = try input.takeVariableLength()
    }

    /// Adds the frame if it gives a reason.
    func report(to record: inout RecordWriter) {
      guard !reason.isEmpty else { return }
      record.object("connection_close") { close in
        close.number("error_code", error)
        close.number("frame_type", frameType)
        close.text("reason_phrase", reason)
      }
    }
  }
}
