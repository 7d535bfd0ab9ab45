import Bytes
import Wire

/// One APDU of IEC 60870-5-104: telecontrol over TCP.
///
/// ```
///  0    1        2                   6
/// +----+--------+-------------------+----------------+
/// | 68 | length | control (4)       | ASDU           |
/// +----+--------+-------------------+----------------+
/// ```
/// The control field's lowest bits say what it is: numbered data, an acknowledgement, or a
/// function of its own (IEC 60870-5-104 §5.1). Numbers are read in the wrong byte order, as they
/// have always been.
struct IEC: PlainMessage, ~Escapable {
  static let profile = Profile(
    "iec", over: .tcp, when: .whole("68", WholePayload.isIEC104), key: "iec60870_5_104",
    summary: "IEC 60870-5-104 telecontrol", specification: "IEC 60870-5-104 §5")

  private enum Frame: ~Escapable {
    case data(Unit)
    case acknowledgement(received: UInt16)
    case function(UInt8)
  }

  private let length: UInt8
  private let frame: Frame

  @_lifetime(copy input)
  init(_ input: inout Reader) throws(Malformed) {
    try input.skip(1)
    length = try input.u8()
    guard !input.isAtEnd else { throw input.reject() }
    switch input.rest[0] & 0x03 {
    case 0:
      frame = .data(try Unit(&input, length: Int(length)))
    case 1:
      try input.skip(2)
      frame = .acknowledgement(received: try input.u16() >> 1)
    case 3: frame = .function(try input.u8())
    default: throw input.reject()
    }
  }

  func report(to record: inout RecordWriter) {
    record.object("iec60870_5_104") { iec in
      iec.number("apdu_length", length)
      switch frame {
      case .data(let unit): iec.object("i_frame") { unit.report(to: &$0) }
      case .acknowledgement(let received):
        iec.object("s_frame") { $0.number("receive_sequence_number", received) }
      case .function(let function):
        iec.object("u_frame") {
          $0.literal("u_frame_function", Self.name(ofFunction: function))
        }
      }
    }
  }

  private static func name(ofFunction function: UInt8) -> StaticString {
    switch function {
    case 0x07: "start_data_transfer_activation"
    case 0x0b: "start_data_transfer_confirmation"
    case 0x13: "stop_data_transfer_activation"
    case 0x23: "stop_data_transfer_confirmation"
    case 0x43: "test_frame_activation"
    case 0x83: "test_frame_confirmation"
    default: "unknown"
    }
  }
}
